/** One template: written on the left, read as somebody on the right, tried before it is published. */
import { ActionIcon, Button, Menu, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { IconDots, IconHistory, IconTrash } from "@tabler/icons-react";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Asking, Card, Confirm, Page, StateBadge, Time, toast, useHref } from "@/kit";
import { Saved } from "../documents/Saved";
import { useSuggestions } from "../documents/suggestions";
import { useDraft } from "../documents/use-draft";
import { Versions } from "../documents/Versions";
import { Blocks } from "./Blocks";
import { CLASS_TOLD, CLASSES, classWord, type TemplateDoc, tidy, written } from "./document";
import { Preview } from "./Preview";
import { PublishDialog } from "./PublishDialog";
import "./templates.css";

type Detail = Shapes["TemplateDetail"];

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
  const [asking, setAsking] = useState<"publish" | "drop" | "versions">();
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
                leftSection={<IconHistory size={16} />}
                disabled={detail.versions.length === 0}
                onClick={() => setAsking("versions")}
              >
                {t("Versions")}
              </Menu.Item>
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
      <div className="template">
        <Form doc={draft.doc} problems={draft.problems} onChange={draft.change} />
        <Preview doc={draft.doc} />
      </div>
      <PublishDialog
        isOpen={asking === "publish"}
        doc={draft.doc}
        usedIn={detail.used_in}
        onClose={() => setAsking(undefined)}
        onPublish={publish}
      />
      <Versions
        kind="template"
        name={detail.name}
        live={detail.version}
        versions={detail.versions}
        isOpen={asking === "versions"}
        onClose={() => setAsking(undefined)}
        onTake={(document, version) => {
          const before = draft.doc;
          draft.change(tidy(document));
          toast(t("The draft is as version {version} was.", { version }), () => draft.change(before));
        }}
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

type FormProps = {
  doc: TemplateDoc;
  problems: Shapes["DocumentProblem"][];
  onChange: (doc: TemplateDoc, tag?: string) => void;
};

function Form({ doc, problems, onChange }: FormProps) {
  const { topics, channels } = useSuggestions();
  const set = (key: string, value: unknown) => onChange(written(doc, key, value), key);
  const errorOf = (key: string) =>
    problems
      .filter((one) => one.path.split(":")[0] === key)
      .map(
        (one) =>
          (one.path.includes(":") ? t("Line {line}:", { line: one.path.split(":")[1] }) : "") +
          ` ${one.message} ${one.hint}`,
      )
      .join(" ")
      .trim() || undefined;
  const channel = doc.channel ?? "email";
  const kind = doc.class ?? "promotional";
  return (
    <div className="stack">
      {channel === "email" ? (
        <TextInput
          label={t("Subject")}
          error={errorOf("subject")}
          value={doc.subject ?? ""}
          onChange={(event) => set("subject", event.currentTarget.value)}
        />
      ) : null}
      {channel === "email" ? (
        <TextInput
          label={t("Preheader")}
          description={t("What inboxes show beside the subject.")}
          error={errorOf("preheader")}
          value={doc.preheader ?? ""}
          onChange={(event) => set("preheader", event.currentTarget.value)}
        />
      ) : null}
      {channel === "email" && doc.blocks !== undefined ? (
        <Blocks
          blocks={doc.blocks}
          path="blocks"
          problems={problems}
          onChange={(blocks, tag) => onChange({ ...doc, blocks }, tag)}
        />
      ) : null}
      {channel === "email" && doc.blocks === undefined ? (
        <Textarea
          label={t("HTML")}
          description={t("As it is sent; nothing is rewritten. Names go in as {example}.", {
            example: "{{ contact.first_name }}",
          })}
          error={errorOf("html")}
          classNames={{ input: "code" }}
          minRows={14}
          maxRows={34}
          spellCheck={false}
          value={doc.html ?? ""}
          onChange={(event) => set("html", event.currentTarget.value)}
        />
      ) : null}
      <Textarea
        label={channel === "email" ? t("Plain text") : t("Text")}
        description={channel === "email" ? t("Made from the letter when it is empty.") : undefined}
        error={errorOf("text")}
        classNames={{ input: "code" }}
        minRows={channel === "email" ? 3 : 6}
        maxRows={20}
        value={doc.text ?? ""}
        onChange={(event) => set("text", event.currentTarget.value)}
      />
      <Card title={t("How it is sent")}>
        <div className="stack">
          <Select
            label={t("Kind")}
            description={CLASS_TOLD[kind]?.()}
            error={errorOf("class")}
            data={CLASSES.map((one) => ({ value: one, label: classWord(one) }))}
            value={kind}
            onChange={(next) => set("class", next === "promotional" ? undefined : next)}
          />
          <TextInput
            label={t("Topic")}
            description={t("What people agree to and unsubscribe from; the whole channel when empty.")}
            error={errorOf("topic")}
            list="topics"
            value={doc.topic ?? ""}
            onChange={(event) => set("topic", event.currentTarget.value)}
          />
          <datalist id="topics">
            {topics.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
          <Select
            label={t("Channel")}
            error={errorOf("channel")}
            data={[...new Set(["email", channel, ...channels])]}
            value={channel}
            onChange={(next) => set("channel", next)}
          />
          <Select
            label={t("When a name is missing")}
            data={[
              { value: "fail", label: t("The message fails, and somebody is told") },
              { value: "default", label: t("The place stays empty") },
              { value: "skip", label: t("The message is skipped") },
            ]}
            value={doc.missing ?? "fail"}
            onChange={(next) => set("missing", next === "fail" ? undefined : next)}
          />
          {kind === "transactional" ? (
            <Switch
              label={t("It must arrive")}
              description={t("When nobody can say whether it left, it is sent once more after five minutes.")}
              checked={doc.must_arrive === true}
              onChange={(event) => set("must_arrive", event.currentTarget.checked)}
            />
          ) : null}
        </div>
      </Card>
    </div>
  );
}
