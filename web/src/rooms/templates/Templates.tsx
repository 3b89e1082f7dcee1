/** Every template: what it is, where it is used, how often it went out. */
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { IconMail, IconPlus } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, type Column, Empty, ListView, Page, StateBadge, Time, useDeed, useHref } from "@/kit";
import { named } from "../documents/names";
import { built, CLASSES, classWord, starter } from "./document";
import "../documents/documents.css";

type Line = Shapes["TemplateLine"];

function columns(): Column<Line>[] {
  return [
    {
      id: "name",
      name: t("Template"),
      width: "minmax(180px, 3fr)",
      text: (row) => row.name,
      cell: (row) => (
        <>
          <span className="strong">{row.name}</span> <span className="faint small wide-only">{row.subject}</span>
          <span className="narrow-only">
            <StateBadge state={row.state} />
          </span>
        </>
      ),
    },
    {
      id: "state",
      name: t("State"),
      width: "minmax(140px, 1fr)",
      text: (row) => row.state,
      cell: (row) => (
        <span className="row keep">
          <StateBadge state={row.state} />
          {row.has_draft && row.state !== "draft" ? <StateBadge state="draft" /> : null}
        </span>
      ),
    },
    {
      id: "channel",
      name: t("Channel"),
      width: "minmax(90px, 0.7fr)",
      text: (row) => row.channel,
      cell: (row) => row.channel,
    },
    {
      id: "class",
      name: t("Kind"),
      width: "minmax(110px, 0.8fr)",
      text: (row) => row.message_class,
      cell: (row) => classWord(row.message_class),
    },
    {
      id: "topic",
      name: t("Topic"),
      width: "minmax(100px, 0.8fr)",
      text: (row) => row.topic,
      cell: (row) => row.topic || <span className="faint">–</span>,
    },
    {
      id: "used",
      name: t("Used in"),
      width: "minmax(120px, 1.2fr)",
      text: (row) => row.used_in.join(" "),
      cell: (row) =>
        row.used_in.length ? (
          row.used_in.map((name, i) => (
            <span key={name}>
              {i ? ", " : ""}
              <A to={`/journeys/${name}`}>{name}</A>
            </span>
          ))
        ) : (
          <span className="faint">{t("no journey")}</span>
        ),
    },
    {
      id: "sent",
      name: t("Sent, 30 d"),
      width: "minmax(96px, 0.7fr)",
      isNumber: true,
      text: (row) => row.sent_30d,
      cell: (row) => number(row.sent_30d),
    },
    {
      id: "published",
      name: t("Published"),
      width: "minmax(150px, 1fr)",
      isOptional: true,
      text: (row) => row.published_at,
      cell: (row) => <Time at={row.published_at} />,
    },
  ];
}

export function Templates() {
  const shown = useMemo(columns, []);
  const search = useSearch({ strict: false }) as { q?: string; class?: string };
  const navigate = useNavigate();
  const found = ask.useQuery("get", "/api/v1/templates");
  const [isNew, setNew] = useState(false);
  const words = (search.q ?? "").toLowerCase();
  const rows = (found.data?.items ?? []).filter(
    (row) =>
      (!search.class || row.message_class === search.class) &&
      `${row.name} ${row.subject} ${row.topic} ${row.channel}`.toLowerCase().includes(words),
  );
  const set = (next: Record<string, string | undefined>) =>
    void navigate({ to: ".", search: { ...search, ...next } as never, replace: true });
  return (
    <Page
      title={t("Templates")}
      told={t("What people read, on every channel.")}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>
          {t("New template")}
        </Button>
      }
    >
      <ListView<Line>
        name="templates"
        pages={{
          ...found,
          data: found.data ? { pages: [{ items: rows, next: null }] } : undefined,
          isFetchingNextPage: false,
          hasNextPage: false,
          fetchNextPage: () => undefined,
        }}
        columns={shown}
        keyOf={(row) => row.name}
        to={(row) => `/templates/${encodeURIComponent(row.name)}`}
        search={{
          value: search.q ?? "",
          onChange: (value) => set({ q: value || undefined }),
          placeholder: t("Search templates"),
        }}
        filters={CLASSES.map((one) => (
          <button
            key={one}
            type="button"
            className={search.class === one ? "chip is-on" : "chip"}
            aria-pressed={search.class === one}
            onClick={() => set({ class: search.class === one ? undefined : one })}
          >
            {classWord(one)}
          </button>
        ))}
        empty={
          found.data?.items.length === 0 ? (
            <Empty
              icon={<IconMail size={32} stroke={1.4} />}
              action={<Button onClick={() => setNew(true)}>{t("New template")}</Button>}
            >
              {t("A template is a message with room for names; journeys send it.")}
            </Empty>
          ) : (
            <Empty
              action={
                <Button variant="default" onClick={() => set({ q: undefined, class: undefined })}>
                  {t("Show all")}
                </Button>
              }
            >
              {t("No template is like that.")}
            </Empty>
          )
        }
      />
      <NewTemplate
        isOpen={isNew}
        onClose={() => setNew(false)}
        taken={found.data?.items.map((row) => row.name) ?? []}
      />
    </Page>
  );
}

const STOCK: Record<string, () => string> = {
  "cart-reminder": () => t("A basket that was left"),
  newsletter: () => t("A newsletter"),
  "thank-you": () => t("Thanks for an order"),
  welcome: () => t("A welcome"),
};

const stockWord = (one: Record<string, unknown>) => STOCK[String(one.template)]?.() ?? String(one.template);

function NewTemplate({ isOpen, onClose, taken }: { isOpen: boolean; onClose: () => void; taken: string[] }) {
  const [text, setText] = useState("");
  const [channel, setChannel] = useState("email");
  const [begin, setBegin] = useState("blocks");
  const stock = ask.useQuery("get", "/api/v1/templates/stock", {}, { enabled: isOpen });
  const channels = ask.useQuery("get", "/api/v1/suggest", { params: { query: { what: "channels" } } });
  const navigate = useNavigate();
  const href = useHref();
  const name = named(text);
  const isTaken = taken.includes(name);
  const [make, isBusy] = useDeed(async () => {
    const params = { path: { kind: "template", name } };
    const ready = (stock.data?.items ?? []).find((one) => one.template === begin);
    const letter = ready ? { ...ready, template: name } : begin === "html" ? starter(name, channel) : built(name);
    const body = channel === "email" ? letter : starter(name, channel);
    await api.PUT("/api/v1/documents/{kind}/{name}/draft", { params, body });
    await queries.invalidateQueries();
    await navigate({ href: href(`/templates/${name}`) });
  });
  return (
    <Modal opened={isOpen} onClose={onClose} title={<span className="strong">{t("New template")}</span>}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (name && !isTaken) void make();
        }}
      >
        <TextInput
          label={t("Name")}
          data-autofocus
          description={
            name ? t("It is called “{name}” in files and journeys.", { name }) : t("Small letters, digits and dashes.")
          }
          error={isTaken ? t("There is a template “{name}” already.", { name }) : undefined}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          label={t("Channel")}
          data={[...new Set(["email", ...(channels.data?.items ?? [])])]}
          value={channel}
          onChange={(next) => setChannel(next ?? "email")}
        />
        {channel === "email" ? (
          <Select
            label={t("Begin with")}
            data={[
              { value: "blocks", label: t("A few blocks") },
              ...(stock.data?.items ?? []).map((one) => ({ value: String(one.template), label: stockWord(one) })),
              { value: "html", label: t("HTML of your own") },
            ]}
            value={begin}
            onChange={(next) => setBegin(next ?? "blocks")}
          />
        ) : null}
        <div className="row apart">
          <span className="faint small">{t("It begins as a draft.")}</span>
          <Button type="submit" disabled={!name || isTaken} loading={isBusy}>
            {t("Make it")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
