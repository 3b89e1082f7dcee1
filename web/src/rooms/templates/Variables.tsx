/** Variables from what is really known: chosen by name, with the words for whoever lacks them. */
import { ActionIcon, Autocomplete, Button, Popover, TextInput, Tooltip } from "@mantine/core";
import { IconBraces } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { ask } from "@/app/client";
import { t } from "@/app/words";
import { parsed, variable } from "./rich";

/** What may be named, in groups: of the person, of each kind of event. */
function useKnown() {
  const known = ask.useQuery("get", "/api/v1/templates/variables", {}, { staleTime: 60_000, meta: { isStill: true } });
  const taken = new Set<string>();
  const once = (paths: string[]) => paths.filter((path) => !taken.has(path) && taken.add(path));
  const groups = [
    { group: t("The person"), items: once((known.data?.contact ?? []).map((one) => one.path)) },
    ...(known.data?.events ?? []).map((one) => ({
      group: t("What happened: {event}", { event: one.name }),
      items: once(one.paths),
    })),
  ];
  return groups.filter((one) => one.items.length > 0);
}

type MenuProps = {
  onPick: (source: string) => void;
  /** The variable that is chosen now, to be changed. */
  source?: string;
};

export function VariableMenu({ onPick, source = "" }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width={320} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Tooltip label={source ? t("Change the variable") : t("Put in a name or a number")}>
          <ActionIcon
            aria-label={source ? t("Change the variable") : t("Put in a variable")}
            onClick={() => setOpen(!isOpen)}
          >
            <IconBraces size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Choice
          source={source}
          onPick={(next) => {
            setOpen(false);
            onPick(next);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function Choice({ source = "", onPick }: MenuProps) {
  const groups = useKnown();
  const begun = parsed(source);
  const [path, setPath] = useState(begun?.path ?? "");
  const [fallback, setFallback] = useState(begun?.fallback ?? "");
  const isEvent = path.startsWith("event.");
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        if (path.trim()) onPick(variable(path.trim(), fallback));
      }}
    >
      <Autocomplete
        label={t("Variable")}
        placeholder="contact.first_name"
        description={isEvent ? t("Known only to journeys that such an event starts.") : undefined}
        data={groups}
        limit={60}
        maxDropdownHeight={260}
        comboboxProps={{ withinPortal: false }}
        data-autofocus
        value={path}
        onChange={setPath}
      />
      <TextInput
        label={t("For whoever has none")}
        description={t("Without it, their message fails.")}
        placeholder={t("friend")}
        value={fallback}
        onChange={(event) => setFallback(event.currentTarget.value)}
      />
      <Button type="submit" disabled={!path.trim()}>
        {source ? t("Change it") : t("Put it in")}
      </Button>
    </form>
  );
}

type WordsProps = {
  label: string;
  description?: string;
  error?: string;
  value: string;
  onChange: (value: string) => void;
};

/** One line of words with room for variables. */
export function WordsInput({ label, description, error, value, onChange }: WordsProps) {
  const field = useRef<HTMLInputElement>(null);
  const put = (source: string) => {
    const [from, to] = [field.current?.selectionStart ?? value.length, field.current?.selectionEnd ?? value.length];
    onChange(value.slice(0, from) + source + value.slice(to));
  };
  return (
    <TextInput
      ref={field}
      label={label}
      description={description}
      error={error}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      rightSection={<VariableMenu onPick={put} />}
    />
  );
}
