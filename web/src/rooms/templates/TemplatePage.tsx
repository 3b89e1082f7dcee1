/** One template: written on the left, read as somebody on the right, tried before it is published. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconTrash } from "@tabler/icons-react";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Asking, Confirm, Page, StateBadge, TabLinks, Time, toast, useHref } from "@/kit";
import { Saved } from "../documents/Saved";
import { useDraft, type Written } from "../documents/use-draft";
import { type TemplateDoc, tidy, written } from "./document";
import { Languages, languagesOf } from "./Languages";
import { Body, Heads, PlainText, type Saying } from "./Letter";
import { Preview } from "./Preview";
import { PublishDialog } from "./PublishDialog";
import { Sending } from "./Sending";
import { UndoButtons, undoByKey } from "./undoing";
import { VersionsTab } from "./VersionsTab";
import "./templates.css";

type Detail = Shapes["TemplateDetail"];
type Search = { tab?: string; lang?: string };

export function TemplatePage() {
  const { template = "" } = useParams({ strict: false }) as { template?: string };
  const detail = ask.useQuery("get", "/api/v1/templates/{name}", { params: { path: { name: template } } });
  if (detail.data) return <Editor key={template} detail={detail.data} />;
  return (
    <Page title={template}>
      <Asking of={detail}>{() => null}</Asking>
    </Page>
  );
}

function Editor({ detail }: { detail: Detail }) {
  const live = useMemo(() => (detail.document ? tidy(detail.document) : null), [detail.document]);
  const draft = useDraft<TemplateDoc>({ kind: "template", name: detail.name, live, draft: detail.draft, tidy });
  const navigate = useNavigate();
  const href = useHref();
  const search = useSearch({ strict: false }) as Search;
  const codes = Object.keys(languagesOf(draft.doc));
  const [asking, setAsking] = useState<"publish" | "drop">();
  const publish = async () => {
    await draft.settle();
    const { data } = await api.POST("/api/v1/documents/publish", { body: draft.doc });
    draft.done(draft.doc);
    await queries.invalidateQueries();
    toast(data?.published ? t("“{name}” is live.", { name: detail.name }) : t("It was live already."));
  };
  const drop = async () => {
    await draft.settle();
    const params = { path: { kind: "template", name: detail.name } };
    await api.DELETE("/api/v1/documents/{kind}/{name}/draft", { params });
    draft.done(live);
    if (live === null) await navigate({ href: href("/templates") });
    await queries.invalidateQueries();
  };
  return (
    <Page
      title={detail.name}
      badge={
        <>
          {detail.state === "draft" && draft.hasDraft ? null : <StateBadge state={detail.state} />}
          <Saved of={draft} />
        </>
      }
      told={<Told detail={detail} />}
      actions={
        <>
          <UndoButtons of={draft} />
          <Button disabled={!draft.hasDraft} onClick={() => void draft.settle().then(() => setAsking("publish"))}>
            {t("Publish")}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={t("More")} size="lg">
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconTrash size={16} />}
                disabled={!draft.hasDraft}
                onClick={() => setAsking("drop")}
              >
                {t("Throw the draft away")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      <Tabs name={detail.name} doc={draft.doc} versions={detail.versions.length} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: undo works wherever the focus is */}
      <div className="template" onKeyDown={(event) => undoByKey(event, draft)}>
        <Tab detail={detail} draft={draft} />
        <Preview
          doc={draft.doc}
          language={search.tab === "languages" ? (search.lang ?? codes[0]) : undefined}
          isText={search.tab === "text"}
        />
      </div>
      <PublishDialog
        isOpen={asking === "publish"}
        doc={draft.doc}
        usedIn={detail.used_in}
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
        {detail.version === null
          ? t("This template was never published; it goes with its draft.")
          : t("What is live stays as it is.")}
      </Confirm>
    </Page>
  );
}

function Told({ detail }: { detail: Detail }) {
  const used = detail.used_in.map((name, i) => (
    <span key={name}>
      {i ? ", " : ""}
      <A to={`/journeys/${name}`}>{name}</A>
    </span>
  ));
  if (detail.version === null) return <>{t("It was never published; no journey can send it yet.")}</>;
  return (
    <>
      {t("Version {version}", { version: detail.version })}, <Time at={detail.published_at} />.{" "}
      {t("Sent {count} times in 30 days.", { count: number(detail.sent_30d) })}{" "}
      {detail.used_in.length ? (
        <>
          {t("Used in")} {used}.
        </>
      ) : (
        t("No journey uses it.")
      )}
    </>
  );
}

function Tabs({ name, doc, versions }: { name: string; doc: TemplateDoc; versions: number }) {
  const here = `/templates/${encodeURIComponent(name)}`;
  const isEmail = (doc.channel ?? "email") === "email";
  const tabs = [
    { to: here, label: isEmail ? t("Letter") : t("Message") },
    ...(isEmail
      ? [
          { to: `${here}?tab=text`, label: t("Plain text") },
          {
            to: `${here}?tab=languages`,
            label: t("Languages"),
            count: Object.keys(languagesOf(doc)).length || undefined,
          },
        ]
      : []),
    { to: `${here}?tab=sending`, label: t("How it is sent") },
    { to: `${here}?tab=versions`, label: t("Versions"), count: versions || undefined },
  ];
  return <TabLinks tabs={tabs} />;
}

function Tab({ detail, draft }: { detail: Detail; draft: Written<TemplateDoc> }) {
  const { tab, lang } = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const { doc, problems, change } = draft;
  const isEmail = (doc.channel ?? "email") === "email";
  // What is done to blocks as a whole is a step of its own; typing in one place is one step.
  const set = (key: string, value: unknown, tag?: string) =>
    key === "blocks"
      ? change({ ...doc, blocks: value as TemplateDoc["blocks"] }, tag)
      : change(written(doc, key, value), tag ?? key);
  const parts = { said: doc as Saying, path: "", problems, onSet: set };
  if (tab === "text" && isEmail) return <PlainText {...parts} isEmail />;
  if (tab === "languages" && isEmail)
    return (
      <Languages
        doc={doc}
        problems={problems}
        onChange={change}
        language={lang}
        onLanguage={(next) =>
          void navigate({ to: ".", search: { tab, lang: next } as never, replace: true, resetScroll: false })
        }
      />
    );
  if (tab === "sending") return <Sending doc={doc} problems={problems} onSet={set} />;
  if (tab === "versions")
    return (
      <VersionsTab
        kind="template"
        name={detail.name}
        live={detail.version ?? 0}
        versions={detail.versions}
        doc={doc}
        onTake={(document, version) => {
          change(tidy(document));
          toast(t("The draft is as version {version} was.", { version }), () => change(doc));
        }}
      />
    );
  return (
    <div className="stack">
      {isEmail ? <Heads {...parts} /> : null}
      {isEmail ? <Body {...parts} /> : <PlainText {...parts} isEmail={false} />}
    </div>
  );
}
