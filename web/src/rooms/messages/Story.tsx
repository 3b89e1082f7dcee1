/** What happened to a message, from above to below: event, run, asked, decisions, tries, reports, opens and clicks. */
import {
  IconBolt,
  IconCheck,
  IconEye,
  IconGavel,
  IconHandClick,
  IconHelp,
  IconHourglass,
  IconMessageReport,
  IconRoute,
  IconSend,
  IconX,
} from "@tabler/icons-react";
import { type ComponentType, type ReactNode, useState } from "react";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Raw, Time, Why } from "@/kit";
import { Gates } from "./Gates";

type Whole = Shapes["WholeMessage"];
type Tone = "done" | "warn" | "failed" | "info" | "idle" | "accent";
type Part = {
  key: string;
  at: string;
  icon: ComponentType<{ size?: number }>;
  tone: Tone;
  told: ReactNode;
  more?: ReactNode;
  raw?: unknown;
};

export function Story({ of }: { of: Whole }) {
  return (
    <ol className="story">
      {[...began(of), ...followed(of)].map((part) => (
        <PartRow key={part.key} of={part} />
      ))}
    </ol>
  );
}

function PartRow({ of }: { of: Part }) {
  const [isRaw, setRaw] = useState(false);
  const Icon = of.icon;
  return (
    <li>
      <span className={`dot tone-${of.tone}`}>
        <Icon size={16} aria-hidden />
      </span>
      <div className="stack tight">
        <div className="row apart">
          <div className="wrap">{of.told}</div>
          <div className="row keep faint small">
            <Time at={of.at} />
            {of.raw ? (
              <button type="button" className="why" aria-expanded={isRaw} onClick={() => setRaw(!isRaw)}>
                {t("raw")}
              </button>
            ) : null}
          </div>
        </div>
        {of.more ? <div className="small soft wrap">{of.more}</div> : null}
        {isRaw ? <Raw value={of.raw} /> : null}
      </div>
    </li>
  );
}

/** What led to it. */
function began(of: Whole): Part[] {
  const found: Part[] = [];
  if (of.trigger)
    found.push({
      key: "trigger",
      at: of.trigger.at,
      icon: IconBolt,
      tone: "accent",
      told: (
        <>
          <bdi className="strong">{of.trigger.name}</bdi> {t("happened.")}
        </>
      ),
      raw: of.trigger.properties,
    });
  if (of.run)
    found.push({
      key: "run",
      at: of.run.started_at,
      icon: IconRoute,
      tone: "info",
      told: (
        <>
          {t("They entered")} <A to={`/journeys/${of.run.journey}`}>{of.run.journey}</A>
          {of.trigger || !of.run.trigger_name ? "." : ` ${t("because of {name}.", { name: of.run.trigger_name })}`}
        </>
      ),
    });
  found.push({
    key: "asked",
    at: of.asked_at,
    icon: IconSend,
    tone: "info",
    told: of.step
      ? t("Its step {step} asked for this message by {channel}.", { step: of.step, channel: of.channel })
      : t("It was asked for by {source}.", { source: of.source }),
  });
  return found;
}

/** What became of it, in the order of time. */
function followed(of: Whole): Part[] {
  const found = [...of.decisions.map(decided), ...of.attempts_made.map(tried)];
  found.push(...of.reports.filter((one) => one.status !== "inbound").map(reported), ...of.visits.map(visited));
  return found.sort((one, other) => one.at.localeCompare(other.at));
}

function decided(of: Shapes["DecisionTold"]): Part {
  const looks: Record<string, [Tone, ComponentType<{ size?: number }>]> = {
    send: ["done", IconCheck],
    defer: ["warn", IconHourglass],
    approve: ["done", IconCheck],
    hold: ["warn", IconHourglass],
  };
  const [tone, icon] = looks[of.outcome] ?? ["idle", IconX];
  return {
    key: `decision ${of.id}`,
    at: of.at,
    icon: of.outcome === "send" ? IconGavel : icon,
    tone,
    told: (
      <>
        {of.outcome === "send" ? t("Every rule let it go.") : of.what}{" "}
        {of.gates.length > 0 ? (
          <Why>
            <Gates of={of.gates} />
          </Why>
        ) : null}
      </>
    ),
    raw: of.evidence,
  };
}

function tried(of: Shapes["AttemptTold"]): Part {
  const isSent = of.result === "sent";
  const isDoubt = of.result === "unknown";
  const words = [of.code, of.detail].filter(Boolean).join(" ");
  return {
    key: `attempt ${of.number}`,
    at: of.at,
    icon: isSent ? IconSend : isDoubt ? IconHelp : IconX,
    tone: isSent ? "done" : isDoubt ? "warn" : "failed",
    told: t("Try {number}: {what}", { number: of.number, what: of.what }),
    more: (
      <>
        {words ? (
          <>
            {isSent ? t("Their name for it:") : t("Their words:")} <bdi>{words}</bdi>
          </>
        ) : null}
        {of.todo ? <div>{of.todo}</div> : null}
      </>
    ),
  };
}

function reported(of: Shapes["ReportRow"]): Part {
  const bad = ["bounced", "complained", "failed", "rejected"].includes(of.status);
  const words = [of.code, of.detail].filter(Boolean).join(" ");
  return {
    key: `report ${of.id}`,
    at: of.at,
    icon: IconMessageReport,
    tone: bad ? "failed" : "done",
    told: t("The provider reported: {status}.", { status: of.status }),
    more: words ? <bdi>{words}</bdi> : undefined,
  };
}

function visited(of: Shapes["Visited"]): Part {
  const isClick = of.kind === "clicked";
  const isHuman = of.verdict === "human";
  return {
    key: `visit ${of.id}`,
    at: of.at,
    icon: isClick ? IconHandClick : IconEye,
    tone: isHuman ? "done" : "idle",
    told: isHuman
      ? isClick
        ? t("They followed a link.")
        : t("They opened it.")
      : isClick
        ? t("A machine followed a link; it does not count.")
        : t("A machine opened it; it does not count."),
    more: (
      <>
        {of.url ? <bdi className="wrap">{of.url}</bdi> : null}
        {of.because ? <div>{t("Because of: {evidence}.", { evidence: of.because })}</div> : null}
      </>
    ),
  };
}
