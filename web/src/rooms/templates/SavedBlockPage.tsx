/** A part that several letters share: written, seen, published to all of them at once. */
import { Button, TextInput } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Confirm, Page, StateBadge, toast, useDeed, useHref } from "@/kit";
import { Problems } from "../documents/Problems";
import { Saved } from "../documents/Saved";
import { useDraft } from "../documents/use-draft";
import { Blocks } from "./Blocks";
import type { Piece } from "./blocks";
import { Preview } from "./Preview";
import { UndoButtons, undoByKey } from "./undoing";
import { VersionsTab } from "./VersionsTab";
import "./templates.css";

type BlockDoc = { block: string; title?: string; blocks?: Piece[] } & Record<string, unknown>;
const tidy = (given: Record<string, unknown>): BlockDoc => ({ ...given, block: String(given.block ?? "") });

export function SavedBlockPage() {
  const { block = "" } = useParams({ strict: false }) as { block?: string };
  const params = { path: { kind: "block", name: block } };
  const found = ask.useQuery("get", "/api/v1/documents/{kind}/{name}", { params });
  if (found.data) return <Writing key={block} of={found.data} />;
  return (
    <Page title={block}>
      <Asking of={found}>{() => null}</Asking>
    </Page>
  );
}

function Writing({ of }: { of: Shapes["DocumentPage"] }) {
  const live = useMemo(() => (of.document ? tidy(of.document) : null), [of.document]);
  const draft = useDraft<BlockDoc>({ kind: "block", name: of.name, live, draft: of.draft, tidy });
  const { doc, problems } = draft;
  const used = useUsedIn(of.name);
  const errors = problems.filter((one) => one.level === "error");
  const [publish, isBusy] = useDeed(async () => {
    await draft.settle();
    await api.POST("/api/v1/documents/publish", { body: doc });
    draft.done(doc);
    await queries.invalidateQueries();
    toast(t("Every letter that holds it follows."));
  });
  return (
    <Page
      title={doc.title || of.name}
      badge={
        <>
          {of.number ? <StateBadge state="live" /> : null}
          <Saved of={draft} />
        </>
      }
      told={<Used names={used} />}
      actions={
        <>
          <UndoButtons of={draft} />
          <Button disabled={!draft.hasDraft || errors.length > 0} loading={isBusy} onClick={() => void publish()}>
            {t("Publish")}
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: undo works wherever the focus is */}
      <div className="template" onKeyDown={(event) => undoByKey(event, draft)}>
        <div className="stack">
          <Problems of={errors} />
          <TextInput
            label={t("Name")}
            value={doc.title ?? ""}
            onChange={(event) => draft.change({ ...doc, title: event.currentTarget.value }, "title")}
          />
          <Blocks
            blocks={doc.blocks ?? []}
            path="blocks"
            problems={problems}
            onChange={(blocks, tag) => draft.change({ ...doc, blocks }, tag)}
          />
          {of.versions.length ? (
            <VersionsTab
              kind="block"
              name={of.name}
              live={of.number}
              versions={of.versions}
              doc={doc}
              onTake={(document, version) => {
                draft.change(tidy(document));
                toast(t("The draft is as version {version} was.", { version }), () => draft.change(doc));
              }}
            />
          ) : null}
          <End name={of.name} isLive={of.number > 0} isUsed={used.length > 0} hasDraft={draft.hasDraft} />
        </div>
        <Preview
          hasTest={false}
          doc={{ template: "block", class: "transactional", subject: "-", blocks: doc.blocks ?? [] }}
        />
      </div>
    </Page>
  );
}

/** Live templates that hold it. */
function useUsedIn(name: string): string[] {
  const params = { path: { kind: "template" } };
  const found = ask.useQuery("get", "/api/v1/documents/{kind}", { params });
  const mark = `{"saved":{"block":${JSON.stringify(name)}}`;
  return (found.data ?? [])
    .filter((one) => one.number > 0 && JSON.stringify(one.document).includes(mark))
    .map((one) => one.name);
}

function Used({ names }: { names: string[] }) {
  if (names.length === 0) return <>{t("No letter holds it.")}</>;
  return (
    <>
      {t("In use:")}{" "}
      {names.map((name, i) => (
        <span key={name}>
          {i ? ", " : ""}
          <A to={`/templates/${encodeURIComponent(name)}`}>{name}</A>
        </span>
      ))}
    </>
  );
}

type EndProps = { name: string; isLive: boolean; isUsed: boolean; hasDraft: boolean };

/** The way out: while a letter holds it, it stays. */
function End({ name, isLive, isUsed, hasDraft }: EndProps) {
  const [isAsking, setAsking] = useState(false);
  const navigate = useNavigate();
  const href = useHref();
  const params = { path: { kind: "block", name } };
  const end = async () => {
    if (isLive) await api.DELETE("/api/v1/documents/{kind}/{name}", { params });
    if (hasDraft) await api.DELETE("/api/v1/documents/{kind}/{name}/draft", { params });
    await navigate({ href: href("/blocks") });
    await queries.invalidateQueries();
  };
  return (
    <Card>
      <div className="row apart">
        <span className="small soft">
          {isUsed ? t("While a letter holds it, it stays.") : t("No letter needs it.")}
        </span>
        <Button variant="subtle" color="red" size="compact-sm" disabled={isUsed} onClick={() => setAsking(true)}>
          {t("Delete…")}
        </Button>
      </div>
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t("Delete the saved block?")}
        verb={t("Delete")}
        isDanger
        onConfirm={end}
      >
        {t("Letters that were sent stay as they were.")}
      </Confirm>
    </Card>
  );
}
