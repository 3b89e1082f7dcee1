/** The first screen: whether each channel reaches them and why not, what they got last, what comes next and why then. */
import { IconBell, IconBrandTelegram, IconDeviceMobileMessage, IconMail, IconSend } from "@tabler/icons-react";
import type { ComponentType } from "react";
import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, StateBadge, Time, Why } from "@/kit";
import type { Whole } from "./Contact";
import { Holds } from "./Holds";

type Channel = Shapes["ChannelReach"];
type Next = Shapes["NextThing"];

const ICONS: Record<string, ComponentType<{ size?: number }>> = {
  email: IconMail,
  sms: IconDeviceMobileMessage,
  push: IconBell,
  telegram: IconBrandTelegram,
};

export function useReach(id: number) {
  return ask.useQuery("get", "/api/v1/contacts/{contact_id}/reach", { params: { path: { contact_id: id } } });
}

function canWord(can: Channel["can"]): { state: string; word: string } {
  const words: Record<Channel["can"], { state: string; word: string }> = {
    marketing: { state: "ok", word: t("Reached") },
    some_topics: { state: "ok", word: t("Some topics") },
    service_only: { state: "pending", word: t("Service only") },
    nothing: { state: "unsubscribed", word: t("Not reached") },
  };
  return words[can];
}

export function ReachCard({ of }: { of: Whole }) {
  const reach = useReach(of.id);
  return (
    <Asking of={reach} bones={6}>
      {(told) => (
        <div className="stack">
          <Holds id={of.id} of={told.holds} />
          <Card title={t("Can we reach them?")} isBare>
            <ul>
              {told.channels.map((one) => (
                <ChannelRow key={one.channel} of={one} />
              ))}
            </ul>
          </Card>
          <div className="halves">
            <Card title={t("What they got last")}>
              {told.last ? <Last of={told.last} /> : <p className="faint">{t("Nothing yet.")}</p>}
            </Card>
            <Card title={t("What comes next")} isBare>
              {told.next.length === 0 ? (
                <p className="faint line">{t("Nothing is planned.")}</p>
              ) : (
                <ul>
                  {told.next.map((one, i) => (
                    <NextRow key={i} of={one} />
                  ))}
                </ul>
              )}
            </Card>
          </div>
        </div>
      )}
    </Asking>
  );
}

function ChannelRow({ of }: { of: Channel }) {
  const Icon = ICONS[of.channel] ?? IconSend;
  const { state, word } = canWord(of.can);
  const topics = of.topics.filter((one) => one.topic);
  return (
    <li className="line reach">
      <Icon size={18} aria-hidden />
      <div className="grow">
        <div className="row">
          <span className="strong">{of.channel}</span>
          <StateBadge state={state} word={word} />
          <bdi className="soft small wrap">{of.address}</bdi>
        </div>
        {of.why || of.since_at ? (
          <div className="small soft wrap">
            {of.why} {of.since_at ? <Time at={of.since_at} isNear={false} /> : null}
          </div>
        ) : null}
      </div>
      {topics.length ? (
        <Why label={t("topics")}>
          <strong>{t("Topics by {channel}", { channel: of.channel })}</strong>
          <ul className="stack tight">
            {topics.map((one) => (
              <li key={one.topic} className="row">
                <StateBadge state={one.state} /> <span className="wrap">{one.topic}</span>
                <span className="faint">
                  <Time at={one.since_at} isNear={false} />
                </span>
              </li>
            ))}
          </ul>
        </Why>
      ) : null}
    </li>
  );
}

function Last({ of }: { of: Shapes["MessageBrief"] }) {
  return (
    <div className="stack tight">
      <div className="row">
        <StateBadge state={of.state} />
        <A to={`/messages/${of.id}`}>{of.template ?? of.channel}</A>
        <span className="faint small">
          <Time at={of.at} />
        </span>
      </div>
      <div className="small soft wrap">
        {of.what}
        {of.journey ? (
          <>
            {" "}
            {t("From")} <A to={`/journeys/${of.journey}`}>{of.journey}</A>.
          </>
        ) : null}
      </div>
    </div>
  );
}

function NextRow({ of }: { of: Next }) {
  const what =
    of.kind === "message" ? (
      <A to={`/messages/${of.message_id}`}>{of.template ?? of.channel}</A>
    ) : (
      <A to={`/journeys/${of.journey}`}>
        {of.journey} · {of.step}
      </A>
    );
  return (
    <li className="line">
      <div className="grow">
        <div className="row">
          {of.kind === "failed" ? <StateBadge state="failed" /> : null}
          {of.kind === "message" ? <StateBadge state={of.state} /> : null}
          <span className="wrap">{what}</span>
          <span className="soft small">{of.due_at ? <Time at={of.due_at} /> : null}</span>
        </div>
        <div className="small soft wrap">{of.why}</div>
      </div>
    </li>
  );
}
