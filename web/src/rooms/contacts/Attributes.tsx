/** What we know of them; a value is changed in place, and the toast takes it back. */
import { ActionIcon, Button, Select, TextInput, Tooltip } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { t } from "@/app/words";
import { Card, toast, useDeed } from "@/kit";
import { edit } from "./Aside";
import type { Whole } from "./Contact";
import { parsed, TYPES, type Type, typed, written } from "./values";

export function Attributes({ of }: { of: Whole }) {
  const known = Object.entries((of.attributes ?? {}) as Record<string, unknown>);
  const [open, setOpen] = useState<string>();
  const [isAdding, setAdding] = useState(false);
  const [save, isBusy] = useDeed(async (name: string, value: unknown) => {
    const before = (of.attributes as Record<string, unknown>)[name] ?? null;
    await edit(of.id, { attributes: { [name]: value } });
    setOpen(undefined);
    setAdding(false);
    const back = () => void edit(of.id, { attributes: { [name]: before } });
    toast(value === null ? t("{name} is gone.", { name }) : t("{name} is saved.", { name }), back);
  });
  return (
    <Card
      title={t("Attributes")}
      actions={
        <Tooltip label={t("Add an attribute")}>
          <ActionIcon aria-label={t("Add an attribute")} onClick={() => setAdding(!isAdding)}>
            <IconPlus size={17} />
          </ActionIcon>
        </Tooltip>
      }
    >
      <div className="stack tight">
        {isAdding ? <New onSave={(name, value) => void save(name, value)} isBusy={isBusy} /> : null}
        {known.length === 0 && !isAdding ? <p className="faint small">{t("Nothing is known yet.")}</p> : null}
        <ul className="stack tight">
          {known.map(([name, value]) => (
            <li key={name} className="pair">
              <span className="pair-name">
                <bdi>{name}</bdi>
              </span>
              {open === name ? (
                <Editing
                  name={name}
                  value={value}
                  isBusy={isBusy}
                  onSave={(next) => void save(name, next)}
                  onLeave={() => setOpen(undefined)}
                />
              ) : (
                <>
                  <span className="pair-value">
                    <bdi>{written(value)}</bdi>
                  </span>
                  <ActionIcon
                    size="sm"
                    aria-label={t("Change {name}", { name })}
                    onClick={() => {
                      setAdding(false);
                      setOpen(name);
                    }}
                  >
                    <IconPencil size={14} />
                  </ActionIcon>
                </>
              )}
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}

type EditingProps = {
  name: string;
  value: unknown;
  isBusy: boolean;
  onSave: (value: unknown) => void;
  onLeave: () => void;
};

function Editing({ name, value, isBusy, onSave, onLeave }: EditingProps) {
  const [text, setText] = useState(written(value));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text === written(value)) onLeave();
    else onSave(parsed(text, value));
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") onLeave();
  };
  return (
    <>
      <form onSubmit={submit}>
        <TextInput
          size="xs"
          autoFocus
          aria-label={t("Value of {name}", { name })}
          value={text}
          disabled={isBusy}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKey}
        />
      </form>
      <ActionIcon size="sm" aria-label={t("Take away {name}", { name })} onClick={() => onSave(null)}>
        <IconTrash size={14} />
      </ActionIcon>
    </>
  );
}

function typeName(type: Type): string {
  const names: Record<Type, string> = {
    text: t("Text"),
    number: t("Number"),
    boolean: t("Yes or no"),
    date: t("Date"),
    json: t("List or object (JSON)"),
  };
  return names[type];
}

function New({ onSave, isBusy }: { onSave: (name: string, value: unknown) => void; isBusy: boolean }) {
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [type, setType] = useState<Type>("text");
  const value = typed(text, type);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() && value !== undefined) onSave(name.trim(), value);
  };
  return (
    <form className="stack tight" onSubmit={submit}>
      <TextInput
        size="xs"
        autoFocus
        aria-label={t("Name of the attribute")}
        placeholder={t("Name, such as plan")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        size="xs"
        aria-label={t("Its type")}
        allowDeselect={false}
        data={TYPES.map((one) => ({ value: one, label: typeName(one) }))}
        value={type}
        onChange={(next) => {
          setType((next ?? "text") as Type);
          setText(next === "boolean" ? "true" : "");
        }}
      />
      {type === "boolean" ? (
        <Select
          size="xs"
          aria-label={t("Its value")}
          allowDeselect={false}
          data={[
            { value: "true", label: t("Yes") },
            { value: "false", label: t("No") },
          ]}
          value={text}
          onChange={(next) => setText(next ?? "true")}
        />
      ) : (
        <TextInput
          size="xs"
          type={type === "date" ? "date" : "text"}
          inputMode={type === "number" ? "decimal" : undefined}
          aria-label={t("Its value")}
          placeholder={type === "json" ? '["a", "b"]' : t("Value")}
          error={text && value === undefined ? t("This is none.") : undefined}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <div>
        <Button type="submit" size="compact-sm" loading={isBusy} disabled={!name.trim() || value === undefined}>
          {t("Add")}
        </Button>
      </div>
    </form>
  );
}
