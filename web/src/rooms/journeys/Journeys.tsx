/** Every journey: how each does, and what needs somebody. */
import { Button, Modal, TextInput } from "@mantine/core";
import { IconPlus, IconRoute } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { compact, number, t } from "@/app/words";
import { type Column, Empty, ListView, Page, StateBadge, stateWord, Time, toast, useDeed, useHref } from "@/kit";
import { named } from "../documents/names";
import { blank, starterWords } from "./starters";
import "../documents/documents.css";
import "./journeys.css";

type Line = Shapes["JourneyLine"];
const STATES = ["active", "paused", "draft", "archived"];

function columns(): Column<Line>[] {
  return [
    {
      id: "name",
      name: t("Journey"),
      width: "minmax(180px, 3fr)",
      text: (row) => row.name,
      cell: (row) => (
        <>
          <span className="strong">{row.name}</span> <span className="faint small wide-only">{row.description}</span>
          <span className="narrow-only">
            {row.failed ? (
              <StateBadge state="failed" word={t("{count} failed", { count: compact(row.failed) })} />
            ) : (
              <StateBadge state={row.state} />
            )}
          </span>
        </>
      ),
    },
    {
      id: "state",
      name: t("State"),
      width: "minmax(150px, 1fr)",
      text: (row) => row.state,
      cell: (row) => (
        <span className="row keep">
          <StateBadge state={row.state} />
          {row.has_draft && row.state !== "draft" ? <StateBadge state="draft" /> : null}
        </span>
      ),
    },
    {
      id: "failed",
      name: t("Needs you"),
      width: "minmax(110px, 0.8fr)",
      text: (row) => row.failed,
      cell: (row) =>
        row.failed ? (
          <StateBadge state="failed" word={t("{count} failed", { count: compact(row.failed) })} />
        ) : (
          <span className="faint">–</span>
        ),
    },
    counted("people", t("Inside now"), (row) => row.people),
    counted("entered", t("Entered, 30 d"), (row) => row.entered_30d),
    counted("sent", t("Sent, 30 d"), (row) => row.sent_30d),
    counted("goal", t("Goal reached"), (row) => row.goal_reached),
    { ...counted("completed", t("Completed"), (row) => row.completed), isOptional: true },
    {
      id: "owner",
      name: t("Owner"),
      width: "minmax(100px, 1fr)",
      text: (row) => row.owner,
      cell: (row) => row.owner,
      isOptional: true,
    },
    {
      id: "published",
      name: t("Published"),
      isOptional: true,
      width: "minmax(150px, 1fr)",
      text: (row) => row.published_at,
      cell: (row) => <Time at={row.published_at} />,
    },
  ];
}

function counted(id: string, name: string, of: (row: Line) => number): Column<Line> {
  return { id, name, width: "minmax(96px, 0.7fr)", isNumber: true, text: of, cell: (row) => number(of(row)) };
}

export function Journeys() {
  const shown = useMemo(columns, []);
  const search = useSearch({ strict: false }) as { q?: string; state?: string };
  const navigate = useNavigate();
  const found = ask.useQuery("get", "/api/v1/journeys");
  const [isNew, setNew] = useState(false);
  const words = (search.q ?? "").toLowerCase();
  const rows = (found.data?.items ?? []).filter(
    (row) =>
      (!search.state || row.state === search.state) &&
      `${row.name} ${row.description} ${row.owner}`.toLowerCase().includes(words),
  );
  const set = (next: Record<string, string | undefined>) =>
    void navigate({ to: ".", search: { ...search, ...next } as never, replace: true });
  const isEmpty = found.data?.items.length === 0;
  return (
    <Page
      title={t("Journeys")}
      told={t("What happens to people, and when, by itself.")}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>
          {t("New journey")}
        </Button>
      }
    >
      <ListView<Line>
        name="journeys"
        pages={{
          ...found,
          data: found.data ? { pages: [{ items: rows, next: null }] } : undefined,
          isFetchingNextPage: false,
          hasNextPage: false,
          fetchNextPage: () => undefined,
        }}
        columns={shown}
        keyOf={(row) => row.name}
        to={(row) => `/journeys/${encodeURIComponent(row.name)}`}
        search={{
          value: search.q ?? "",
          onChange: (value) => set({ q: value || undefined }),
          placeholder: t("Search journeys"),
        }}
        filters={STATES.map((state) => (
          <button
            key={state}
            type="button"
            className={search.state === state ? "chip is-on" : "chip"}
            aria-pressed={search.state === state}
            onClick={() => set({ state: search.state === state ? undefined : state })}
          >
            {stateWord(state)}
          </button>
        ))}
        empty={
          isEmpty ? (
            <Empty
              icon={<IconRoute size={32} stroke={1.4} />}
              action={<Button onClick={() => setNew(true)}>{t("New journey")}</Button>}
            >
              {t("A journey does for everybody what you would do for each: greet, wait, ask, write again.")}
            </Empty>
          ) : (
            <Empty
              action={
                <Button variant="default" onClick={() => set({ q: undefined, state: undefined })}>
                  {t("Show all")}
                </Button>
              }
            >
              {t("No journey is like that.")}
            </Empty>
          )
        }
      />
      <NewJourney isOpen={isNew} onClose={() => setNew(false)} taken={found.data?.items.map((row) => row.name) ?? []} />
    </Page>
  );
}

/** "welcome", or "welcome-2" where that is taken. */
function free(name: string, taken: string[]): string {
  let found = name;
  for (let i = 2; taken.includes(found); i++) found = `${name}-${i}`;
  return found;
}

function NewJourney({ isOpen, onClose, taken }: { isOpen: boolean; onClose: () => void; taken: string[] }) {
  const [text, setText] = useState("");
  const [from, setFrom] = useState("welcome");
  const navigate = useNavigate();
  const href = useHref();
  const stock = ask.useQuery("get", "/api/v1/starters", {}, { enabled: isOpen, meta: { isStill: true } });
  const words = starterWords();
  const all = (stock.data?.items ?? []).map((one) => ({ ...one, ...words[one.name] }));
  const starter = all.find((one) => one.name === from);
  const name = named(text) || (starter ? free(starter.journey, taken) : "");
  const isTaken = taken.includes(name);
  const [make, isBusy] = useDeed(async () => {
    if (starter) {
      const { data } = await api.POST("/api/v1/starters/{name}", {
        params: { path: { name: starter.name } },
        body: { name },
      });
      if (data && data.made.length > 0) toast(t("Made with it: {what}.", { what: data.made.join(", ") }));
    } else
      await api.PUT("/api/v1/documents/{kind}/{name}/draft", {
        params: { path: { kind: "journey", name } },
        body: blank(name),
      });
    await queries.invalidateQueries();
    await navigate({ href: href(`/journeys/${name}?step=·start`) });
  });
  const options = [...all, { name: "blank", title: t("Empty"), told: t("Begin with nothing and add steps.") }];
  return (
    <Modal opened={isOpen} onClose={onClose} title={<span className="strong">{t("New journey")}</span>} size="lg">
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
            name ? t("It is called “{name}” in files and addresses.", { name }) : t("Small letters, digits and dashes.")
          }
          error={isTaken ? t("There is a journey “{name}” already.", { name }) : undefined}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className="stack tight" role="radiogroup" aria-label={t("Begin with")}>
          {options.map((one) => (
            <button
              key={one.name}
              type="button"
              role="radio"
              aria-checked={from === one.name}
              className="choice"
              onClick={() => setFrom(one.name)}
            >
              <span className="strong">{one.title}</span>
              <span className="soft small">{one.told}</span>
            </button>
          ))}
        </div>
        <div className="row apart">
          <span className="faint small">{t("It begins as a draft; nobody enters until you publish it.")}</span>
          <Button type="submit" disabled={!name || isTaken} loading={isBusy}>
            {t("Make it")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
