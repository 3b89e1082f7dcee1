/** Fields that a person fills more easily than JSON: durations, days, maps, times, conditions on properties. */
import { ActionIcon, Autocomplete, Button, Chip, Input, NumberInput, Select, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { t } from "@/app/words";
import type { Custom, FieldProps } from "@/kit";
import type { Suggestions } from "../documents/suggestions";
import { meant, shownValue } from "../rules/compare";
import { RuleList } from "../rules/RuleBuilder";
import type { Forms } from "./forms";
import { dayNames } from "./sentences";

const DURATIONS = ["for", "timeout", "within", "offset", "after", "after_exit", "max_late"];
const SUGGESTED: Record<string, keyof Suggestions> = {
  attribute: "attributes",
  tag: "tags",
  event: "events",
  topic: "topics",
  channel: "channels",
};

type Known = { forms: Forms; suggestions: Suggestions; steps: string[] };

/** How the fields of steps and conditions are drawn where the schema alone is not enough. */
export function fields(known: Known): Custom {
  return (field) => {
    if (DURATIONS.includes(field.name)) return <Duration {...field} />;
    if (field.name === "where") return <Where {...field} />;
    if (field.name === "count") return <Times {...field} />;
    if (field.name === "attributes" || field.name === "data") return <MapField {...field} />;
    if (field.name === "days") return <Days {...field} />;
    if (field.name === "message") return <Choice {...field} from={known.steps} />;
    const names = SUGGESTED[field.name];
    if (names && field.schema.type !== "object" && !field.schema["x-suggest"])
      return <Choice {...field} from={known.suggestions[names]} />;
    return undefined;
  };
}

function shared({ schema, name, error, isRequired }: FieldProps) {
  return { label: schema.title ?? name, description: schema.description, error, withAsterisk: isRequired };
}

function Choice({ from, ...field }: FieldProps & { from: string[] }) {
  const example = field.schema.examples?.[0];
  return (
    <Autocomplete
      {...shared(field)}
      data={from}
      limit={20}
      placeholder={typeof example === "string" ? example : undefined}
      value={String(field.value ?? "")}
      onChange={(next) => field.onChange(next === "" && !field.isRequired ? undefined : next)}
    />
  );
}

/** "2d" as a number and a unit. */
function Duration(field: FieldProps) {
  const found = /^(-?\d+)([smhdw])$/.exec(String(field.value ?? field.schema.default ?? ""));
  const [amount, unit] = [found ? Number(found[1]) : "", found?.[2] ?? "d"];
  const units = [
    { value: "s", label: t("seconds") },
    { value: "m", label: t("minutes") },
    { value: "h", label: t("hours") },
    { value: "d", label: t("days") },
    { value: "w", label: t("weeks") },
  ];
  const set = (next: number | string, inUnit: string) =>
    field.onChange(next === "" ? undefined : `${Math.trunc(Number(next))}${inUnit}`);
  const { label, ...rest } = shared(field);
  return (
    <Input.Wrapper label={label} {...rest} labelElement="div">
      <div className="duration">
        <NumberInput
          aria-label={label}
          min={field.name === "offset" ? undefined : 0}
          allowDecimal={false}
          value={amount}
          onChange={(next) => set(next, unit)}
          styles={{ root: { flex: 1 } }}
        />
        <Select
          aria-label={t("Unit of {what}", { what: label })}
          data={units}
          value={unit}
          w={110}
          onChange={(next) => set(amount === "" ? 1 : amount, next ?? "d")}
        />
      </div>
    </Input.Wrapper>
  );
}

function Days(field: FieldProps) {
  const value = Array.isArray(field.value) ? "some" : String(field.value ?? "every");
  const options = [
    { value: "every", label: t("Every day") },
    { value: "weekdays", label: t("Weekdays") },
    { value: "weekend", label: t("The weekend") },
    { value: "some", label: t("These days") },
  ];
  return (
    <div className="stack tight">
      <Select
        {...shared(field)}
        data={options}
        value={value}
        onChange={(next) => field.onChange(next === "some" ? ["monday"] : (next ?? "every"))}
      />
      {value === "some" ? (
        <Chip.Group multiple value={field.value as string[]} onChange={(next) => field.onChange(next)}>
          <div className="chips">
            {dayNames().map((day) => (
              <Chip key={day.value} size="xs" value={day.value}>
                {day.label}
              </Chip>
            ))}
          </div>
        </Chip.Group>
      ) : null}
    </div>
  );
}

function Times(field: FieldProps) {
  const value = (field.value ?? {}) as Record<string, number>;
  const how = Object.keys(value)[0] ?? "";
  const options = [
    { value: "", label: t("At least once") },
    { value: "at_least", label: t("At least") },
    { value: "at_most", label: t("At most") },
    { value: "exactly", label: t("Exactly") },
  ];
  return (
    <div className="duration">
      <Select
        {...shared(field)}
        data={options}
        value={how}
        styles={{ root: { flex: 1 } }}
        onChange={(next) => field.onChange(next ? { [next]: value[how] ?? 2 } : undefined)}
      />
      {how ? (
        <NumberInput
          aria-label={t("Times")}
          w={90}
          min={0}
          allowDecimal={false}
          value={value[how]}
          onChange={(next) => field.onChange({ [how]: Number(next) || 0 })}
        />
      ) : null}
    </div>
  );
}

function Where({ value, onChange, schema, path }: FieldProps) {
  return (
    <div className="stack tight">
      <div>
        <div className="field-label">{schema.title}</div>
        <div className="faint small">{schema.description}</div>
      </div>
      <RuleList
        kinds={["property"]}
        joint="and"
        path={path}
        value={Array.isArray(value) ? value : []}
        onChange={(next) => onChange(next.length ? next : undefined)}
      />
    </div>
  );
}

function MapField(field: FieldProps) {
  const rows = Object.entries((field.value ?? {}) as Record<string, unknown>);
  const put = (next: [string, unknown][]) => field.onChange(next.length ? Object.fromEntries(next) : undefined);
  const label = field.schema.title ?? field.name;
  return (
    <div className="stack tight">
      <div>
        <div className="field-label">{label}</div>
        <div className="faint small">{field.schema.description}</div>
      </div>
      {rows.map(([name, value], i) => (
        <div key={i} className="row keep">
          <TextInput
            aria-label={t("Name {n} of {what}", { n: i + 1, what: label })}
            placeholder={t("name")}
            value={name}
            onChange={(event) => put(rows.map((row, k) => (k === i ? [event.currentTarget.value, row[1]] : row)))}
          />
          <ValueInput
            label={t("Value {n} of {what}", { n: i + 1, what: label })}
            value={value}
            onChange={(next) => put(rows.map((row, k) => (k === i ? [row[0], next] : row)))}
          />
          <ActionIcon
            aria-label={t("Take away {what}", { what: name || t("this") })}
            onClick={() => put(rows.filter((_, k) => k !== i))}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => field.onChange({ ...Object.fromEntries(rows), [freeKey(rows)]: "" })}
        >
          {t("Add")}
        </Button>
      </div>
      {field.error ? <div className="field-error">{field.error}</div> : null}
    </div>
  );
}

function freeKey(rows: [string, unknown][]): string {
  let key = "name";
  for (let i = 2; rows.some(([name]) => name === key); i++) key = `name_${i}`;
  return key;
}

type ValueProps = { label: string; value: unknown; onChange: (value: unknown) => void; placeholder?: string };

/** A value as it is typed: numbers, true and false are themselves. */
export function ValueInput({ label, value, onChange, placeholder }: ValueProps) {
  const [text, setText] = useState(shownValue(value));
  // What was changed elsewhere (undo, another version) shows; what is being typed stays as it is typed.
  useEffect(() => {
    setText((last) => (JSON.stringify(meant(last)) === JSON.stringify(value) ? last : shownValue(value)));
  }, [value]);
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder ?? t("value")}
      value={text}
      styles={{ root: { flex: 1 } }}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(meant(event.currentTarget.value));
      }}
    />
  );
}
