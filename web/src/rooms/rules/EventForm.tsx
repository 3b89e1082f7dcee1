/** What they did: how often, how much, first or last, in which time, with which properties. */
import { ActionIcon, Button } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { t } from "@/app/words";
import { ComparedForm, ComparedValue } from "./Compared";
import type { Operator } from "./compare";
import { DateInput, DurationInput, NameInput, Pick, TimesInput } from "./inputs";
import { changed, type Measure, measured, measureOf, SUMS } from "./kinds";
import { isObject, type Obj } from "./tree";

type Props = { rule: Obj; operators: Operator[]; isInRun?: boolean; onChange: (rule: Obj) => void };

export function EventForm({ rule, operators, isInRun, onChange }: Props) {
  const event = String(rule.event ?? "");
  return (
    <div className="stack tight">
      <div className="rule-fields">
        <NameInput
          label={t("Event")}
          what="events"
          value={event}
          onChange={(next) => onChange({ ...rule, event: next })}
        />
        <HowMuch rule={rule} operators={operators} onChange={onChange} />
      </div>
      <div className="rule-fields">
        <WindowFields rule={rule} isInRun={isInRun} onChange={onChange} />
      </div>
      <WhereFields rule={rule} event={event} operators={operators} onChange={onChange} />
    </div>
  );
}

function HowMuch({ rule, operators, onChange }: Props) {
  const measure = measureOf(rule);
  const event = String(rule.event ?? "");
  const options: { value: Measure; label: string }[] = [
    { value: "count", label: t("happened") },
    { value: "never", label: t("never happened") },
    { value: "sum", label: t("in total:") },
    { value: "avg", label: t("on average:") },
    { value: "min", label: t("at its smallest:") },
    { value: "max", label: t("at its largest:") },
    { value: "first", label: t("the first time") },
    { value: "last", label: t("the last time") },
  ];
  const of = isObject(rule[measure]) ? (rule[measure] as Obj) : {};
  const set = (next: Obj) => onChange({ ...rule, [measure]: next });
  const numbers = operators.filter((one) => ["eq", "gt", "gte", "lt", "lte", "between"].includes(one.key));
  const dates = operators.filter((one) => ["in_last", "more_than_ago", "before", "after", "on"].includes(one.key));
  return (
    <>
      <Pick
        label={t("What is measured")}
        options={options}
        value={measure}
        width={170}
        onChange={(next) => onChange(measured(rule, next as Measure))}
      />
      {measure === "count" ? (
        <TimesInput
          label={t("How often")}
          value={rule.count ?? { at_least: 1 }}
          unit={t("times")}
          onChange={(count) => onChange({ ...rule, count })}
        />
      ) : null}
      {SUMS.includes(measure) ? (
        <ComparedForm of="property" isPlain rule={of} operators={numbers} event={event} onChange={set} />
      ) : null}
      {measure === "first" || measure === "last" ? (
        <FirstOrLast of={of} event={event} dates={dates} operators={operators} onChange={set} />
      ) : null}
    </>
  );
}

type FirstProps = { of: Obj; event: string; dates: Operator[]; operators: Operator[]; onChange: (of: Obj) => void };

function FirstOrLast({ of, event, dates, operators, onChange }: FirstProps) {
  const isProperty = "property" in of;
  const options = [
    { value: "time", label: t("was") },
    { value: "property", label: t("had the property") },
  ];
  return (
    <>
      <Pick
        label={t("What is looked at")}
        options={options}
        value={isProperty ? "property" : "time"}
        width={150}
        onChange={(next) => onChange(next === "property" ? { property: "", eq: "" } : { in_last: "7d" })}
      />
      {isProperty ? (
        <ComparedForm of="property" rule={of} operators={operators} event={event} onChange={onChange} />
      ) : (
        <ComparedValue about={{ of: "property", path: "", event }} rule={of} operators={dates} onChange={onChange} />
      )}
    </>
  );
}

type WindowProps = { rule: Obj; isInRun?: boolean; isRolling?: boolean; onChange: (rule: Obj) => void };

/** Which time is looked at: ever, the last so long, between days, since they entered. */
export function WindowFields({ rule, isInRun, isRolling, onChange }: WindowProps) {
  const how =
    rule.within !== undefined
      ? "within"
      : rule.from !== undefined || rule.to !== undefined
        ? "between"
        : rule.since
          ? "entry"
          : "ever";
  const put = (change: Obj) =>
    onChange(changed({ ...rule, within: undefined, from: undefined, to: undefined, since: undefined }, change));
  const options = [
    { value: "ever", label: t("at any time") },
    { value: "within", label: t("in the last") },
    ...(isRolling ? [] : [{ value: "between", label: t("between two days") }]),
    ...(isInRun ? [{ value: "entry", label: t("since they entered the journey") }] : []),
  ];
  const empty: Record<string, Obj> = {
    ever: {},
    within: { within: "30d" },
    between: { from: "", to: "" },
    entry: { since: "entry" },
  };
  return (
    <>
      <Pick label={t("Which time")} options={options} value={how} onChange={(next) => put(empty[next] ?? {})} />
      {how === "within" ? (
        <DurationInput
          label={t("How long")}
          value={rule.within}
          onChange={(within) => onChange({ ...rule, within: within ?? "" })}
        />
      ) : null}
      {how === "between" ? (
        <span className="rule-pair">
          <DateInput label={t("From")} value={rule.from} onChange={(from) => onChange({ ...rule, from })} />
          <span className="soft">{t("and")}</span>
          <DateInput label={t("To")} value={rule.to} onChange={(to) => onChange({ ...rule, to })} />
        </span>
      ) : null}
    </>
  );
}

type WhereProps = { rule: Obj; event: string; operators: Operator[]; onChange: (rule: Obj) => void };

/** Conditions on the properties of the event, all of which must be true. */
export function WhereFields({ rule, event, operators, onChange }: WhereProps) {
  const where = (Array.isArray(rule.where) ? rule.where : []).filter(isObject);
  const set = (next: Obj[]) => onChange(changed(rule, { where: next.length ? next : undefined }));
  return (
    <>
      {where.map((one, i) => (
        <div key={i} className="rule-where">
          <span className="rule-joint">{i === 0 ? t("where") : t("and")}</span>
          <div className="grow">
            <ComparedForm
              of="property"
              rule={one}
              operators={operators}
              event={event}
              onChange={(next) => set(where.map((was, k) => (k === i ? next : was)))}
            />
          </div>
          <ActionIcon
            size="sm"
            aria-label={t("Take away {what}", { what: String(one.property || t("this condition")) })}
            onClick={() => set(where.filter((_, k) => k !== i))}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => set([...where, { property: "", eq: "" }])}
        >
          {t("Only where a property…")}
        </Button>
      </div>
    </>
  );
}
