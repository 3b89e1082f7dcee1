import { Button, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback, useMediaQuery } from "@mantine/hooks";
import { IconMessages, IconX } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { api, ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, type Column, Empty, ListView, Page, StateBadge, TabLinks, Time } from "@/kit";
import { everything, type Filters, narrowed, useCalm, useFilters } from "../contacts/listing";

type Message = Shapes["ListedMessage"];
type State = Shapes["State"];

/** States as people look for them. */
const GROUPS: { id: string; states: State[] }[] = [
  { id: "all", states: [] },
  { id: "waiting", states: ["queued", "deferred", "sending", "committing"] },
  { id: "gone", states: ["sent", "delivered"] },
  { id: "lost", states: ["failed", "bounced", "complained", "expired"] },
  { id: "held", states: ["held"] },
  { id: "uncertain", states: ["uncertain"] },
  { id: "dropped", states: ["skipped", "cancelled"] },
];

function groupName(id: string): string {
  const names: Record<string, string> = {
    all: t("All"),
    waiting: t("Waiting"),
    gone: t("Sent"),
    lost: t("Failed"),
    held: t("Held"),
    uncertain: t("Uncertain"),
    dropped: t("Not sent"),
  };
  return names[id] ?? id;
}

function columns(): Column<Message>[] {
  return [
    {
      id: "state",
      name: t("State"),
      width: "130px",
      text: (row) => row.state,
      cell: (row) => <StateBadge state={row.state} />,
    },
    {
      id: "contact",
      name: t("To"),
      width: "minmax(150px, 1.4fr)",
      text: (row) => row.contact,
      cell: (row) => (
        <A to={`/contacts/${row.contact_id}`} tabIndex={-1}>
          <bdi>{row.contact}</bdi>
        </A>
      ),
    },
    {
      id: "subject",
      name: t("Message"),
      width: "minmax(190px, 2fr)",
      text: (row) => row.subject ?? row.template,
      cell: (row) => (
        <A to={`/messages/${row.id}`} tabIndex={-1}>
          <bdi>{row.subject || row.template || row.channel}</bdi>
        </A>
      ),
    },
    {
      id: "what",
      name: t("How it stands"),
      width: "minmax(180px, 2fr)",
      text: (row) => row.what,
      cell: (row) => <span className="soft">{row.what}</span>,
    },
    { id: "channel", name: t("Channel"), width: "90px", text: (row) => row.channel, cell: (row) => row.channel },
    {
      id: "journey",
      name: t("Journey"),
      width: "minmax(110px, 1fr)",
      text: (row) => row.journey,
      cell: (row) =>
        row.journey ? (
          <A to={`/journeys/${row.journey}`} tabIndex={-1}>
            {row.journey}
          </A>
        ) : (
          <span className="faint">{row.source}</span>
        ),
    },
    {
      id: "address",
      name: t("Address"),
      width: "minmax(160px, 1.4fr)",
      isOptional: true,
      text: (row) => row.address,
      cell: (row) => <bdi>{row.address}</bdi>,
    },
    {
      id: "asked",
      name: t("Asked for"),
      width: "150px",
      text: (row) => row.asked_at,
      cell: (row) => <Time at={row.asked_at} />,
    },
    {
      id: "sent",
      name: t("Left"),
      width: "150px",
      isOptional: true,
      text: (row) => row.sent_at,
      cell: (row) => <Time at={row.sent_at} />,
    },
  ];
}

const NARROW = ["state", "subject"];
const FIELDS = ["q", "channel", "journey", "template", "since", "until"] as const;

function queryOf(filters: Filters) {
  const some = Object.fromEntries(FIELDS.filter((name) => filters[name]).map((name) => [name, filters[name]]));
  const states = (filters.state ?? "").split(",").filter(Boolean) as State[];
  return { ...(some as Partial<Record<(typeof FIELDS)[number], string>>), state: states.length ? states : undefined };
}

export function Messages() {
  const [filters, change] = useFilters();
  const isNarrow = useMediaQuery("(max-width: 767px)");
  const shown = useMemo(() => (isNarrow ? narrowed(columns(), NARROW) : columns()), [isNarrow]);
  const calm = useCalm();
  const query = { ...queryOf(filters), limit: 100 };
  const pages = ask.useInfiniteQuery("get", "/api/v1/messages", { params: { query } }, calm.options);
  const count = pages.data?.pages.length ?? 0;
  useEffect(() => calm.note(count), [calm.note, count]);
  const all = () =>
    everything(
      async (cursor) =>
        (await api.GET("/api/v1/messages", { params: { query: { ...query, cursor, limit: 200 } } })).data,
    );
  const total = useTotal(filters);
  const isFiltered = FIELDS.some((name) => filters[name]) || Boolean(filters.state);
  return (
    <Page title={t("Messages")} told={t("Everything that was asked for, what became of it, and why.")}>
      <StateTabs filters={filters} />
      <ListView
        name="messages"
        pages={pages}
        columns={shown}
        keyOf={(row) => row.id}
        to={(row) => `/messages/${row.id}`}
        search={{ value: filters.q ?? "", onChange: (q) => change({ q }), placeholder: t("Find by address") }}
        filters={<Narrowing filters={filters} onChange={change} />}
        all={all}
        total={total}
        empty={
          isFiltered ? (
            <Empty
              icon={<IconMessages size={28} />}
              action={
                <Button
                  variant="default"
                  onClick={() => change(Object.fromEntries([...FIELDS, "state"].map((name) => [name, undefined])))}
                >
                  {t("Show all messages")}
                </Button>
              }
            >
              {t("No message matches what is set.")}
            </Empty>
          ) : (
            <Empty icon={<IconMessages size={28} />} action={<A to="/journeys">{t("Open the journeys")}</A>}>
              {t("No message was asked for yet. Journeys ask for them when somebody enters.")}
            </Empty>
          )
        }
      />
    </Page>
  );
}

/** How many there are, where the counts of states say it. */
function useTotal(filters: Filters) {
  const counts = ask.useQuery("get", "/api/v1/messages/counts", {});
  if (!counts.data || FIELDS.some((name) => filters[name])) return undefined;
  const states = (filters.state ?? "").split(",").filter(Boolean);
  const told = counts.data.counts;
  return { count: states.length ? states.reduce((sum, one) => sum + (told[one] ?? 0), 0) : counts.data.total };
}

/** How many stand where, as tabs; the other filters stay. */
function StateTabs({ filters }: { filters: Filters }) {
  const counts = ask.useQuery("get", "/api/v1/messages/counts", {});
  const told = counts.data?.counts ?? {};
  const address = (states: State[]) => {
    const rest = Object.entries({ ...filters, state: states.join(",") }).filter(([, value]) => value) as string[][];
    const text = new URLSearchParams(rest).toString();
    return text ? `/messages?${text}` : "/messages";
  };
  const tabs = GROUPS.map(({ id, states }) => ({
    to: address(states),
    label: groupName(id),
    count: counts.data
      ? states.length
        ? states.reduce((sum, state) => sum + (told[state] ?? 0), 0)
        : counts.data.total
      : undefined,
  }));
  return <TabLinks tabs={tabs} />;
}

function Narrowing({ filters, onChange }: { filters: Filters; onChange: (change: Filters) => void }) {
  const journeys = ask.useQuery("get", "/api/v1/journeys", {});
  const names = ((journeys.data as { items?: { name: string }[] } | undefined)?.items ?? []).map((one) => one.name);
  const chips = (["template", "since", "until"] as const).filter((name) => filters[name]);
  return (
    <>
      <Select
        w={160}
        clearable
        searchable
        allowDeselect
        aria-label={t("Journey")}
        placeholder={t("Any journey")}
        data={filters.journey && !names.includes(filters.journey) ? [...names, filters.journey] : names}
        value={filters.journey ?? null}
        onChange={(journey) => onChange({ journey: journey ?? undefined })}
      />
      <Channel value={filters.channel ?? ""} onChange={(channel) => onChange({ channel })} />
      {chips.map((name) => (
        <button
          key={name}
          type="button"
          className="chip is-on"
          aria-label={t("Take away the filter: {name} {value}", { name, value: filters[name] })}
          onClick={() => onChange({ [name]: undefined })}
        >
          <span className="cut">
            {name} {filters[name]}
          </span>
          <IconX size={14} aria-hidden />
        </button>
      ))}
    </>
  );
}

function Channel({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const tell = useDebouncedCallback(onChange, 300);
  return (
    <TextInput
      w={130}
      aria-label={t("Channel")}
      placeholder={t("Any channel")}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
    />
  );
}
