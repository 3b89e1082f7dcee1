/** Single fields of a form, and what has no form of its own. */
import {
  Autocomplete,
  JsonInput,
  NumberInput,
  PasswordInput,
  Select,
  Switch,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { t } from "@/app/words";
import type { FieldProps } from "./SchemaForm";
import { type Schema, worded } from "./schema";

function example(schema: Schema): string | undefined {
  const found = schema.examples?.[0];
  return found === undefined ? undefined : typeof found === "string" ? found : JSON.stringify(found);
}

export function Single({
  name,
  schema,
  value,
  isRequired,
  error,
  onChange,
  kind,
  suggestions,
}: FieldProps & { kind: string; suggestions: Record<string, string[]> }) {
  const label = schema.title ?? worded(name);
  const shared = { label, description: schema.description, error, withAsterisk: isRequired };
  const text = value === undefined || value === null ? "" : String(value);
  if (kind === "enum") {
    const options = (schema.enum ?? [])
      .filter((one) => one !== null)
      .map((one) => ({ value: String(one), label: worded(String(one)) }));
    return (
      <Select
        {...shared}
        data={options}
        value={text || (schema.default === undefined ? null : String(schema.default))}
        onChange={(next) => onChange(next ?? undefined)}
        clearable={!isRequired && schema.default === undefined}
      />
    );
  }
  if (kind === "boolean") {
    return (
      <Switch
        label={label}
        description={schema.description}
        error={error}
        checked={value === undefined ? schema.default === true : value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (kind === "integer" || kind === "number") {
    return (
      <NumberInput
        {...shared}
        value={
          typeof value === "number"
            ? value
            : typeof schema.default === "number" && value === undefined
              ? schema.default
              : ""
        }
        min={schema.minimum}
        max={schema.maximum}
        allowDecimal={kind === "number"}
        onChange={(next) => onChange(next === "" ? undefined : Number(next))}
      />
    );
  }
  const change = (next: string) => onChange(next === "" && !isRequired ? undefined : next);
  const placeholder =
    example(schema) ?? (typeof schema.default === "string" && schema.default ? schema.default : undefined);
  if (schema.writeOnly || schema.format === "password") {
    return (
      <PasswordInput
        {...shared}
        value={text}
        placeholder={placeholder}
        autoComplete="off"
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  if (schema["x-widget"] === "text") {
    return (
      <Textarea
        {...shared}
        value={text}
        placeholder={placeholder}
        maxRows={12}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  const known = schema["x-suggest"] ? suggestions[schema["x-suggest"]] : undefined;
  if (known)
    return (
      <Autocomplete {...shared} data={known} limit={20} value={text} placeholder={placeholder} onChange={change} />
    );
  return (
    <TextInput
      {...shared}
      value={text}
      placeholder={placeholder}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** What has no form of its own is written as JSON; it is taken over when it is whole. */
export function Loose({
  label,
  told,
  error,
  isRequired,
  value,
  onChange,
}: {
  label: string;
  told?: string;
  error?: string;
  isRequired: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const [text, setText] = useState(value === undefined ? "" : JSON.stringify(value, null, 2));
  const change = (next: string) => {
    setText(next);
    if (next.trim() === "") return onChange(undefined);
    try {
      onChange(JSON.parse(next));
    } catch {
      // Not whole yet; the field itself says so when it is left.
    }
  };
  return (
    <JsonInput
      label={label}
      description={told}
      error={error}
      withAsterisk={isRequired}
      validationError={t("This is not whole JSON.")}
      autosize
      minRows={2}
      maxRows={16}
      value={text}
      onChange={change}
    />
  );
}
