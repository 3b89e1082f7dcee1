/** Calls that were wrong: what was wrong with each, where, and how it came. */
import { Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconCircleCheck } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, type Column, Empty, Facts, ListView, Note, Page, Time } from "@/kit";
import { narrowed, useCalm } from "../contacts/listing";
import { EventTabs } from "./EventTabs";

type Call = Shapes["RejectedCall"];

function columns(): Column<Call>[] {
  return [
    {
      id: "reason",
      name: t("What is wrong"),
      width: "minmax(220px, 2fr)",
      text: (row) => row.reason,
      cell: (row) => <bdi>{row.reason}</bdi>,
    },
    {
      id: "path",
      name: t("Where"),
      width: "minmax(120px, 1fr)",
      text: (row) => row.path,
      cell: (row) => <bdi className="mono">{row.path}</bdi>,
    },
    {
      id: "body",
      name: t("The call"),
      width: "minmax(200px, 2fr)",
      text: (row) => row.body,
      cell: (row) => <bdi className="mono soft">{row.body.slice(0, 300)}</bdi>,
    },
    { id: "at", name: t("When"), width: "150px", text: (row) => row.at, cell: (row) => <Time at={row.at} /> },
  ];
}

const NARROW = ["reason"];

export function Rejected() {
  const isNarrow = useMediaQuery("(max-width: 767px)");
  const shown = useMemo(() => (isNarrow ? narrowed(columns(), NARROW) : columns()), [isNarrow]);
  const [open, setOpen] = useState<Call>();
  const calm = useCalm();
  const pages = ask.useInfiniteQuery(
    "get",
    "/api/v1/events/rejected",
    { params: { query: { limit: 100 } } },
    calm.options,
  );
  const count = pages.data?.pages.length ?? 0;
  useEffect(() => calm.note(count), [calm.note, count]);
  return (
    <Page title={t("Events")} told={t("Calls of a batch that were wrong. The others of the batch were taken.")}>
      <EventTabs />
      <ListView
        name="rejected"
        pages={pages}
        columns={shown}
        keyOf={(row) => row.id}
        onOpen={setOpen}
        empty={
          <Empty icon={<IconCircleCheck size={28} />} action={<A to="/events">{t("See what came in")}</A>}>
            {t("Every call was right.")}
          </Empty>
        }
      />
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size={460}
        title={<span className="strong">{t("A rejected call")}</span>}
      >
        {open ? (
          <div className="stack">
            <Note tone="failed">
              <bdi>{open.reason}</bdi>
            </Note>
            <Facts
              of={[
                [t("Where"), <bdi key="where">{open.path}</bdi>],
                [t("When"), <Time key="when" at={open.at} isNear={false} />],
              ]}
            />
            <p className="small soft">
              {t("Correct the program that sends it, then send the call again: a rejected one changed nothing.")}
            </p>
            <h3>{t("As it came")}</h3>
            <pre className="mono">
              <bdi>{pretty(open.body)}</bdi>
            </pre>
          </div>
        ) : null}
      </Drawer>
    </Page>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
