/** Everything that happened to them, newest first: events, messages, decisions, changes; raw on demand. */
import { Button } from "@mantine/core";
import { IconBolt, IconGavel, IconPencil, IconSend } from "@tabler/icons-react";
import { type ComponentType, type ReactNode, useState } from "react";
import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Bones, Problem, Raw, StateBadge, Time } from "@/kit";
import { useCalm } from "./listing";

type Moment = Shapes["Timeline"]["items"][number];
type Kind = Moment["type"];
const KINDS: Kind[] = ["event", "message", "decision", "change"];
const ICONS: Record<Kind, ComponentType<{ size?: number }>> = {
  event: IconBolt,
  message: IconSend,
  decision: IconGavel,
  change: IconPencil,
};

function kindName(kind: Kind): string {
  const names: Record<Kind, string> = {
    event: t("Events"),
    message: t("Messages"),
    decision: t("Decisions"),
    change: t("Changes"),
  };
  return names[kind];
}

export function Timeline({ of }: { of: number }) {
  const [only, setOnly] = useState<Kind[]>([]);
  const calm = useCalm();
  const pages = ask.useInfiniteQuery(
    "get",
    "/api/v1/contacts/{contact_id}/timeline",
    { params: { path: { contact_id: of }, query: { limit: 50, what: only.length ? only : undefined } } },
    calm.options,
  );
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const flip = (kind: Kind) => setOnly(only.includes(kind) ? only.filter((one) => one !== kind) : [...only, kind]);
  return (
    <>
      <fieldset className="chips line" aria-label={t("Show only")}>
        {KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            className={only.includes(kind) ? "chip is-on" : "chip"}
            aria-pressed={only.includes(kind)}
            onClick={() => flip(kind)}
          >
            {kindName(kind)}
          </button>
        ))}
      </fieldset>
      {pages.error && !items.length ? (
        <div className="line">
          <Problem error={pages.error} onRetry={() => void pages.refetch()} />
        </div>
      ) : null}
      {pages.isPending ? (
        <div className="line">
          <div className="grow">
            <Bones lines={6} />
          </div>
        </div>
      ) : null}
      {!pages.isPending && !pages.error && items.length === 0 ? (
        <p className="faint line">{t("Nothing has happened yet.")}</p>
      ) : null}
      <ol>
        {items.map((item) => (
          <Row key={`${item.type}${item.id}`} of={item} />
        ))}
      </ol>
      {pages.hasNextPage ? (
        <div className="line">
          <Button
            variant="default"
            loading={pages.isFetchingNextPage}
            onClick={() => {
              calm.note((pages.data?.pages.length ?? 0) + 1);
              void pages.fetchNextPage();
            }}
          >
            {t("Show what was before")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Row({ of }: { of: Moment }) {
  const [isRaw, setRaw] = useState(false);
  const Icon = ICONS[of.type];
  return (
    <li className="line moment">
      <span className="faint" title={kindName(of.type)}>
        <Icon size={16} aria-hidden />
      </span>
      <div className="grow stack tight">
        <div className="row apart">
          <div className="wrap">{told(of)}</div>
          <div className="row keep faint small">
            <Time at={of.type === "message" ? of.asked_at : of.at} />
            <button type="button" className="why" aria-expanded={isRaw} onClick={() => setRaw(!isRaw)}>
              {t("raw")}
            </button>
          </div>
        </div>
        {isRaw ? <Raw value={of} /> : null}
      </div>
    </li>
  );
}

function told(of: Moment): ReactNode {
  switch (of.type) {
    case "event":
      return (
        <>
          <A to={`/events?name=${encodeURIComponent(of.name)}`} className="strong">
            <bdi>{of.name || of.kind}</bdi>
          </A>{" "}
          <bdi className="soft small">{brief(of.properties)}</bdi>
        </>
      );
    case "message":
      return (
        <span className="row">
          <StateBadge state={of.state} />
          <A to={`/messages/${of.id}`}>
            <bdi>{of.subject || of.template || of.channel}</bdi>
          </A>
          <span className="soft small">{of.what}</span>
        </span>
      );
    case "decision":
      return (
        <>
          {decided(of)}{" "}
          {of.kind === "message" ? (
            <A to={`/messages/${of.subject_id}`} className="small">
              {t("why?")}
            </A>
          ) : null}
        </>
      );
    case "change":
      return (
        <>
          <bdi className="strong">{of.path}</bdi>{" "}
          <span className="soft">
            <bdi>{short(of.old)}</bdi> → <bdi>{short(of.new)}</bdi>
          </span>{" "}
          <span className="faint small">{of.cause ? t("by {cause}", { cause: of.cause }) : null}</span>
        </>
      );
  }
}

function decided(of: Shapes["TimelineDecision"]): string {
  const reason = of.reason.replaceAll("_", " ");
  if (of.kind === "hold")
    return of.outcome === "hold"
      ? t("Marketing was held, {who}.", { who: of.reason })
      : t("The hold is over, {who}.", { who: of.reason });
  if (of.kind !== "message")
    return t("The run ended: {outcome}, because of {reason}.", { outcome: of.outcome, reason });
  switch (of.outcome) {
    case "send":
      return t("A message was let go.");
    case "defer":
      return t("A message waits: {reason}.", { reason });
    case "expire":
      return t("A message was too late.");
    case "approve":
      return t("A message was approved, {who}.", { who: of.reason });
    case "reject":
      return t("A message was rejected, {who}.", { who: of.reason });
    case "hold":
      return t("A message has to be read again: its template was changed after it was approved.");
    default:
      return t("A message was not sent: {reason}.", { reason });
  }
}

function short(value: unknown): string {
  if (value === null || value === undefined) return t("nothing");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

/** The first few properties in a line. */
function brief(properties: unknown): string {
  if (typeof properties !== "object" || properties === null) return "";
  const parts = Object.entries(properties)
    .slice(0, 4)
    .map(([name, value]) => `${name}: ${short(value)}`);
  return parts.join(" · ");
}
