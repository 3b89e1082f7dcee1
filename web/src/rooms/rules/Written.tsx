/** What is written beside an operator where it is more than one value: ranges, days, another attribute. */
import { NumberInput } from "@mantine/core";
import { t } from "@/app/words";
import { monthNames } from "./compare-words";
import { type About, DateInput, DurationInput, NameInput, Pick, ValueInput } from "./inputs";
import { changed } from "./kinds";
import type { Obj } from "./tree";

export function YesNo({ value, onChange }: { value: unknown; onChange: (value: boolean) => void }) {
  const options = [
    { value: "true", label: t("yes") },
    { value: "false", label: t("no") },
  ];
  return (
    <Pick
      label={t("Yes or no")}
      options={options}
      value={String(value === true)}
      width={84}
      onChange={(next) => onChange(next === "true")}
    />
  );
}

type RangeProps = { about: About; value: unknown; type: string; onChange: (value: unknown) => void };

export function Range({ about, value, type, onChange }: RangeProps) {
  const [low, high] = Array.isArray(value) ? (value as unknown[]) : ["", ""];
  const isDate = type === "date" || type === "date-time";
  if (isDate)
    return (
      <span className="rule-pair">
        <DateInput label={t("From")} value={low} onChange={(next) => onChange([next, high])} />
        <span className="soft">{t("and")}</span>
        <DateInput label={t("To")} value={high} onChange={(next) => onChange([low, next])} />
      </span>
    );
  return (
    <span className="rule-pair">
      <ValueInput label={t("From")} about={about} type={type} value={low} onChange={(next) => onChange([next, high])} />
      <span className="soft">{t("and")}</span>
      <ValueInput label={t("To")} about={about} type={type} value={high} onChange={(next) => onChange([low, next])} />
    </span>
  );
}

export function Anniversary({ value, onChange }: { value: unknown; onChange: (value: unknown) => void }) {
  const isToday = value === "today" || value === undefined;
  const options = [
    { value: "today", label: t("today") },
    { value: "ahead", label: t("in") },
  ];
  return (
    <span className="rule-pair">
      <Pick
        label={t("Which day")}
        options={options}
        value={isToday ? "today" : "ahead"}
        width={96}
        onChange={(next) => onChange(next === "today" ? "today" : "3d")}
      />
      {isToday ? null : (
        <DurationInput label={t("How far ahead")} value={value} onChange={(next) => onChange(next ?? "1d")} />
      )}
    </span>
  );
}

export function Month({ value, onChange }: { value: unknown; onChange: (value: unknown) => void }) {
  const options = [
    { value: "this", label: t("this month") },
    ...monthNames().map((label, i) => ({ value: String(i + 1), label })),
  ];
  return (
    <Pick
      label={t("Month")}
      options={options}
      value={String(value ?? "this")}
      width={150}
      onChange={(next) => onChange(next === "this" ? "this" : Number(next))}
    />
  );
}

/** Another attribute of the person, with a factor and a difference for numbers. */
export function Other({ value, type, onChange }: { value: Obj; type: string; onChange: (value: unknown) => void }) {
  const set = (change: Obj) => onChange(changed(value, change));
  return (
    <span className="rule-pair wrap-here">
      {type === "text" ? null : (
        <>
          <NumberInput
            aria-label={t("Times")}
            w={76}
            step={0.1}
            value={typeof value.times === "number" ? value.times : 1}
            onChange={(next) => set({ times: next === "" || next === 1 ? undefined : Number(next) })}
          />
          <span className="soft">×</span>
        </>
      )}
      <NameInput
        label={t("Other attribute")}
        what="attributes"
        value={String(value.attribute ?? "")}
        onChange={(attribute) => onChange({ ...value, attribute })}
      />
      {type === "text" ? null : (
        <>
          <span className="soft">+</span>
          <NumberInput
            aria-label={t("Plus")}
            w={76}
            value={typeof value.plus === "number" ? value.plus : 0}
            onChange={(next) => set({ plus: next === "" || next === 0 ? undefined : Number(next) })}
          />
        </>
      )}
    </span>
  );
}
