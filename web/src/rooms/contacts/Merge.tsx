/** Two contacts that are one person: both sides, and what would come of it, before it is done. */
import { Button, Group, Modal, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { api, ask, queries, Refused, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Note, toast, useDeed } from "@/kit";
import type { Whole } from "./Contact";
import { written } from "./values";

export function Merge({ of, onClose }: { of: Whole; onClose: () => void }) {
  const [text, setText] = useState("");
  const [other, setOther] = useState<string | null>(null);
  const [seen, setSeen] = useState<Shapes["Merged"]>();
  const [problem, setProblem] = useState("");
  const [asked] = useDebouncedValue(text, 200);
  const found = ask.useQuery("get", "/api/v1/contacts", { params: { query: { q: asked, limit: 12 } } });
  const people = (found.data?.items ?? []).filter((one) => one.id !== of.id);
  useEffect(() => {
    setSeen(undefined);
    setProblem("");
    if (!other) return;
    const path = { contact_id: of.id };
    api
      .POST("/api/v1/contacts/{contact_id}/merge", {
        params: { path },
        body: { contact_id: Number(other), preview: true },
      })
      .then(({ data }) => setSeen(data))
      .catch((error: unknown) =>
        setProblem(error instanceof Refused ? error.message : t("The server does not answer.")),
      );
  }, [other, of.id]);
  const [join, isBusy] = useDeed(async () => {
    await api.POST("/api/v1/contacts/{contact_id}/merge", {
      params: { path: { contact_id: of.id } },
      body: { contact_id: Number(other), preview: false },
    });
    await queries.invalidateQueries();
    toast(t("They are one contact now."));
    onClose();
  });
  return (
    <Modal opened onClose={onClose} size={760} title={<span className="strong">{t("Join with another contact")}</span>}>
      <div className="stack">
        <Select
          label={t("Who is the same person as {name}?", { name: of.label })}
          placeholder={t("Type a name, an email or an id")}
          searchable
          data-autofocus
          searchValue={text}
          onSearchChange={setText}
          filter={({ options }) => options}
          data={people.map((one) => ({ value: String(one.id), label: `${one.label} · ${one.email ?? one.id}` }))}
          value={other}
          onChange={setOther}
          nothingFoundMessage={t("Nobody is called that.")}
        />
        {problem ? <Note tone="failed">{problem}</Note> : null}
        {seen ? <Preview of={seen} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("Not now")}
          </Button>
          <Button color="red" disabled={!seen} loading={isBusy} onClick={() => void join()}>
            {t("Join them")}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}

/** Every field of a side, by name. */
function fields(of: Shapes["WholeContact"]): Map<string, string> {
  const found = new Map<string, string>();
  for (const one of of.identifiers) found.set(one.kind, [found.get(one.kind), one.value].filter(Boolean).join(", "));
  for (const [name, value] of Object.entries((of.attributes ?? {}) as Record<string, unknown>))
    if (!found.has(name)) found.set(name, written(value));
  found.set(t("Tags"), of.tags.join(", "));
  const consent = of.consent.map((one) => `${one.channel} ${one.topic || t("everything")}: ${one.state}`);
  found.set(t("Consent"), consent.join(", "));
  return found;
}

/** Both sides and what comes of it, field by field. */
function Preview({ of }: { of: Shapes["Merged"] }) {
  const sides = [fields(of.winner), fields(of.loser), fields(of.merged)];
  const names = [...new Set(sides.flatMap((side) => [...side.keys()]))];
  const rows = names.filter((name) => sides.some((side) => side.get(name)));
  return (
    <>
      <Note tone="warn">
        {t(
          "{name} becomes part of {other}: the stricter consent counts, journeys and unsent messages move. It cannot be undone here.",
          { name: of.loser.label, other: of.winner.label },
        )}
      </Note>
      <table className="sides">
        <thead>
          <tr>
            <td />
            <th scope="col">{t("{name}, who stays", { name: of.winner.label })}</th>
            <th scope="col">{t("{name}, who goes", { name: of.loser.label })}</th>
            <th scope="col">{t("What comes of it")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((name) => (
            <tr key={name}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              {sides.map((side, i) => (
                <td key={i}>
                  <bdi>{side.get(name) ?? ""}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
