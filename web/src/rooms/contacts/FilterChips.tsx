/** Filters as chips, and the one place where another is added. */
import { Button, Popover, Select, TextInput } from "@mantine/core";
import { IconArrowsSort, IconFilterPlus, IconX } from "@tabler/icons-react";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { ask } from "@/app/client";
import { t } from "@/app/words";
import { ruleWords } from "../rules/words";
import { KINDS, type Kind, kindExample, kindName } from "./filters";
import type { Filters } from "./listing";

const RuleDialog = lazy(() => import("./RuleDialog"));
type Props = { filters: Filters; onChange: (change: Filters) => void };

export function FilterChips({ filters, onChange }: Props) {
  const isChanged = filters.sort === "changed";
  const [isBuilding, setBuilding] = useState(false);
  return (
    <>
      {KINDS.filter((kind) => filters[kind]).map((kind) => (
        <button
          key={kind}
          type="button"
          className="chip is-on"
          aria-label={t("Take away the filter: {name} {value}", {
            name: kindName(kind),
            value: shown(kind, filters[kind] ?? ""),
          })}
          onClick={() => onChange({ [kind]: undefined })}
        >
          <span className="cut">
            {kindName(kind)} {shown(kind, filters[kind] ?? "")}
          </span>
          <IconX size={14} aria-hidden />
        </button>
      ))}
      <AddFilter onAdd={(kind, value) => onChange({ [kind]: value })} onBuild={() => setBuilding(true)} />
      {isBuilding ? (
        <Suspense>
          <RuleDialog
            value={ruleIn(filters.where)}
            onClose={() => setBuilding(false)}
            onShow={(rule) => {
              setBuilding(false);
              onChange({ where: JSON.stringify(rule) });
            }}
          />
        </Suspense>
      ) : null}
      <button
        type="button"
        className="chip"
        title={t("Change the order")}
        onClick={() => onChange({ sort: isChanged ? undefined : "changed" })}
      >
        <IconArrowsSort size={14} aria-hidden />
        {isChanged ? t("Last changed first") : t("Newest first")}
      </button>
    </>
  );
}

function ruleIn(text: string | undefined): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** A rule as its sentence, everything else as it was written. */
function shown(kind: Kind, value: string): string {
  return (kind === "where" && ruleWords(ruleIn(value))) || value;
}

type AddProps = { onAdd: (kind: Kind, value: string) => void; onBuild: () => void };

function AddFilter({ onAdd, onBuild }: AddProps) {
  const [isOpen, setOpen] = useState(false);
  const [kind, setKind] = useState<Kind>("tag");
  const [value, setValue] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!value.trim()) return;
    onAdd(kind, value.trim());
    setValue("");
    setOpen(false);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} width={320} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="chip" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <IconFilterPlus size={14} aria-hidden />
          {t("Add a filter")}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <form className="stack tight" onSubmit={submit}>
          <Select
            label={t("Whoever")}
            data={KINDS.map((one) => ({ value: one, label: kindName(one) }))}
            value={kind}
            onChange={(next) => {
              if (next === "where") {
                setOpen(false);
                onBuild();
                return;
              }
              setKind((next as Kind) ?? "tag");
              setValue("");
            }}
            comboboxProps={{ withinPortal: false }}
          />
          <Value kind={kind} value={value} onChange={setValue} />
          <div>
            <Button type="submit" disabled={!value.trim()}>
              {t("Add")}
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function Value({ kind, value, onChange }: { kind: Kind; value: string; onChange: (value: string) => void }) {
  const journeys = ask.useQuery("get", "/api/v1/journeys", {}, { enabled: kind === "in_journey" });
  const label = t("Value");
  if (kind === "in_journey") {
    const names = ((journeys.data as { items?: { name: string }[] } | undefined)?.items ?? []).map((one) => one.name);
    return (
      <Select
        label={label}
        searchable
        data={names}
        value={value || null}
        onChange={(next) => onChange(next ?? "")}
        nothingFoundMessage={t("No journey is called that.")}
        comboboxProps={{ withinPortal: false }}
      />
    );
  }
  if (kind === "list") return <ListNames value={value} onChange={onChange} />;
  const shared = { label, value, placeholder: kindExample(kind) };
  const told = kind === "subscribed" ? t("A channel, or a channel and a topic.") : undefined;
  return <TextInput {...shared} description={told} onChange={(event) => onChange(event.currentTarget.value)} />;
}

function ListNames({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const lists = ask.useQuery("get", "/api/v1/lists", {}).data?.items ?? [];
  return (
    <Select
      label={t("Value")}
      searchable
      data={lists.map((one) => ({ value: one.name, label: one.title }))}
      value={value || null}
      onChange={(next) => onChange(next ?? "")}
      nothingFoundMessage={t("There is no list yet.")}
      comboboxProps={{ withinPortal: false }}
    />
  );
}
