/** A value against another: which attribute, how, with what; what holds when nothing is known is folded away. */
import { Select } from "@mantine/core";
import { useState } from "react";
import { t } from "@/app/words";
import { DATES, fitting, inputOf, type Operator, operatorOf, withOperator } from "./compare";
import { type Of, useNames, useValues, type What } from "./forms";
import { type About, DateInput, DurationInput, NameInput, Pick, TimesInput, ValueInput, ValuesInput } from "./inputs";
import { changed } from "./kinds";
import { isObject, type Obj } from "./tree";
import { Anniversary, Month, Other, Range, YesNo } from "./Written";

type Props = {
  of: Of;
  rule: Obj;
  operators: Operator[];
  event?: string;
  /** Only what it is compared with: nothing about what nobody knows. */
  isPlain?: boolean;
  onChange: (rule: Obj) => void;
};

const LABELS: Record<Of, () => string> = {
  attribute: () => t("Attribute"),
  property: () => t("Property"),
  company_attribute: () => t("Attribute of their company"),
};

const NAMES: Record<Of, What> = {
  attribute: "attributes",
  property: "properties",
  company_attribute: "company_attributes",
};

export function ComparedForm({ of, rule, operators, event = "", isPlain, onChange }: Props) {
  const path = String(rule[of] ?? "");
  const about: About = { of, path, event };
  return (
    <div className="stack tight">
      <div className="rule-fields">
        <NameInput
          label={LABELS[of]()}
          what={NAMES[of]}
          event={event}
          value={path}
          onChange={(next) => onChange({ ...rule, [of]: next })}
        />
        <ComparedValue about={about} rule={rule} operators={operators} onChange={onChange} />
      </div>
      {isPlain ? null : <Unknown rule={rule} onChange={onChange} />}
    </div>
  );
}

type ValueProps = { about: About; rule: Obj; operators: Operator[]; onChange: (rule: Obj) => void };

/** How it is compared and with what: what stands beside the name. */
export function ComparedValue({ about, rule, operators, onChange }: ValueProps) {
  const learnt = useNames(about.of === "attribute" && about.path ? "attributes" : undefined, about.path).types;
  const seen = useValues(about.of, about.path, about.event, "");
  const type = seen?.type || learnt[about.path] || "";
  const operator = operatorOf(rule, operators);
  const offered = fitting(operators, type, operator?.key);
  return (
    <>
      <Select
        aria-label={t("How it is compared")}
        data={offered.map((one) => ({ value: one.key, label: one.title }))}
        value={operator?.key ?? null}
        searchable
        allowDeselect={false}
        className="rule-input"
        style={{ "--w": "190px" }}
        onChange={(next) => next && onChange(withOperator(rule, next, operators))}
      />
      {operator ? <Written about={about} rule={rule} operator={operator} type={type} onChange={onChange} /> : null}
      {type ? <span className="faint small rule-type">{typeWords(type)}</span> : null}
    </>
  );
}

function typeWords(type: string): string {
  const words: Record<string, string> = {
    text: t("a text"),
    number: t("a number"),
    boolean: t("yes or no"),
    date: t("a date"),
    "date-time": t("a date with its time"),
    list: t("a list"),
    object: t("several parts; go on with a dot"),
    mixed: t("of several types"),
  };
  return words[type] ?? type;
}

type WrittenProps = { about: About; rule: Obj; operator: Operator; type: string; onChange: (rule: Obj) => void };

/** What is written under an operator. */
function Written({ about, rule, operator, type, onChange }: WrittenProps) {
  const value = rule[operator.key];
  const set = (next: unknown) => onChange({ ...rule, [operator.key]: next });
  const shared = { about, onChange: set, type };
  if (isObject(value) && "attribute" in value) return <Other value={value} type={type} onChange={set} />;
  switch (inputOf(operator)) {
    case "yes or no":
      return <YesNo value={value} onChange={set} />;
    case "list":
      return <ValuesInput label={t("Values")} value={value} {...shared} />;
    case "range":
      return <Range value={value} {...shared} />;
    case "date":
      return <DateInput label={t("Date")} value={value} onChange={set} />;
    case "duration":
      return <DurationInput label={t("How long")} value={value} onChange={(next) => set(next ?? "")} />;
    case "anniversary":
      return <Anniversary value={value} onChange={set} />;
    case "month":
      return <Month value={value} onChange={set} />;
    case "times":
      return <TimesInput label={t("How long the list is")} value={value} onChange={set} />;
    case "text":
      return <ValueInput label={t("Text")} value={value} {...shared} onChange={(next) => set(String(next ?? ""))} />;
    default:
      return type === "boolean" ? (
        <YesNo value={value} onChange={set} />
      ) : (
        <ValueInput label={t("Value")} value={value} {...shared} />
      );
  }
}

const AGAINST = ["eq", "ne", "gt", "gte", "lt", "lte"];
const BY_DAYS = [...DATES, "between"];

/** What is rarely said: another attribute, whose day it is, and what holds when nothing is known. */
export function Unknown({ rule, onChange }: { rule: Obj; onChange: (rule: Obj) => void }) {
  const against = AGAINST.find((key) => key in rule);
  const isOther = against !== undefined && isObject(rule[against]);
  const [isOpen, setOpen] = useState(rule.missing !== undefined || rule.zone !== undefined);
  if (!isOpen)
    return (
      <div>
        <button type="button" className="why" onClick={() => setOpen(true)}>
          {t("More about it")}
        </button>
      </div>
    );
  const missing = [
    { value: "no", label: t("no") },
    { value: "yes", label: t("yes") },
    { value: "unknown", label: t("unknown: neither it nor its opposite") },
  ];
  const zones = [
    { value: "", label: t("by the workspace’s days") },
    { value: "contact", label: t("by their own days") },
  ];
  return (
    <div className="rule-fields small">
      <span className="soft">{t("When nothing is known:")}</span>
      <Pick
        label={t("When nothing is known")}
        options={missing}
        value={String(rule.missing ?? "no")}
        width={210}
        onChange={(next) => onChange(changed(rule, { missing: next === "no" ? undefined : next }))}
      />
      {BY_DAYS.some((key) => key in rule) ? (
        <Pick
          label={t("Whose days")}
          options={zones}
          value={String(rule.zone ?? "")}
          width={190}
          onChange={(next) => onChange(changed(rule, { zone: next || undefined }))}
        />
      ) : null}
      {against && "property" in rule === false ? (
        <button
          type="button"
          className="why"
          onClick={() => onChange({ ...rule, [against]: isOther ? "" : { attribute: "" } })}
        >
          {isOther ? t("Compare with a value") : t("Compare with another attribute")}
        </button>
      ) : null}
    </div>
  );
}
