/** What happens, as it happens: new ones arrive on top, unless somebody reads further below. */
import { Button, Drawer, Select } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconActivity, IconArrowUp } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { api, ask, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, type Column, Empty, Facts, keyset, ListView, Page, Raw, Time } from "@/kit";
import { everything, narrowed, useFilters } from "../contacts/listing";
import { EventTabs } from "./EventTabs";
import "./events.css";

type Event = Shapes["ListedEvent"];
const SIZE = 100;
/** So many new ones are counted. (Another number than `SIZE`: queries with the same parameters share what they know.) */
const COUNTED = 50;

function columns(): Column<Event>[] {
  return [
    {
      id: "name",
      name: t("Event"),
      width: "minmax(160px, 1.4fr)",
      text: (row) => row.name || row.kind,
      cell: (row) => <bdi className="strong">{row.name || row.kind}</bdi>,
    },
    {
      id: "contact",
      name: t("Who"),
      width: "minmax(140px, 1.2fr)",
      text: (row) => row.contact,
      cell: (row) => (
        <A to={`/contacts/${row.contact_id}`} tabIndex={-1}>
          <bdi>{row.contact}</bdi>
        </A>
      ),
    },
    {
      id: "properties",
      name: t("Properties"),
      width: "minmax(220px, 3fr)",
      text: (row) => JSON.stringify(row.properties),
      cell: (row) => <bdi className="mono soft">{line(row.properties)}</bdi>,
    },
    { id: "at", name: t("When"), width: "150px", text: (row) => row.at, cell: (row) => <Time at={row.at} /> },
    {
      id: "received",
      name: t("Heard of"),
      width: "150px",
      isOptional: true,
      text: (row) => row.received_at,
      cell: (row) => <Time at={row.received_at} />,
    },
    { id: "kind", name: t("Kind"), width: "90px", isOptional: true, text: (row) => row.kind, cell: (row) => row.kind },
  ];
}

const NARROW = ["name", "contact"];

function line(properties: unknown): string {
  const text = JSON.stringify(properties) ?? "";
  return text === "{}" ? "" : text.slice(0, 300);
}

export function Events() {
  const [filters, change] = useFilters();
  const isNarrow = useMediaQuery("(max-width: 767px)");
  const shown = useMemo(() => (isNarrow ? narrowed(columns(), NARROW) : columns()), [isNarrow]);
  const [open, setOpen] = useState<Event>();
  const name = filters.name ?? "";
  const query = { name, limit: SIZE };
  const pages = ask.useInfiniteQuery("get", "/api/v1/events", { params: { query } }, { ...keyset, ...STILL });
  const { fresh, take, onScroll } = useFresh(name, pages.data?.pages[0]?.items[0]?.id, () => pages.refetch());
  const all = () =>
    everything(
      async (cursor) => (await api.GET("/api/v1/events", { params: { query: { ...query, cursor, limit: 200 } } })).data,
    );
  return (
    <Page title={t("Events")} told={t("What your sites and programs report, as it comes in.")}>
      <EventTabs />
      {/* The list scrolls inside: what it does is only seen on the way down. */}
      <div className="fresh" onScrollCapture={onScroll}>
        {fresh ? (
          <Button size="compact-sm" className="fresh-button" leftSection={<IconArrowUp size={14} />} onClick={take}>
            {fresh >= COUNTED ? t("{count} new or more", { count: COUNTED }) : t("{count} new", { count: fresh })}
          </Button>
        ) : null}
        <ListView
          name="events"
          pages={pages}
          columns={shown}
          keyOf={(row) => row.id}
          onOpen={setOpen}
          filters={<ByName value={name} onChange={(next) => change({ name: next })} />}
          all={all}
          empty={
            name ? (
              <Empty
                icon={<IconActivity size={28} />}
                action={
                  <Button variant="default" onClick={() => change({ name: undefined })}>
                    {t("Show every event")}
                  </Button>
                }
              >
                {t("{name} has not happened yet.", { name })}
              </Empty>
            ) : (
              <Empty icon={<IconActivity size={28} />} action={<A to="/keys">{t("Make a key for your site")}</A>}>
                {t("Nothing has come in yet. Events arrive from your site or program, with a key.")}
              </Empty>
            )
          }
        />
      </div>
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size={460}
        title={<bdi className="strong">{open?.name || open?.kind}</bdi>}
      >
        {open ? <Detail of={open} /> : null}
      </Drawer>
    </Page>
  );
}

const STILL = { meta: { isStill: true }, refetchOnWindowFocus: false } as const;

/** How many are newer than the list shows. They are taken in at once while its top is in sight, else when asked for. */
function useFresh(name: string, newest: number | undefined, refetch: () => unknown) {
  const isAtTop = useRef(true);
  const box = useRef<HTMLElement>(null);
  const latest = ask.useQuery("get", "/api/v1/events", { params: { query: { name, limit: COUNTED } } });
  const items = latest.data?.items ?? [];
  const fresh = newest === undefined ? items.length : items.filter((one) => one.id > newest).length;
  const again = useRef(refetch);
  again.current = refetch;
  useEffect(() => {
    if (fresh > 0 && isAtTop.current) void again.current();
  }, [fresh]);
  const onScroll = (event: { target: unknown }) => {
    const target = event.target as HTMLElement;
    box.current = target;
    isAtTop.current = target.scrollTop < 20;
    if (isAtTop.current && fresh > 0) void again.current();
  };
  const take = () => {
    isAtTop.current = true;
    box.current?.scrollTo({ top: 0 });
    void again.current();
  };
  return { fresh: isAtTop.current ? 0 : fresh, take, onScroll };
}

function ByName({ value, onChange }: { value: string; onChange: (value: string | undefined) => void }) {
  const names = ask.useQuery("get", "/api/v1/events/names", {}, { staleTime: 30_000 });
  const known = names.data?.items ?? [];
  const data = known.map((one) => ({ value: one.name, label: `${one.name} (${number(one.event_count)})` }));
  if (value && !known.some((one) => one.name === value)) data.push({ value, label: value });
  return (
    <Select
      w={260}
      searchable
      clearable
      allowDeselect
      aria-label={t("Only events called")}
      placeholder={t("Every event")}
      data={data.filter((one) => one.value)}
      value={value || null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

function Detail({ of }: { of: Event }) {
  return (
    <div className="stack">
      <Facts
        of={[
          [
            t("Who"),
            <A key="who" to={`/contacts/${of.contact_id}`}>
              <bdi>{of.contact}</bdi>
            </A>,
          ],
          [t("When"), <Time key="at" at={of.at} isNear={false} />],
          [t("Heard of"), <Time key="received" at={of.received_at} isNear={false} />],
          [t("Kind"), of.kind],
          [t("messageId"), of.message_id ?? ""],
        ]}
      />
      <h3>{t("Properties")}</h3>
      <Raw value={of.properties} />
      <h3>{t("Context")}</h3>
      <Raw value={of.context} />
    </div>
  );
}
