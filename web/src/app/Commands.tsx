/** ⌘K: every screen, person, journey and template by typing. */
import { Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconAddressBook, IconChartPie, IconMail, IconRoute, IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type ComponentType, type KeyboardEvent, useEffect, useState } from "react";
import { useHref } from "@/kit/Basics";
import { ask } from "./client";
import { rail } from "./rail";
import { t } from "./words";

type Found = { key: string; to: string; name: string; kind: string; icon: ComponentType<{ size?: number }> };

export function Commands({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal.Root opened={isOpen} onClose={onClose} yOffset="12vh" size={560} transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content aria-label={t("Find anything")}>
        <Modal.Body p="xs">{isOpen ? <Finder onClose={onClose} /> : null}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

const named = (data: unknown) => (data as { items: { name: string }[] } | undefined)?.items ?? [];

function useFound(text: string): Found[] {
  const typed = text.trim().toLowerCase();
  const [asked] = useDebouncedValue(typed, 150); // only what the server is asked waits; Enter counts for what is typed
  const people = ask.useQuery(
    "get",
    "/api/v1/contacts",
    { params: { query: { q: asked, limit: 6 } } },
    { enabled: asked !== "" },
  );
  const journeys = ask.useQuery("get", "/api/v1/journeys", {});
  const templates = ask.useQuery("get", "/api/v1/templates", {});
  const segments = ask.useQuery("get", "/api/v1/segments", {});
  const has = (name: string) => name.toLowerCase().includes(typed);
  const found: Found[] = rail()
    .flatMap((group) => group.stops)
    .filter((stop) => has(stop.name))
    .map((stop) => ({ key: stop.to, kind: t("Screen"), ...stop }));
  if (!typed) return found;
  for (const one of named(journeys.data)
    .filter((row) => has(row.name))
    .slice(0, 6)) {
    found.push({
      key: `j${one.name}`,
      to: `/journeys/${one.name}`,
      name: one.name,
      kind: t("Journey"),
      icon: IconRoute,
    });
  }
  for (const one of named(templates.data)
    .filter((row) => has(row.name))
    .slice(0, 6)) {
    found.push({
      key: `t${one.name}`,
      to: `/templates/${one.name}`,
      name: one.name,
      kind: t("Template"),
      icon: IconMail,
    });
  }
  for (const one of (segments.data?.items ?? []).filter((row) => has(`${row.title} ${row.name}`)).slice(0, 6)) {
    found.push({
      key: `s${one.name}`,
      to: `/segments/${one.name}`,
      name: one.title || one.name,
      kind: t("Segment"),
      icon: IconChartPie,
    });
  }
  for (const one of people.data?.items ?? []) {
    found.push({
      key: `c${one.id}`,
      to: `/contacts/${one.id}`,
      name: String((one as { label?: string }).label ?? one.id),
      kind: t("Contact"),
      icon: IconAddressBook,
    });
  }
  return found;
}

function Finder({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [here, setHere] = useState(0);
  const found = useFound(text);
  const navigate = useNavigate();
  const href = useHref();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed moves the cursor to the top
  useEffect(() => setHere(0), [text]);
  const go = (one: Found | undefined) => {
    if (!one) return;
    onClose();
    void navigate({ href: href(one.to) });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setHere(Math.min(here + 1, found.length - 1));
    else if (event.key === "ArrowUp") setHere(Math.max(here - 1, 0));
    else if (event.key === "Enter") go(found[here]);
    else return;
    event.preventDefault();
  };
  return (
    <div className="commands stack tight">
      <TextInput
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls="found"
        aria-activedescendant={found[here] ? `found-${here}` : undefined}
        aria-label={t("Find anything")}
        placeholder={t("A person, a journey, a template, a screen")}
        leftSection={<IconSearch size={16} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <div className="found" id="found" role="listbox" aria-label={t("Found")}>
        {found.map((one, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above listens
          <div
            key={one.key}
            id={`found-${i}`}
            role="option"
            aria-selected={i === here}
            className="command"
            onClick={() => go(one)}
            onMouseMove={() => setHere(i)}
          >
            <one.icon size={16} />
            <span className="cut grow">{one.name}</span>
            <span className="faint small">{one.kind}</span>
          </div>
        ))}
      </div>
      {found.length === 0 ? (
        <p className="faint small">
          {t("Nothing is called that. People are found by the beginning of an email, a name or an id.")}
        </p>
      ) : null}
    </div>
  );
}
