/** Every segment: how many are in it, how it moves, who answers for it. */
import { Button, TextInput } from "@mantine/core";
import { IconChartPie, IconPlus, IconSearch } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { number, t } from "@/app/words";
import { A, Asking, Card, Empty, Page, StateBadge } from "@/kit";
import { useRuleForms } from "../rules/forms";
import { useGet } from "../rules/remote";
import { isOverdue, titleOf } from "./document";
import { NewSegment, type Start } from "./NewSegment";
import "./segments.css";
import type { SegmentRow } from "./types";

type Search = { q?: string; only?: string };
const FILTERS: Record<string, [() => string, (one: SegmentRow) => boolean]> = {
  definitions: [() => t("Definitions"), (one) => one.is_definition],
  computing: [() => t("Being computed"), (one) => one.state === "computing"],
  overdue: [() => t("Review overdue"), (one) => isOverdue(one.review_on, today())],
};

export function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

export function Segments() {
  const found = useGet<{ items: SegmentRow[] }>("/api/v1/segments");
  const { q = "", only = "" } = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const [start, setStart] = useState<Start>();
  const change = (next: Search) => void navigate({ to: ".", search: { q, only, ...next } as never, replace: true });
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setStart({})}>
      {t("New segment")}
    </Button>
  );
  const count = found.data?.items.length;
  return (
    <Page
      title={t("Segments")}
      told={
        count
          ? t("{count, plural, one {# segment} other {# segments}}, each true to the second.", { count })
          : t("People of whom something is true now; whoever changes is in or out at once.")
      }
      actions={add}
    >
      <Asking of={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Begin onStart={setStart} add={add} />
          ) : (
            <List items={items} q={q} only={only} onChange={change} />
          )
        }
      </Asking>
      {start ? <NewSegment start={start} onClose={() => setStart(undefined)} /> : null}
    </Page>
  );
}

type ListProps = { items: SegmentRow[]; q: string; only: string; onChange: (next: Search) => void };

function List({ items, q, only, onChange }: ListProps) {
  const words = q.trim().toLowerCase();
  const isShown = FILTERS[only]?.[1] ?? (() => true);
  const shown = items.filter(
    (one) => isShown(one) && `${one.name} ${one.title} ${one.description} ${one.owner}`.toLowerCase().includes(words),
  );
  return (
    <div className="stack tight">
      <div className="chips">
        <TextInput
          type="search"
          w={260}
          leftSection={<IconSearch size={16} />}
          aria-label={t("Find by name or owner")}
          placeholder={t("Find by name or owner")}
          value={q}
          onChange={(event) => onChange({ q: event.currentTarget.value })}
        />
        {Object.entries(FILTERS).map(([name, [label]]) => (
          <button
            key={name}
            type="button"
            className={only === name ? "chip is-on" : "chip"}
            aria-pressed={only === name}
            onClick={() => onChange({ only: only === name ? "" : name })}
          >
            {label()}
          </button>
        ))}
      </div>
      <Card isBare>
        {shown.length === 0 ? (
          <Empty>{t("No segment matches what is set.")}</Empty>
        ) : (
          <ul className="segments" aria-label={t("Segments")}>
            {shown.map((one) => (
              <Row key={one.name} of={one} />
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}

function Row({ of }: { of: SegmentRow }) {
  return (
    <li className="line segment-line">
      <div className="grow stack tight segment-name">
        <span className="row">
          <A to={`/segments/${of.name}`} className="strong cut">
            <bdi>{titleOf(of)}</bdi>
          </A>
          <Badges of={of} />
        </span>
        <span className="small soft cut">{of.description || of.sentence}</span>
      </div>
      <div className="segment-count">
        <span className="strong">{of.count === null ? "–" : number(of.count)}</span>
        <Moves of={of} />
      </div>
      <span className="small soft segment-used">
        {of.used ? t("used {count, plural, one {once} other {# times}}", { count: of.used }) : null}
      </span>
      <div className="small soft segment-owner">
        {of.owner ? <bdi className="cut">{of.owner}</bdi> : null}
        {of.review_on ? <Review on={of.review_on} /> : null}
      </div>
    </li>
  );
}

function Review({ on }: { on: string }) {
  if (isOverdue(on, today())) return <span className="segment-overdue">{t("review was due {day}", { day: on })}</span>;
  return <span className="faint">{t("review {day}", { day: on })}</span>;
}

export function Badges({ of }: { of: SegmentRow }) {
  return (
    <>
      {of.is_definition ? <span className="badge tone-accent segment-definition">{t("Definition")}</span> : null}
      {of.state === "computing" ? (
        <StateBadge state="pending" word={t("Computing, {part} %", { part: Math.floor(of.progress * 100) })} />
      ) : null}
      {of.state === "draft" ? <StateBadge state="draft" /> : null}
      {of.state !== "draft" && of.has_draft ? <StateBadge state="draft" word={t("Draft beside it")} /> : null}
    </>
  );
}

function Moves({ of }: { of: SegmentRow }) {
  if (of.state === "draft" || (of.entered_30d === 0 && of.left_30d === 0)) return null;
  return (
    <span className="faint small segment-moves" title={t("In the last 30 days")}>
      +{number(of.entered_30d)} −{number(of.left_30d)}
    </span>
  );
}

/** Nothing is here yet: segments that many have, to begin with. */
function Begin({ onStart, add }: { onStart: (start: Start) => void; add: React.ReactNode }) {
  const templates = useRuleForms().data?.templates ?? [];
  return (
    <div className="stack">
      <Card>
        <Empty icon={<IconChartPie size={28} />} action={add}>
          {t("There is no segment yet. Begin with one of these, or with an empty one.")}
        </Empty>
      </Card>
      <ul className="segment-cards" aria-label={t("To begin with")}>
        {templates.map((one) => (
          <li key={one.name}>
            <button type="button" className="card segment-card" onClick={() => onStart({ template: one.name })}>
              <span className="strong">{one.title}</span>
              <span className="small soft">{one.description}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
