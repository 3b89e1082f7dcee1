/** One segment: what it is, its rule, its people, why somebody is in it, what it was before. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconArchiveOff, IconDots, IconRoute, IconTrash } from "@tabler/icons-react";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Confirm, Note, Page, TabLinks, toast, useHref } from "@/kit";
import { Saved } from "../documents/Saved";
import { useDraft, type Written } from "../documents/use-draft";
import { useGet } from "../rules/remote";
import { UndoButtons, undoByKey } from "../templates/undoing";
import { VersionsTab } from "../templates/VersionsTab";
import { type SegmentDoc, tidy } from "./document";
import { Edit } from "./Edit";
import { Enrol } from "./Enrol";
import { ExplainTab } from "./ExplainTab";
import { Members } from "./Members";
import { Overview } from "./Overview";
import { PublishSegment, SegmentChanges } from "./PublishSegment";
import { Badges } from "./Segments";
import "./segments.css";
import type { SegmentWhole } from "./types";

type Document = Shapes["DocumentPage"];

export function SegmentPage() {
  const { segment: name = "" } = useParams({ strict: false }) as { segment?: string };
  const params = { path: { kind: "segment" as never, name } };
  const document = ask.useQuery("get", "/api/v1/documents/{kind}/{name}", { params });
  const isLive = document.data?.document != null;
  const whole = useGet<SegmentWhole>("/api/v1/segments/{name}", { path: { name } }, { enabled: isLive, retry: false });
  if (document.data && (!isLive || whole.data))
    return <Editor key={name} document={document.data} whole={isLive ? whole.data : undefined} />;
  return (
    <Page title={name}>
      {document.data ? <Asking of={whole}>{() => null}</Asking> : <Asking of={document}>{() => null}</Asking>}
    </Page>
  );
}

type Asks = "publish" | "drop" | "down" | "enrol";

function Editor({ document, whole }: { document: Document; whole: SegmentWhole | undefined }) {
  const { name } = document;
  const live = useMemo(() => (document.document ? tidy(document.document) : null), [document.document]);
  const draft = useDraft<SegmentDoc>({ kind: "segment", name, live, draft: document.draft, tidy });
  const navigate = useNavigate();
  const href = useHref();
  const [asking, setAsking] = useState<Asks>();
  const [offer, setOffer] = useState<string[]>([]);
  const title = draft.doc.title || name;
  const put = async (body: SegmentDoc) => {
    const { data } = await api.POST("/api/v1/documents/publish", { body });
    draft.done(body);
    await queries.invalidateQueries();
    toast(data?.published ? t("“{name}” is live.", { name: title }) : t("It was live already."));
  };
  const publish = async () => {
    await draft.settle();
    await put(draft.doc);
    setOffer(whole?.starts ?? []);
    await navigate({ to: href(`/segments/${name}`) });
  };
  const drop = async () => {
    await draft.settle();
    await api.DELETE("/api/v1/documents/{kind}/{name}/draft", { params: { path: { kind: "segment" as never, name } } });
    draft.done(live);
    if (live === null) await navigate({ href: href("/segments") });
    await queries.invalidateQueries();
  };
  const takeDown = async () => {
    await api.DELETE("/api/v1/documents/{kind}/{name}", { params: { path: { kind: "segment" as never, name } } });
    await navigate({ href: href("/segments") });
    await queries.invalidateQueries();
  };
  return (
    <Page
      title={title}
      badge={
        <>
          {whole ? <Badges of={{ ...whole.segment, has_draft: false }} /> : null}
          <Saved of={draft} />
        </>
      }
      told={draft.doc.description || (whole ? undefined : t("It was never published; nobody is in it yet."))}
      actions={
        <>
          <UndoButtons of={draft} />
          <Button disabled={!draft.hasDraft} onClick={() => void draft.settle().then(() => setAsking("publish"))}>
            {t("Publish")}
          </Button>
          <More isLive={whole !== undefined} hasDraft={draft.hasDraft} onAsk={setAsking} />
        </>
      }
    >
      <Tabs name={name} whole={whole} versions={document.versions.length} />
      {offer.length && whole ? (
        <Note>
          <div className="row apart">
            <span>
              {t("Whoever is in it by publishing has not entered {journeys}.", { journeys: offer.join(", ") })}
            </span>
            <Button size="compact-sm" variant="default" onClick={() => setAsking("enrol")}>
              {t("Let them enter…")}
            </Button>
          </div>
        </Note>
      ) : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: undo works wherever the focus is */}
      <div onKeyDown={(event) => undoByKey(event, draft)}>
        <Tab document={document} whole={whole} live={live} draft={draft} onPublish={put} />
      </div>
      <PublishSegment
        isOpen={asking === "publish"}
        doc={draft.doc}
        starts={whole?.starts ?? []}
        onClose={() => setAsking(undefined)}
        onPublish={publish}
      />
      <Confirm
        isOpen={asking === "drop"}
        onClose={() => setAsking(undefined)}
        title={t("Throw the draft away")}
        verb={t("Throw away")}
        isDanger
        onConfirm={drop}
      >
        {live === null
          ? t("This segment was never published; it goes with its draft.")
          : t("What is live stays as it is.")}
      </Confirm>
      <Confirm
        isOpen={asking === "down"}
        onClose={() => setAsking(undefined)}
        title={t("Take “{name}” down", { name: title })}
        verb={t("Take down")}
        isDanger
        onConfirm={takeDown}
      >
        {whole?.used_by.length
          ? t("It is in use ({where}): that has to end first.", {
              where: whole.used_by.map((one) => `${one.kind} ${one.name}`).join(", "),
            })
          : t("Nobody is in it any more, and rules cannot ask about it. Its versions stay.")}
      </Confirm>
      {asking === "enrol" && whole ? (
        <Enrol of={whole.segment} journey={offer[0] ?? whole.starts[0]} onClose={() => setAsking(undefined)} />
      ) : null}
    </Page>
  );
}

function More({ isLive, hasDraft, onAsk }: { isLive: boolean; hasDraft: boolean; onAsk: (what: Asks) => void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t("More")} size="lg">
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconRoute size={16} />} disabled={!isLive} onClick={() => onAsk("enrol")}>
          {t("Let them enter a journey…")}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} />} disabled={!hasDraft} onClick={() => onAsk("drop")}>
          {t("Throw the draft away")}
        </Menu.Item>
        <Menu.Item leftSection={<IconArchiveOff size={16} />} disabled={!isLive} onClick={() => onAsk("down")}>
          {t("Take it down…")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Tabs({ name, whole, versions }: { name: string; whole: SegmentWhole | undefined; versions: number }) {
  const here = `/segments/${encodeURIComponent(name)}`;
  if (!whole) return null;
  return (
    <TabLinks
      tabs={[
        { to: here, label: t("Overview") },
        { to: `${here}?tab=edit`, label: t("Edit") },
        { to: `${here}?tab=people`, label: t("People"), count: whole.segment.count ?? undefined },
        { to: `${here}?tab=explain`, label: t("Explain") },
        { to: `${here}?tab=versions`, label: t("Versions"), count: versions || undefined },
      ]}
    />
  );
}

type TabProps = {
  document: Document;
  whole: SegmentWhole | undefined;
  live: SegmentDoc | null;
  draft: Written<SegmentDoc>;
  onPublish: (doc: SegmentDoc) => Promise<unknown>;
};

function Tab({ document, whole, live, draft, onPublish }: TabProps) {
  const { tab } = useSearch({ strict: false }) as { tab?: string };
  if (!whole || !live || tab === "edit") return <Edit draft={draft} isLive={whole !== undefined} />;
  if (tab === "people") return <Members of={whole.segment} />;
  if (tab === "explain") return <ExplainTab segment={document.name} />;
  if (tab === "versions")
    return (
      <VersionsTab
        kind="segment"
        name={document.name}
        live={document.number}
        versions={document.versions}
        doc={draft.doc}
        changes={(fields) => <SegmentChanges fields={fields} />}
        onTake={(taken, version) => {
          const before = draft.doc;
          draft.change(tidy(taken));
          toast(t("The draft is as version {version} was.", { version }), () => draft.change(before));
        }}
      />
    );
  return <Overview of={whole} live={live} onPublish={onPublish} />;
}
