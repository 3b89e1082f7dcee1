/** Forms drawn from the server's JSON Schemas; the server's validator is the only one. */
import { ActionIcon, Button, TagsInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Place } from "@/app/client";
import { t } from "@/app/words";
import { Loose, Single } from "./SchemaInputs";
import { kindOf, plain, type Schema, worded } from "./schema";

type Data = Record<string, unknown>;
/** Draws one field in another way; `undefined` leaves it to the form. */
export type Custom = (field: FieldProps) => ReactNode | undefined;

export type FieldProps = {
  name: string;
  path: string;
  schema: Schema;
  value: unknown;
  isRequired: boolean;
  error?: string;
  onChange: (value: unknown) => void;
};

type FormProps = {
  schema: Schema;
  value: Data;
  onChange: (value: Data) => void;
  /** What the server found wrong; each at its path. */
  places?: Place[];
  /** Where this form lies in the document: places carry the whole path. */
  path?: string;
  custom?: Custom;
  /** Names known to the server, by `x-suggest`. */
  suggestions?: Record<string, string[]>;
};

export function SchemaForm({ schema, value, onChange, places = [], path = "", custom, suggestions = {} }: FormProps) {
  return (
    <div className="stack">
      <Fields
        root={schema}
        schema={schema}
        value={value}
        onChange={onChange}
        places={places}
        path={path}
        custom={custom}
        suggestions={suggestions}
      />
    </div>
  );
}

type Inside = {
  root: Schema;
  places: Place[];
  custom?: Custom;
  suggestions: Record<string, string[]>;
};

function Fields({
  schema,
  value,
  onChange,
  path,
  ...inside
}: Inside & { schema: Schema; value: Data; onChange: (value: Data) => void; path: string }) {
  const names = schema["x-order"] ?? Object.keys(schema.properties ?? {});
  const set = (name: string, next: unknown) => {
    const changed = { ...value };
    if (next === undefined) delete changed[name];
    else changed[name] = next;
    onChange(changed);
  };
  return names.map((name) => {
    const below = path ? `${path}.${name}` : name;
    const one = plain(schema.properties?.[name] ?? {}, inside.root);
    return (
      <Field
        key={name}
        {...inside}
        name={name}
        path={below}
        schema={one}
        value={value[name]}
        isRequired={schema.required?.includes(name) ?? false}
        onChange={(next) => set(name, next)}
      />
    );
  });
}

function told(place: Place | undefined): string | undefined {
  return place ? [place.message, place.hint].filter(Boolean).join(" ") : undefined;
}

function Field(props: Inside & Omit<FieldProps, "error">) {
  const { schema, places, path, custom } = props;
  const error = told(places.find((place) => place.path === path));
  const own = custom?.({ ...props, error });
  if (own !== undefined) return <>{own}</>;
  const kind = kindOf(schema);
  if (kind === "object" || kind === "array" || kind === "map" || kind === "any")
    return <Compound {...props} error={error} kind={kind} />;
  return <Single {...props} error={error} kind={kind} />;
}

function Compound(props: Inside & FieldProps & { kind: string }) {
  const { name, schema, value, error, onChange, kind, isRequired, suggestions, ...inside } = props;
  const label = schema.title ?? worded(name);
  const items = typeof schema.items === "object" ? plain(schema.items, props.root) : undefined;
  if (kind === "object") {
    return (
      <Group
        label={label}
        told={schema.description}
        error={error}
        isOpen={isRequired || value !== undefined}
        onAdd={() => onChange({})}
        onDrop={isRequired ? undefined : () => onChange(undefined)}
      >
        <Fields
          {...inside}
          suggestions={suggestions}
          schema={schema}
          value={(value as Data) ?? {}}
          onChange={onChange}
        />
      </Group>
    );
  }
  if (kind === "array" && items && kindOf(items) === "string" && !items.enum) {
    const known = items["x-suggest"] ?? schema["x-suggest"];
    return (
      <TagsInput
        label={label}
        description={schema.description}
        error={error}
        withAsterisk={isRequired}
        value={(value as string[]) ?? []}
        data={known ? (suggestions[known] ?? []) : []}
        onChange={(next) => onChange(next.length ? next : undefined)}
      />
    );
  }
  if (kind === "array" && items && kindOf(items) === "object")
    return <Several {...props} label={label} items={items} />;
  return (
    <Loose
      label={label}
      told={schema.description}
      error={error}
      isRequired={isRequired}
      value={value}
      onChange={onChange}
    />
  );
}

type GroupProps = {
  label: string;
  told?: string;
  error?: string;
  isOpen: boolean;
  onAdd: () => void;
  onDrop?: () => void;
  children: ReactNode;
};

function Group({ label, told, error, isOpen, onAdd, onDrop, children }: GroupProps) {
  if (!isOpen) {
    return (
      <div>
        <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={onAdd}>
          {label}
        </Button>
        {told ? <div className="faint small">{told}</div> : null}
      </div>
    );
  }
  return (
    <fieldset className="stack tight" style={{ borderLeft: "2px solid var(--line)", paddingLeft: 12 }}>
      <div className="row apart keep">
        <legend className="strong small">{label}</legend>
        {onDrop ? (
          <ActionIcon size="sm" aria-label={t("Take away {what}", { what: label })} onClick={onDrop}>
            <IconTrash size={15} />
          </ActionIcon>
        ) : null}
      </div>
      {told ? <div className="faint small">{told}</div> : null}
      {error ? (
        <div className="small" style={{ color: "var(--failed)" }}>
          {error}
        </div>
      ) : null}
      {children}
    </fieldset>
  );
}

function Several({
  label,
  items,
  value,
  onChange,
  schema,
  path,
  isRequired: _,
  kind: _kind,
  name: _name,
  ...inside
}: Inside & FieldProps & { kind: string; label: string; items: Schema }) {
  const list = (value as Data[] | undefined) ?? [];
  const put = (i: number, next: Data) => onChange(list.map((one, k) => (k === i ? next : one)));
  const drop = (i: number) => onChange(list.length === 1 ? undefined : list.filter((_, k) => k !== i));
  return (
    <div className="stack tight">
      <div className="strong small">{label}</div>
      {schema.description ? <div className="faint small">{schema.description}</div> : null}
      {list.map((one, i) => (
        <Group key={i} label={`${i + 1}.`} isOpen onAdd={() => undefined} onDrop={() => drop(i)}>
          <Fields {...inside} schema={items} value={one} onChange={(next) => put(i, next)} path={`${path}[${i}]`} />
        </Group>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...list, {}])}
        >
          {t("Add")}
        </Button>
      </div>
    </div>
  );
}
