/** The fields of conditions: names, values with how many have them, times, lengths of time, dates. */
import { Autocomplete, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { number, t } from "@/app/words";
import { meant, shownValue } from "./compare";
import { type Of, useNames, useValues, type What } from "./forms";
import { isObject, type Obj } from "./tree";

type NameProps = {
  label: string;
  what: What | undefined;
  /** Whose properties. */
  event?: string;
  value: string;
  onChange: (name: string) => void;
  /** Where it is known without asking. */
  names?: string[];
  placeholder?: string;
  width?: number;
};

/** A name that is in use, or will be. */
export function NameInput({ label, what, event, value, onChange, names, placeholder, width = 220 }: NameProps) {
  const [isOpen, setOpen] = useState(false);
  const [q] = useDebouncedValue(value, 150);
  const known = useNames(isOpen && !names ? what : undefined, q, event).names;
  return (
    <Autocomplete
      aria-label={label}
      placeholder={placeholder ?? label}
      data={names ?? known}
      limit={20}
      value={value}
      className="rule-input"
      style={{ "--w": `${width}px` }}
      openOnFocus={value === ""}
      onFocus={() => setOpen(true)}
      onChange={onChange}
    />
  );
}

export type About = { of: Of; path: string; event: string };
type ValueProps = { label: string; about?: About; value: unknown; onChange: (value: unknown) => void; type?: string };

function useCounted(about: About | undefined, q: string, isOpen: boolean) {
  const [late] = useDebouncedValue(q, 150);
  const found = useValues(about?.of ?? "attribute", isOpen ? (about?.path ?? "") : "", about?.event ?? "", late);
  const items = found?.items ?? [];
  return { counts: new Map(items.map((one) => [shownValue(one.value), one.count])), type: found?.type ?? "" };
}

function Counted({ value, count }: { value: string; count: number | undefined }) {
  return (
    <span className="rule-counted">
      <span className="cut">{value}</span>
      {count === undefined ? null : <span className="faint">{number(count)}</span>}
    </span>
  );
}

/** A value as it is typed: numbers, true and false are themselves; those that people have are suggested. */
export function ValueInput({ label, about, value, onChange, type }: ValueProps) {
  const [text, setText] = useState(shownValue(value));
  const [isOpen, setOpen] = useState(false);
  const isKnown = text === shownValue(value) && text !== "";
  const { counts } = useCounted(about, isKnown ? "" : text, isOpen);
  // What was changed elsewhere (undo, another version) shows; what is being typed stays as it is typed.
  useEffect(() => {
    setText((last) => (JSON.stringify(meant(last)) === JSON.stringify(value) ? last : shownValue(value)));
  }, [value]);
  return (
    <Autocomplete
      aria-label={label}
      placeholder={t("value")}
      inputMode={type === "number" ? "decimal" : undefined}
      data={[...counts.keys()]}
      filter={({ options }) => options}
      limit={20}
      value={text}
      className="rule-input"
      onFocus={() => setOpen(true)}
      renderOption={({ option }) => <Counted value={option.value} count={counts.get(option.value)} />}
      onChange={(next) => {
        setText(next);
        onChange(meant(next));
      }}
    />
  );
}

export function ValuesInput({ label, about, value, onChange }: ValueProps) {
  const [q, setQ] = useState("");
  const [isOpen, setOpen] = useState(false);
  const { counts } = useCounted(about, q, isOpen);
  return (
    <TagsInput
      aria-label={label}
      placeholder={Array.isArray(value) && value.length ? undefined : t("values")}
      data={[...counts.keys()]}
      filter={({ options }) => options}
      value={(Array.isArray(value) ? value : []).map(shownValue)}
      searchValue={q}
      className="rule-input is-wide"
      onSearchChange={setQ}
      onFocus={() => setOpen(true)}
      renderOption={({ option }) => <Counted value={option.value} count={counts.get(option.value)} />}
      onChange={(next) => onChange(next.map(meant))}
    />
  );
}

type DurationProps = { label: string; value: unknown; onChange: (value: string | undefined) => void };

export function durationUnits() {
  return [
    { value: "m", label: t("minutes") },
    { value: "h", label: t("hours") },
    { value: "d", label: t("days") },
    { value: "w", label: t("weeks") },
  ];
}

/** "30d" as a number and a unit. */
export function DurationInput({ label, value, onChange }: DurationProps) {
  const found = /^(-?\d+)([smhdw])$/.exec(String(value ?? ""));
  const [amount, unit] = [found ? Number(found[1]) : "", found?.[2] ?? "d"];
  const units = unit === "s" ? [{ value: "s", label: t("seconds") }, ...durationUnits()] : durationUnits();
  const set = (next: number | string, inUnit: string) =>
    onChange(next === "" ? undefined : `${Math.trunc(Number(next))}${inUnit}`);
  return (
    <span className="rule-pair">
      <NumberInput
        aria-label={label}
        min={0}
        max={999_999}
        allowDecimal={false}
        value={amount}
        w={76}
        onChange={(next) => set(next, unit)}
      />
      <Select
        aria-label={t("Unit of {what}", { what: label })}
        data={units}
        value={unit}
        w={104}
        allowDeselect={false}
        onChange={(next) => set(amount === "" ? 1 : amount, next ?? "d")}
      />
    </span>
  );
}

type DateProps = { label: string; value: unknown; onChange: (value: string) => void };

export function DateInput({ label, value, onChange }: DateProps) {
  const text = String(value ?? "");
  const isDay = text === "" || /^\d{4}-\d{2}-\d{2}$/.test(text);
  return (
    <TextInput
      type={isDay ? "date" : "text"}
      aria-label={label}
      value={text}
      className="rule-input"
      style={{ "--w": "160px" }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

type TimesProps = { label: string; value: unknown; onChange: (value: Obj) => void; unit?: string };

/** At least, at most or exactly so many. */
export function TimesInput({ label, value, onChange, unit }: TimesProps) {
  const given = isObject(value) ? value : {};
  const how = Object.keys(given)[0] ?? "at_least";
  const options = [
    { value: "at_least", label: t("at least") },
    { value: "at_most", label: t("at most") },
    { value: "exactly", label: t("exactly") },
  ];
  return (
    <span className="rule-pair">
      <Select
        aria-label={label}
        data={options}
        value={how}
        w={110}
        allowDeselect={false}
        onChange={(next) => onChange({ [next ?? "at_least"]: given[how] ?? 1 })}
      />
      <NumberInput
        aria-label={t("How many")}
        w={76}
        min={0}
        allowDecimal={false}
        value={typeof given[how] === "number" ? (given[how] as number) : 1}
        onChange={(next) => onChange({ [how]: Number(next) || 0 })}
      />
      {unit ? <span className="soft">{unit}</span> : null}
    </span>
  );
}

type PickProps = {
  label: string;
  options: { value: string; label: string }[];
  value: string | undefined;
  onChange: (value: string) => void;
  width?: number;
};

/** One of a few words. */
export function Pick({ label, options, value, onChange, width = 190 }: PickProps) {
  return (
    <Select
      aria-label={label}
      data={options}
      value={value ?? null}
      allowDeselect={false}
      className="rule-input"
      style={{ "--w": `${width}px` }}
      onChange={(next) => next !== null && onChange(next)}
    />
  );
}
