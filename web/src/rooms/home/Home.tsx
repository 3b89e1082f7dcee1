import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ask, type Shapes } from "@/app/client";
import { compact, number, percent, t } from "@/app/words";
import { A, Asking, Card, Page } from "@/kit/Basics"; // one by one: the first load carries no list and no form
import { StateBadge } from "@/kit/State";
import { Time } from "@/kit/Time";
import { Need, Needs } from "./Needs";
import { Today } from "./Today";
import "./home.css";

type HomePage = Shapes["HomePage"];

export function Home() {
  const home = ask.useQuery("get", "/api/v1/home", {});
  return (
    <Page title={t("Home")}>
      <Asking of={home} bones={8}>
        {(now) => (
          <>
            {!isUsed(now) ? <FirstSteps now={now} /> : null}
            <Ready />
            <Needs now={now} />
            <Tiles now={now} />
            <div className="halves">
              <Card title={t("Messages today")}>
                <Today now={now} />
              </Card>
              <Senders now={now} />
            </div>
          </>
        )}
      </Asking>
    </Page>
  );
}

/** What sending still lacks; nothing when nothing is missing. */
function Ready() {
  const ready = ask.useQuery("get", "/api/v1/readiness", {}).data;
  const missing = ready?.items.filter((one) => one.state === "missing") ?? [];
  if (missing.length === 0) return null;
  return (
    <Card title={t("Before the first campaign")} isBare>
      <Need to="/readiness" icon={<IconAlertTriangle size={20} color="var(--warn)" aria-hidden />}>
        {t("{count, plural, one {One thing is} other {# things are}} missing: {what}.", {
          count: missing.length,
          what: missing.map((one) => one.title).join(" · "),
        })}
      </Need>
    </Card>
  );
}

/** Somebody is here, something is live, or has been. */
function isUsed(now: HomePage): boolean {
  return now.live_journeys > 0 && now.contacts > 0 && (now.today.sent > 0 || now.usual !== null);
}

function FirstSteps({ now }: { now: HomePage }) {
  const steps: { isDone: boolean; text: string; told: string; to: string; verb: string }[] = [
    {
      isDone: now.live_journeys > 0,
      text: t("Make a journey"),
      told: t("Start from one that is ready, and change its words."),
      to: "/journeys",
      verb: t("Journeys"),
    },
    {
      isDone: now.contacts > 0,
      text: t("Let a person enter"),
      told: t("By hand on the journey's page, or let your site send people and events with an API key."),
      to: now.live_journeys > 0 ? "/journeys" : "/contacts",
      verb: now.live_journeys > 0 ? t("Journeys") : t("Contacts"),
    },
    {
      isDone: now.today.sent > 0,
      text: t("See the first message"),
      told: t("It lands in the sandbox until a sender is connected."),
      to: "/inbox",
      verb: t("Inbox"),
    },
  ];
  return (
    <Card title={t("Three steps to a first message")} isBare>
      <ol className="steps">
        {steps.map((step, i) => (
          <li key={step.text} className="line">
            <span className={step.isDone ? "step-no is-done" : "step-no"}>
              {step.isDone ? <IconCheck size={15} aria-label={t("Done")} /> : i + 1}
            </span>
            <div className="grow">
              <div className="strong">{step.text}</div>
              <div className="faint small">{step.told}</div>
            </div>
            <A to={step.to}>{step.verb}</A>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Tile({ to, name, value, told }: { to: string; name: string; value: string; told: ReactNode }) {
  return (
    <A to={to} className="tile">
      <span className="faint small">{name}</span>
      <span className="big">{value}</span>
      <span className="faint small">{told}</span>
    </A>
  );
}

function Tiles({ now }: { now: HomePage }) {
  const { today, usual } = now;
  const compared = (key: "sent" | "failed") =>
    usual ? t("usually {count} by now", { count: number(Math.round(usual[key])) }) : t("no day to compare with yet");
  return (
    <div className="tiles">
      <Tile to="/messages" name={t("Sent today")} value={compact(today.sent)} told={compared("sent")} />
      <Tile
        to="/messages?state=failed"
        name={t("Failed today")}
        value={compact(today.failed)}
        told={compared("failed")}
      />
      <Tile
        to="/messages"
        name={t("Opened")}
        value={percent(today.opened, today.sent)}
        told={t("{count} of today's messages", { count: number(today.opened) })}
      />
      <Tile
        to="/messages"
        name={t("Clicked")}
        value={percent(today.clicked, today.sent)}
        told={t("{count} of today's messages", { count: number(today.clicked) })}
      />
      <Tile
        to="/events"
        name={t("Events today")}
        value={compact(now.events)}
        told={
          now.next_due_at ? (
            <>
              {t("Next step")} <Time at={now.next_due_at} />
            </>
          ) : (
            t("No step is planned")
          )
        }
      />
      <Tile
        to="/contacts"
        name={t("Contacts")}
        value={compact(now.contacts)}
        told={t("{count} new today", { count: number(now.new_contacts) })}
      />
    </div>
  );
}

function Senders({ now }: { now: HomePage }) {
  return (
    <Card title={t("Senders")} actions={<A to="/channels">{t("Channels")}</A>} isBare>
      <ul>
        {now.senders.map((sender) => (
          <li key={sender.name} className="line">
            <div className="grow">
              <A to={`/channels/${sender.name}`} className="strong wrap">
                {sender.name}
              </A>
              <div className="faint small">
                {t("{sent} sent, {failed} failed in 24 h", {
                  sent: number(sender.sent),
                  failed: number(sender.failed),
                })}
                {sender.waiting
                  ? ` · ${t("{count, plural, one {# waits} other {# wait}}", { count: sender.waiting })}`
                  : ""}
              </div>
            </div>
            <StateBadge state={sender.state === "active" ? "active" : "resting"} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
