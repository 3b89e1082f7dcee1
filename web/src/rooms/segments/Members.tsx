/** Who is in a segment: since when, why, and when time alone may change it. */
import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowsSort, IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { entered } from "@/app/client";
import { t } from "@/app/words";
import { A, type Column, Empty, ListView, Time } from "@/kit";
import { narrowed } from "../contacts/listing";
import { get } from "../rules/remote";
import { Compare } from "./Compare";
import { causeWords } from "./causes";
import { Freeze } from "./Freeze";
import type { Member, SegmentRow } from "./types";

type PageOf = { items: Member[]; next: string | null };

function columns(name: string): Column<Member>[] {
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
      id: "entered",
      name: t("In it since"),
      width: "150px",
      text: (row) => row.entered_at,
      cell: (row) => <Time at={row.entered_at} />,
    },
    {
      id: "cause",
      name: t("What brought them in"),
      width: "minmax(150px, 1fr)",
      text: (row) => row.cause,
      cell: (row) => (
        <A to={`/segments/${name}?tab=explain&contact=${row.id}`} tabIndex={-1}>
          {causeWords(row.cause)}
        </A>
      ),
    },
    {
      id: "next",
      name: t("May change"),
      width: "150px",
      text: (row) => row.next_change_at,
      cell: (row) =>
        row.next_change_at ? <Time at={row.next_change_at} /> : <span className="faint">{t("by what they do")}</span>,
    },
  ];
}

export function Members({ of }: { of: SegmentRow }) {
  const { order = "entered" } = useSearch({ strict: false }) as { order?: string };
  const navigate = useNavigate();
  const [asking, setAsking] = useState<"freeze" | "compare">();
  const isNarrow = useMediaQuery("(max-width: 767px)");
  const shown = useMemo(() => {
    const all = columns(of.name);
    return isNarrow ? narrowed(all, ["label", "cause"]) : all;
  }, [isNarrow, of.name]);
  const pages = useInfiniteQuery({
    queryKey: ["get", "/api/v1/segments/{name}/people", of.name, order],
    queryFn: ({ pageParam }) =>
      get<PageOf>("/api/v1/segments/{name}/people", {
        path: { name: of.name },
        query: { order, cursor: pageParam, limit: 100 },
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const isNewest = order === "newest";
  const where = JSON.stringify({ segment: of.name });
  const file = (end: string) =>
    `/api/v1/contacts/export.${end}?${new URLSearchParams({ where, workspace: entered() })}`;
  return (
    <>
      <ListView
        name="members"
        pages={pages}
        columns={shown}
        keyOf={(row) => row.id}
        to={(row) => `/contacts/${row.id}`}
        total={of.count === null ? undefined : { count: of.count }}
        files={() => [
          { name: t("CSV with everything"), href: file("csv") },
          { name: t("NDJSON, a person a line"), href: file("ndjson") },
        ]}
        filters={
          <>
            <button
              type="button"
              className="chip"
              title={t("Change the order")}
              onClick={() =>
                void navigate({ to: ".", search: { tab: "people", order: isNewest ? undefined : "newest" } as never })
              }
            >
              <IconArrowsSort size={14} aria-hidden />
              {isNewest ? t("Newest contacts first") : t("Who came in last first")}
            </button>
            <Button variant="default" size="compact-sm" disabled={!of.count} onClick={() => setAsking("freeze")}>
              {t("Freeze to a list…")}
            </Button>
            <Button variant="default" size="compact-sm" onClick={() => setAsking("compare")}>
              {t("Compare with…")}
            </Button>
            <A to={`/contacts?where=${encodeURIComponent(where)}`} className="small">
              {t("In the list of contacts")}
            </A>
          </>
        }
        empty={
          <Empty icon={<IconUsers size={28} />}>
            {of.state === "computing"
              ? t("Nobody was found yet; it is being computed.")
              : t("Nobody is in it. Whoever fits comes in at that moment.")}
          </Empty>
        }
      />
      {asking === "freeze" ? <Freeze of={of} onClose={() => setAsking(undefined)} /> : null}
      {asking === "compare" ? <Compare of={of} onClose={() => setAsking(undefined)} /> : null}
    </>
  );
}
