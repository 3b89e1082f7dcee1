/** One change for many people: what, to how many, and what was lately done, which is undone for a day. */
import { Autocomplete, Button, Group, Modal, Select, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api, ask, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { Asking, Note, useDeed } from "@/kit";
import { type Deed, type Draft, deedOf, KINDS, type Kind, kindName, told } from "./deeds";
import { followed, undone } from "./follow";

export type Whom = Shapes["WhomIn"];
const EMPTY: Draft = { kind: "tag", name: "", value: "", channel: "email", topic: "", statement: "" };

export function BulkDialog({ whom, onClose, onDone }: { whom: Whom; onClose: () => void; onDone?: () => void }) {
  const [draft, setDraft] = useState(EMPTY);
  const change = (some: Partial<Draft>) => setDraft({ ...draft, ...some });
  const deed = deedOf(draft);
  const [begin, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    if (!deed) return;
    const job = (await api.POST("/api/v1/bulk", { body: { deed, whom } })).data;
    onDone?.();
    onClose();
    if (job) await followed(job);
  });
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("Change many")}</span>}>
      <div className="stack">
        <form className="stack" onSubmit={(event) => void begin(event)}>
          <Select
            label={t("What is done")}
            data={KINDS.map((kind) => ({ value: kind, label: kindName(kind) }))}
            value={draft.kind}
            allowDeselect={false}
            onChange={(kind) => setDraft({ ...EMPTY, kind: (kind ?? "tag") as Kind })}
          />
          <Fields draft={draft} change={change} />
          <Count whom={whom} deed={deed} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("Not now")}
            </Button>
            <Button
              type="submit"
              loading={isBusy}
              disabled={!deed}
              color={draft.kind === "unsubscribe" || draft.kind === "suppress" ? "red" : undefined}
            >
              {kindName(draft.kind)}
            </Button>
          </Group>
        </form>
        <Lately />
      </div>
    </Modal>
  );
}

function Fields({ draft, change }: { draft: Draft; change: (some: Partial<Draft>) => void }) {
  const lists = ask.useQuery("get", "/api/v1/lists", {});
  const what = draft.kind === "set" || draft.kind === "clear" ? "attributes" : "tags";
  const names = ask.useQuery("get", "/api/v1/suggest", { params: { query: { what } } });
  const name = (label: string, placeholder = "") => (
    <Autocomplete
      label={label}
      placeholder={placeholder}
      data={names.data?.items ?? []}
      value={draft.name}
      maxLength={200}
      onChange={(value) => change({ name: value })}
    />
  );
  switch (draft.kind) {
    case "tag":
    case "untag":
      return name(t("Tag"), "vip");
    case "join":
    case "leave":
      return (
        <Select
          label={t("List")}
          data={(lists.data?.items ?? []).map((one) => ({ value: one.name, label: one.title }))}
          value={draft.name || null}
          nothingFoundMessage={t("There is no list yet.")}
          searchable
          onChange={(value) => change({ name: value ?? "" })}
        />
      );
    case "set":
      return (
        <div className="row keep">
          {name(t("Attribute"), "plan")}
          <TextInput
            label={t("Value")}
            placeholder="pro"
            value={draft.value}
            onChange={(event) => change({ value: event.currentTarget.value })}
          />
        </div>
      );
    case "clear":
      return name(t("Attribute"), "plan");
    case "suppress":
      return <Note tone="warn">{t("Their email addresses get no marketing any more, whoever has them.")}</Note>;
    default:
      return <Consent draft={draft} change={change} />;
  }
}

function Consent({ draft, change }: { draft: Draft; change: (some: Partial<Draft>) => void }) {
  const topics = ask.useQuery("get", "/api/v1/suggest", { params: { query: { what: "topics" } } });
  return (
    <>
      <div className="row keep">
        <TextInput
          label={t("Channel")}
          value={draft.channel}
          onChange={(event) => change({ channel: event.currentTarget.value })}
        />
        <Autocomplete
          label={t("Topic")}
          placeholder={t("everything")}
          data={topics.data?.items ?? []}
          value={draft.topic}
          onChange={(topic) => change({ topic })}
        />
      </div>
      {draft.kind === "subscribe" ? (
        <>
          <Textarea
            label={t("When and how they agreed")}
            placeholder={t("They signed a list at our stand, Berlin, 3 May 2026.")}
            value={draft.statement}
            onChange={(event) => change({ statement: event.currentTarget.value })}
          />
          <Note tone="info">
            {t("It is kept with your name as the proof of each of them. Whoever has left is not brought back.")}
          </Note>
        </>
      ) : (
        <Note tone="warn">
          {t("What waits to leave for them is cancelled. An undo does not subscribe them again.")}
        </Note>
      )}
    </>
  );
}

/** "1,204 people will be changed." before anything is. */
function Count({ whom, deed }: { whom: Whom; deed: Deed | undefined }) {
  const body = { deed: deed ?? { add_tags: ["-"] }, whom };
  const meant = ask.useQuery("post", "/api/v1/bulk/look", { body });
  return (
    <Asking of={meant} bones={1}>
      {({ total, is_exact }) => (
        <p className="strong" role="status">
          {is_exact
            ? t("{count, plural, one {# person} other {# people}} will be changed, unless it is so already.", {
                count: total,
              })
            : t("More than {count} people will be changed, unless it is so already.", { count: number(total) })}{" "}
          <span className="soft">{t("No journey starts by it.")}</span>
        </p>
      )}
    </Asking>
  );
}

function Lately() {
  const jobs = ask.useQuery("get", "/api/v1/bulk", { params: { query: { limit: 5 } } });
  const [undo, isBusy] = useDeed(async (id: number) => {
    await undone(id);
    await jobs.refetch();
  });
  const items = jobs.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="stack tight" aria-label={t("Lately")}>
      <h3 className="small strong">{t("Lately")}</h3>
      <ul>
        {items.map((one) => (
          <li key={one.id} className="line">
            <span className="grow small wrap">
              {t("{count, plural, one {# person} other {# people}}", { count: one.changed_count })}: {told(one.deed)}{" "}
              <span className="faint">{one.state}</span>
            </span>
            {one.undo_until && Date.parse(one.undo_until) > Date.now() ? (
              <Button variant="subtle" size="compact-sm" loading={isBusy} onClick={() => void undo(one.id)}>
                {t("Undo")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
