import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAddressBook, IconChartPie, IconPlus } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { ask, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, type Column, Empty, ListView, Page, Time } from "@/kit";
import { ruleOfFilters } from "../segments/document";
import { NewSegment } from "../segments/NewSegment";
import { BulkDialog } from "./BulkDialog";
import { BulkTags } from "./BulkTags";
import { FilterChips } from "./FilterChips";
import { filesOf, hasFilters, queryOf, whomOf } from "./filters";
import { narrowed, useCalm, useFilters } from "./listing";
import { NewContact } from "./NewContact";
import { SavedViews } from "./SavedViews";

type Person = Shapes["PersonRow"];

function columns(): Column<Person>[] {
  return [
    {
      id: "label",
      name: t("Name"),
      width: "minmax(170px, 2fr)",
      text: (row) => row.label,
      cell: (row) => (
        <A to={`/contacts/${row.id}`} tabIndex={-1}>
          <bdi>{row.label}</bdi>
        </A>
      ),
    },
    {
      id: "email",
      name: t("Email"),
      width: "minmax(180px, 2fr)",
      text: (row) => row.email,
      cell: (row) => <bdi>{row.email ?? ""}</bdi>,
    },
    {
      id: "phone",
      name: t("Phone"),
      width: "minmax(130px, 1fr)",
      isOptional: true,
      text: (row) => row.phone,
      cell: (row) => <bdi>{row.phone ?? ""}</bdi>,
    },
    {
      id: "reachable",
      name: t("Reached by"),
      width: "minmax(110px, 1fr)",
      text: (row) => row.reachable.join(" "),
      cell: (row) => (row.reachable.length ? row.reachable.join(", ") : <span className="faint">{t("nothing")}</span>),
    },
    {
      id: "tags",
      name: t("Tags"),
      width: "minmax(110px, 1fr)",
      text: (row) => row.tags.join(" "),
      cell: (row) => <bdi>{row.tags.join(", ")}</bdi>,
    },
    {
      id: "message",
      name: t("Last message"),
      width: "150px",
      text: (row) => row.last_message_at,
      cell: (row) => <Time at={row.last_message_at} />,
    },
    {
      id: "event",
      name: t("Last event"),
      width: "150px",
      text: (row) => row.last_event_at,
      cell: (row) => <Time at={row.last_event_at} />,
    },
    {
      id: "created",
      name: t("Since"),
      width: "150px",
      isOptional: true,
      text: (row) => row.created_at,
      cell: (row) => <Time at={row.created_at} />,
    },
    {
      id: "changed",
      name: t("Changed"),
      width: "150px",
      isOptional: true,
      text: (row) => row.changed_at,
      cell: (row) => <Time at={row.changed_at} />,
    },
    {
      id: "id",
      name: t("Number"),
      width: "90px",
      isNumber: true,
      isOptional: true,
      text: (row) => row.id,
      cell: (row) => row.id,
    },
  ];
}

const NARROW = ["label", "email"];

export function Contacts() {
  const [filters, change] = useFilters();
  const [isMaking, setMaking] = useState(false);
  const [isMany, setMany] = useState(false);
  const [isSegment, setSegment] = useState(false);
  const rule = useMemo(() => ruleOfFilters(filters), [filters]);
  const isNarrow = useMediaQuery("(max-width: 767px)");
  const shown = useMemo(() => (isNarrow ? narrowed(columns(), NARROW) : columns()), [isNarrow]);
  const calm = useCalm();
  const query = queryOf(filters);
  const pages = ask.useInfiniteQuery("get", "/api/v1/contacts", { params: { query } }, calm.options);
  const count = pages.data?.pages.length ?? 0;
  useEffect(() => calm.note(count), [calm.note, count]);
  const first = pages.data?.pages[0];
  const total = first?.total ?? undefined;
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t("Add a contact")}
    </Button>
  );
  const told =
    total === undefined
      ? undefined
      : first?.is_exact
        ? t("{count, plural, one {# person} other {# people}}", { count: total })
        : t("More than {count} people", { count: number(total) });
  return (
    <Page
      title={t("Contacts")}
      told={told}
      actions={
        <>
          <SavedViews room="contacts" filters={filters} />
          {rule.where === undefined ? null : (
            <Button variant="default" leftSection={<IconChartPie size={16} />} onClick={() => setSegment(true)}>
              {t("Save as segment")}
            </Button>
          )}
          {total ? (
            <Button variant="default" onClick={() => setMany(true)}>
              {t("Change all…")}
            </Button>
          ) : null}
          {add}
        </>
      }
    >
      <ListView
        name="contacts"
        pages={pages}
        columns={shown}
        keyOf={(row) => row.id}
        to={(row) => `/contacts/${row.id}`}
        search={{
          value: filters.q ?? "",
          onChange: (q) => change({ q }),
          placeholder: t("Find by name, email or id"),
        }}
        filters={<FilterChips filters={filters} onChange={change} />}
        total={total === undefined ? undefined : { count: total, isAbout: !first?.is_exact }}
        bulk={isNarrow ? undefined : (rows, clear) => <BulkTags rows={rows} onDone={clear} />}
        files={(columns) =>
          filesOf(
            filters,
            columns.map((one) => one.id),
          )
        }
        empty={
          hasFilters(filters) ? (
            <Empty
              icon={<IconAddressBook size={28} />}
              action={
                <Button variant="default" onClick={() => change(cleared(filters))}>
                  {t("Show everybody")}
                </Button>
              }
            >
              {t("Nobody matches what is set.")}
            </Empty>
          ) : (
            <Empty icon={<IconAddressBook size={28} />} action={add}>
              {t("Nobody is here yet. People come in with events from your site, or one by one.")}
            </Empty>
          )
        }
      />
      {isMany ? <BulkDialog whom={{ everybody: true, ...whomOf(filters) }} onClose={() => setMany(false)} /> : null}
      {isSegment ? <NewSegment start={rule} onClose={() => setSegment(false)} /> : null}
      <NewContact isOpen={isMaking} onClose={() => setMaking(false)} />
    </Page>
  );
}

function cleared(filters: Record<string, string | undefined>): Record<string, undefined> {
  return Object.fromEntries(Object.keys(filters).map((name) => [name, undefined]));
}
