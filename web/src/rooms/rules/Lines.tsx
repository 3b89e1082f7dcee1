/** The conditions of a group, one line each, with the word that joins them. */
import { ActionIcon, Button, Menu, Select } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronRight,
  IconCopy,
  IconDots,
  IconFold,
  IconPlus,
  IconRefresh,
  IconTrash,
  IconUnlink,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Place as Problem } from "@/app/client";
import { number, t } from "@/app/words";
import { Chooser } from "./Chooser";
import { ConditionForm } from "./ConditionForm";
import type { Operator } from "./compare";
import { formOf } from "./kinds";
import { at, type Branch, type How, isBranch, isSame, isUnder, type Leaf, type Place } from "./tree";
import type { ConditionForm as Form, PartCount, RuleForms } from "./types";
import type { Builder } from "./use-builder";
import { conditionWords, turnedWords } from "./words";

export type Around = {
  builder: Builder;
  forms: RuleForms;
  operators: Operator[];
  offered: Form[];
  steps: string[];
  isInRun?: boolean;
  /** A plain list: the word that joins its conditions. */
  listJoint?: string;
  counts: Map<string, PartCount>;
  problems: Problem[];
  /** Where a place stands in its document, and where in the rule alone. */
  pathOf: (place: Place) => string;
  partOf: (place: Place) => string;
};

const howWords = (): { value: How; label: string }[] => [
  { value: "all", label: t("All of these are true") },
  { value: "any", label: t("Any of these is true") },
  { value: "none", label: t("None of these is true") },
  { value: "not_all", label: t("Not all of these are true") },
];

function jointOf(how: How): string {
  return how === "any" || how === "none" ? t("or") : t("and");
}

/** A group: how it is joined, its lines, and where another is added. */
export function Lines({ place, ...around }: Around & { place: Place }) {
  const { builder, listJoint } = around;
  const group = at(builder.branch, place) as Branch;
  const isRoot = place.length === 0;
  const isAsked = !isRoot || group.parts.length > 1 || group.how !== "all";
  const joint = listJoint && isRoot ? listJoint : jointOf(group.how);
  return (
    <div className={isRoot ? "rule-lines" : "rule-lines rule-inner"} role="group" aria-label={t("Conditions")}>
      {isAsked && !(listJoint && isRoot) ? (
        <div className="rule-how">
          <Select
            aria-label={t("How the conditions are joined")}
            data={howWords().filter((one) => one.value !== "not_all" || group.how === "not_all")}
            value={group.how}
            size="xs"
            w={210}
            allowDeselect={false}
            onChange={(how) => how && builder.change(place, { ...group, how: how as How })}
          />
          {isRoot ? null : <Count {...around} place={place} />}
          {isRoot ? null : <LineMenu {...around} place={place} what={t("this group")} />}
        </div>
      ) : null}
      {group.parts.map((part, i) => {
        const here = [...place, i];
        return (
          <div key={i} className="rule-item">
            <div className="rule-row">
              <span className="rule-joint">{i > 0 ? joint : ""}</span>
              {isBranch(part) ? <Lines {...around} place={here} /> : <Line {...around} place={here} leaf={part} />}
            </div>
            <Adding {...around} place={here} how="after" />
          </div>
        );
      })}
      <Adding {...around} place={place} how="in" />
      <AddButtons {...around} place={place} />
    </div>
  );
}

function Adding({ place, how, ...around }: Around & { place: Place; how: "after" | "in" }) {
  const { builder } = around;
  if (builder.adding?.how !== how || !isSame(builder.adding.place, place)) return null;
  return (
    <Chooser
      forms={around.forms}
      offered={around.offered}
      isInRun={around.isInRun}
      onChoose={builder.choose}
      onClose={builder.stopAdding}
    />
  );
}

function AddButtons({ place, builder, listJoint }: Around & { place: Place }) {
  const group = at(builder.branch, place) as Branch;
  const last = [...place, group.parts.length - 1];
  return (
    <div className="row rule-adds">
      <Button
        data-add
        variant={place.length ? "subtle" : "default"}
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        onClick={() => builder.add({ place, how: "in" })}
      >
        {t("Add a condition")}
      </Button>
      {!listJoint && place.length === 0 && group.parts.length > 0 ? (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            const node = at(builder.branch, last);
            if (node && !isBranch(node)) builder.wrap(last);
            else builder.add({ place: last, how: "in" });
          }}
        >
          {t("Or…")}
        </Button>
      ) : null}
    </div>
  );
}

function Line({ place, leaf, ...around }: Around & { place: Place; leaf: Leaf }) {
  const { builder, problems, pathOf } = around;
  const isOpen = isSame(builder.open, place);
  const form = formOf(leaf.rule, around.forms.conditions);
  const path = pathOf(place);
  const wrong = problems.filter((one) => isUnder(one.path, path));
  const own = leaf.isTurned ? turnedWords(leaf.rule) : undefined;
  const sentence = own ?? conditionWords(leaf.rule);
  return (
    <div className={isOpen ? "rule-line is-open" : "rule-line"}>
      <div className="rule-head">
        <button
          type="button"
          className="rule-sentence"
          data-line={place.join(".")}
          aria-expanded={isOpen}
          onClick={() => builder.toggle(place)}
          onKeyDown={(event) => builder.onLineKey(event, place)}
        >
          <IconChevronRight size={15} aria-hidden className="rule-chevron" />
          <span className="wrap">
            {leaf.isTurned && !own ? <span className="rule-not">{t("not")}</span> : null} {sentence}
          </span>
        </button>
        <Count {...around} place={place} />
        <LineMenu {...around} place={place} what={sentence} />
      </div>
      {isOpen ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what is open
        <div
          className="rule-form"
          data-form={place.join(".")}
          onKeyDown={(event) => {
            const isList = (event.target as HTMLElement).getAttribute("aria-expanded") === "true";
            const isDone =
              (event.key === "Enter" && (event.ctrlKey || event.metaKey)) || (event.key === "Escape" && !isList);
            if (!isDone) return;
            event.preventDefault();
            event.stopPropagation();
            builder.close(place);
          }}
        >
          <ConditionForm
            form={form}
            rule={leaf.rule}
            operators={around.operators}
            steps={around.steps}
            isInRun={around.isInRun}
            onChange={(rule) => builder.change(place, { ...leaf, rule })}
          />
        </div>
      ) : null}
      {wrong.map((one) => (
        <p key={`${one.path} ${one.message}`} className="field-error rule-wrong">
          {one.message} {one.hint}
        </p>
      ))}
    </div>
  );
}

function Count({ place, counts, partOf }: Around & { place: Place }) {
  const part = counts.get(partOf(place));
  if (part?.count === undefined || part.count === null) return null;
  return (
    <span className="rule-count" title={t("So many people on its own")}>
      {part.is_exact ? "" : "≈ "}
      {number(part.count)}
    </span>
  );
}

function LineMenu({ place, builder, listJoint, what }: Around & { place: Place; what: string }) {
  const node = at(builder.branch, place);
  const isGroup = node !== undefined && isBranch(node);
  const items: [string, ReactNode, string, () => void][] = [
    [t("Duplicate"), <IconCopy key="d" size={15} />, "D", () => builder.double(place)],
    [t("Turn round"), <IconRefresh key="n" size={15} />, "N", () => builder.turn(place)],
    [t("Move up"), <IconArrowUp key="u" size={15} />, "Alt ↑", () => builder.move(place, -1)],
    [t("Move down"), <IconArrowDown key="o" size={15} />, "Alt ↓", () => builder.move(place, 1)],
  ];
  if (isGroup)
    items.push([t("Take the group apart"), <IconUnlink key="x" size={15} />, "", () => builder.unwrap(place)]);
  else if (!listJoint)
    items.push([t("Put into a group"), <IconFold key="g" size={15} />, "G", () => builder.wrap(place)]);
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon size="sm" aria-label={t("What to do with {what}", { what })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {items.map(([title, icon, key, act]) => (
          <Menu.Item
            key={title}
            leftSection={icon}
            rightSection={<span className="faint small">{key}</span>}
            onClick={act}
          >
            {title}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          color="var(--failed)"
          leftSection={<IconTrash size={15} />}
          rightSection={<span className="faint small">Del</span>}
          onClick={() => builder.remove(place)}
        >
          {t("Take away")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
