/** One form: written on the left, seen as visitors see it on the right, put into a site below. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconExternalLink, IconHistory, IconTrash, IconX } from "@tabler/icons-react";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Confirm, Page, StateBadge, Time, toast, useHref } from "@/kit";
import { Saved } from "../documents/Saved";
import { useDraft } from "../documents/use-draft";
import { Versions } from "../documents/Versions";
import { type FormDoc, tidy } from "./document";
import { PublishForm } from "./PublishForm";
import { Questions } from "./Questions";
import { Site } from "./Site";
import { Submissions } from "./Submissions";
import { What } from "./What";
import "./forms.css";

export function FormPage() {
  const { form = "" } = useParams({ strict: false }) as { form?: string };
  const params = { path: { kind: "form", name: form } };
  const page = ask.useQuery("get", "/api/v1/documents/{kind}/{name}", { params });
  if (page.data) return <Editor key={form} page={page.data} />;
  return (
    <Page title={form}>
      <Asking of={page}>{() => null}</Asking>
    </Page>
  );
}

type Asked = "publish" | "drop" | "versions" | "down";

function Editor({ page }: { page: Shapes["DocumentPage"] }) {
  const live = useMemo(() => (page.document ? tidy(page.document) : null), [page.document]);
  const draft = useDraft<FormDoc>({ kind: "form", name: page.name, live, draft: page.draft, tidy });
  const line = ask.useQuery("get", "/api/v1/forms", {}).data?.find((one) => one.name === page.name);
  const navigate = useNavigate();
  const href = useHref();
  const [asking, setAsking] = useState<Asked>();
  const close = () => setAsking(undefined);
  const path = { kind: "form", name: page.name };
  const publish = async () => {
    await draft.settle();
    const { data } = await api.POST("/api/v1/documents/publish", { body: draft.doc });
    draft.done(draft.doc);
    await queries.invalidateQueries();
    toast(data?.published ? t("“{name}” is live.", { name: page.name }) : t("It was live already."));
  };
  const drop = async () => {
    await draft.settle();
    await api.DELETE("/api/v1/documents/{kind}/{name}/draft", { params: { path } });
    draft.done(live);
    if (live === null) await navigate({ href: href("/forms") });
    await queries.invalidateQueries();
  };
  const down = async () => {
    await draft.settle();
    // What was live becomes the draft, so that it can be put up again.
    if (!draft.hasDraft) await api.PUT("/api/v1/documents/{kind}/{name}/draft", { params: { path }, body: draft.doc });
    await api.DELETE("/api/v1/documents/{kind}/{name}", { params: { path } });
    await queries.invalidateQueries();
    toast(t("“{name}” is down; its draft stays.", { name: page.name }));
  };
  return (
    <Page
      title={draft.doc.title || page.name}
      badge={
        <>
          {page.number ? <StateBadge state="live" /> : null}
          <Saved of={draft} />
        </>
      }
      told={<Told page={page} />}
      actions={
        <>
          {page.number && line ? (
            <Button
              component="a"
              href={line.url}
              target="_blank"
              rel="noreferrer"
              variant="default"
              leftSection={<IconExternalLink size={16} />}
            >
              {t("Open it")}
            </Button>
          ) : null}
          <Button
            disabled={!draft.hasDraft && page.number > 0}
            onClick={() => void draft.settle().then(() => setAsking("publish"))}
          >
            {t("Publish")}
          </Button>
          <More page={page} hasDraft={draft.hasDraft} onAsk={setAsking} />
        </>
      }
    >
      <div className="form-editor">
        <div className="stack">
          <What doc={draft.doc} problems={draft.problems} onChange={draft.change} />
          <Questions doc={draft.doc} problems={draft.problems} onChange={draft.change} />
        </div>
        <Site doc={draft.doc} url={page.number ? (line?.url ?? "") : ""} />
      </div>
      {page.versions.length || line?.submitted ? <Submissions name={page.name} line={line} /> : null}
      <PublishForm isOpen={asking === "publish"} doc={draft.doc} onClose={close} onPublish={publish} />
      <Versions
        kind="form"
        name={page.name}
        live={page.number || null}
        versions={page.versions}
        isOpen={asking === "versions"}
        onClose={close}
        onTake={(document, version) => {
          const before = draft.doc;
          draft.change(tidy(document));
          toast(t("The draft is as version {version} was.", { version }), () => draft.change(before));
        }}
      />
      <Confirm
        isOpen={asking === "drop"}
        onClose={close}
        title={t("Throw the draft away")}
        verb={t("Throw away")}
        isDanger
        onConfirm={drop}
      >
        {page.number ? t("What is live stays as it is.") : t("This form was never published; it goes with its draft.")}
      </Confirm>
      <Confirm
        isOpen={asking === "down"}
        onClose={close}
        title={t("Take the form down?")}
        verb={t("Take down")}
        isDanger
        onConfirm={down}
      >
        {t("Whoever opens it reads that there is no form; confirmations that are on their way still work.")}
      </Confirm>
    </Page>
  );
}

function Told({ page }: { page: Shapes["DocumentPage"] }) {
  if (!page.number) return <>{t("It is not live; nobody can open it yet.")}</>;
  return (
    <>
      <span className="mono">{page.name}</span>, {t("Version {version}", { version: page.number })},{" "}
      <Time at={page.versions[0]?.at} />
    </>
  );
}

type MoreProps = { page: Shapes["DocumentPage"]; hasDraft: boolean; onAsk: (what: Asked) => void };

function More({ page, hasDraft, onAsk }: MoreProps) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t("More")} size="lg">
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconHistory size={16} />}
          disabled={page.versions.length === 0}
          onClick={() => onAsk("versions")}
        >
          {t("Versions")}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} />} disabled={!hasDraft} onClick={() => onAsk("drop")}>
          {t("Throw the draft away")}
        </Menu.Item>
        <Menu.Item leftSection={<IconX size={16} />} disabled={!page.number} onClick={() => onAsk("down")}>
          {t("Take down…")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
