/** What shall be asked: every kind of condition by group, and what is known by name, found while typing. */
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { t } from "@/app/words";
import { useNames } from "./forms";
import { aboutName, emptyOf } from "./kinds";
import type { Obj } from "./tree";
import type { ConditionForm, RuleForms } from "./types";

type Option = { key: string; group: string; title: string; told: string; rule: Obj };
type Props = {
  forms: RuleForms;
  offered: ConditionForm[];
  isInRun?: boolean;
  onChoose: (rule: Obj) => void;
  onClose: () => void;
};

/** Names that are in use and hold what was typed. */
function useFound(offered: ConditionForm[], text: string): { known: Option[]; own: Option[] } {
  const [q] = useDebouncedValue(text.trim(), 120);
  const has = (kind: string) => q !== "" && offered.some((one) => one.kind === kind);
  const attributes = useNames(has("attribute") ? "attributes" : undefined, q);
  const events = useNames(has("event") ? "events" : undefined, q);
  const tags = useNames(has("tag") ? "tags" : undefined, q);
  const segments = useNames(has("segment") ? "segments" : undefined, q);
  const lists = useNames(has("list") ? "lists" : undefined, q);
  if (q === "") return { known: [], own: [] };
  const isSure = q === text.trim() && [attributes, events, tags, segments, lists].every((one) => one.isSure);
  const own = (kind: string, names: string[], told: string) =>
    isSure && has(kind) && !names.includes(q)
      ? [{ key: `new ${kind}`, group: "", title: q, told, rule: aboutName(kind, q) }]
      : [];
  const found = (kind: string, names: string[], told: string, types: Record<string, string> = {}) =>
    has(kind)
      ? names.slice(0, 6).map((name) => ({
          key: `${kind} ${name}`,
          group: "",
          title: name,
          told,
          rule: aboutName(kind, name, types[name]),
        }))
      : [];
  const known = [
    ...found("attribute", attributes.names, t("what is known of them"), attributes.types),
    ...found("event", events.names, t("what they did")),
    ...found("tag", tags.names, t("a tag")),
    ...found("segment", segments.names, t("a segment")),
    ...found("list", lists.names, t("a list")),
  ];
  const fresh = [
    ...own("attribute", attributes.names, t("an attribute that nobody has yet")),
    ...own("event", events.names, t("an event that has not happened lately")),
  ];
  return { known, own: fresh };
}

export function Chooser({ forms, offered, isInRun, onChoose, onClose }: Props) {
  const [text, setText] = useState("");
  const [here, setHere] = useState(0);
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const { known, own } = useFound(offered, text);
  const kinds = useMemo(() => {
    const words = text.trim().toLowerCase();
    const order = new Map(forms.groups.map((group, i) => [group.name, i]));
    return offered
      .filter((one) => `${one.title} ${one.sentence} ${one.kind}`.toLowerCase().includes(words))
      .map((one) => ({
        key: one.kind,
        group: forms.groups.find((group) => group.name === one.group)?.title ?? "",
        order: order.get(one.group) ?? 99,
        title: one.title,
        told: one.sentence,
        rule: emptyOf(one, isInRun),
      }))
      .sort((one, other) => one.order - other.order);
  }, [offered, forms.groups, text, isInRun]);
  const options: Option[] = [...known, ...kinds, ...own];
  useEffect(() => box.current?.focus(), []);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setHere(Math.min(options.length - 1, here + 1));
    else if (event.key === "ArrowUp") setHere(Math.max(0, here - 1));
    else if (event.key === "Escape") onClose();
    else if (event.key === "Enter") {
      const option = options[here];
      if (option) onChoose(option.rule);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="rule-chooser">
      <div className="rule-search">
        <IconSearch size={16} aria-hidden />
        <input
          ref={box}
          role="combobox"
          aria-expanded
          aria-controls={id}
          aria-activedescendant={options[here] ? `${id}-${here}` : undefined}
          aria-label={t("What shall be asked")}
          placeholder={t("An attribute, an event, or what to ask")}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setHere(0);
          }}
          onKeyDown={onKey}
        />
        <button type="button" className="why" onClick={onClose}>
          {t("Close")}
        </button>
      </div>
      <div ref={list} id={id} role="listbox" aria-label={t("Conditions")} className="rule-options">
        {options.map((option, i) => (
          <div key={option.key} role="presentation">
            {option.group !== (options[i - 1]?.group ?? "") ? (
              <div className="rule-options-head">{option.group}</div>
            ) : null}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the search listens */}
            <div
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === here}
              className="rule-option"
              onMouseMove={() => setHere(i)}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(option.rule)}
            >
              <span className="strong">{option.title}</span>
              <span className="faint small">{option.told}</span>
            </div>
          </div>
        ))}
        {options.length === 0 ? <p className="faint small rule-options-head">{t("Nothing is called that.")}</p> : null}
      </div>
    </div>
  );
}
