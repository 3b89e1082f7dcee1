/** Two contacts that are one person: both sides, and what would come of it, before it is done. */
import { Button, Group, Modal, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { api, ask, queries, Refused, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Facts, Note, toast, useDeed } from "@/kit";
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
    <Modal opened onClose={onClose} size={680} title={<span className="strong">{t("Join with another contact")}</span>}>
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

function Preview({ of }: { of: Shapes["Merged"] }) {
  const sides: [string, Shapes["WholeContact"]][] = [
    [t("{name}, who stays", { name: of.winner.label }), of.winner],
    [t("{name}, who goes", { name: of.loser.label }), of.loser],
    [t("What comes of it"), of.merged],
  ];
  return (
    <>
      <Note tone="warn">
        {t(
          "{name} becomes part of {other}: the stricter consent counts, journeys and unsent messages move. It cannot be undone here.",
          { name: of.loser.label, other: of.winner.label },
        )}
      </Note>
      <div className="halves">
        {sides.map(([title, side]) => (
          <section key={title} className="stack tight">
            <h3 className="wrap">{title}</h3>
            <Facts
              of={[
                ...side.identifiers.map((one): [string, string] => [one.kind, one.value]),
                ...Object.entries((side.attributes ?? {}) as Record<string, unknown>)
                  .slice(0, 12)
                  .map(([name, value]): [string, string] => [name, written(value)]),
                [t("Tags"), side.tags.join(", ")],
                [
                  t("Consent"),
                  side.consent.map((one) => `${one.channel} ${one.topic || t("everything")}: ${one.state}`).join(", "),
                ],
              ]}
            />
          </section>
        ))}
      </div>
    </>
  );
}
