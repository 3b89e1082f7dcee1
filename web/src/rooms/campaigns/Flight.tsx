/** A campaign that was launched: called back, paused, and what came of it. */
import { Button, Modal, Progress, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { api, queries, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Card, Confirm, Note, Page, Time, useDeed, useHref } from "@/kit";
import { named } from "../documents/names";
import { CampaignState } from "./CampaignState";

type Whole = Shapes["CampaignPage"];
const reload = () => queries.invalidateQueries();

export function Flight({ of }: { of: Whole }) {
  const [asking, setAsking] = useState<"cancel" | "resend">();
  const params = { path: { name: of.name } };
  const [pause] = useDeed(async () => {
    await api.POST("/api/v1/campaigns/{name}/pause", { params });
    await reload();
  });
  const [resume] = useDeed(async () => {
    await api.POST("/api/v1/campaigns/{name}/resume", { params });
    await reload();
  });
  const [callBack] = useDeed(async () => {
    await api.POST("/api/v1/campaigns/{name}/cancel", { params });
    await reload();
  });
  const isUnderWay = ["asking", "testing", "sending"].includes(of.state);
  return (
    <Page
      title={of.name}
      badge={<CampaignState state={of.state} />}
      told={
        <>
          {t("Launched")} <Time at={of.launched_at ?? ""} />
        </>
      }
      actions={
        <>
          {isUnderWay ? (
            <Button variant="default" onClick={() => void pause()}>
              {t("Pause")}
            </Button>
          ) : null}
          {of.state === "paused" ? <Button onClick={() => void resume()}>{t("Go on")}</Button> : null}
          {isUnderWay || of.state === "paused" ? (
            <Button variant="default" onClick={() => setAsking("cancel")}>
              {t("Cancel…")}
            </Button>
          ) : null}
          {of.state === "done" ? (
            <Button variant="default" onClick={() => setAsking("resend")}>
              {t("Send again to who did not open…")}
            </Button>
          ) : null}
        </>
      }
    >
      <div className="stack">
        {of.state === "counting" ? <CallBack at={of.starts_at ?? ""} onCallBack={() => void callBack()} /> : null}
        {of.report ? <Report of={of.report} name={of.name} /> : null}
      </div>
      <Confirm
        isOpen={asking === "cancel"}
        onClose={() => setAsking(undefined)}
        title={t("Cancel the campaign?")}
        verb={t("Cancel it for good")}
        isDanger
        onConfirm={async () => {
          await api.POST("/api/v1/campaigns/{name}/cancel", { params });
          await reload();
        }}
      >
        {t(
          "{count, plural, one {# message has} other {# messages have}} not left and never will. What has left has left.",
          {
            count: of.report?.total.waiting ?? 0,
          },
        )}
      </Confirm>
      {asking === "resend" ? <Resend name={of.name} onClose={() => setAsking(undefined)} /> : null}
    </Page>
  );
}

/** The seconds in which it can be called back. */
function CallBack({ at, onCallBack }: { at: string; onCallBack: () => void }) {
  const [left, setLeft] = useState(() => secondsUntil(at));
  useEffect(() => {
    const timer = setInterval(() => {
      setLeft(secondsUntil(at));
      if (secondsUntil(at) === 0) void reload();
    }, 1_000);
    return () => clearInterval(timer);
  }, [at]);
  return (
    <Note tone="warn">
      <div className="row apart">
        <span>
          {left > 120 ? (
            <>
              {t("It leaves")} <Time at={at} isNear={false} />.
            </>
          ) : (
            t("It leaves in {count, plural, one {# second} other {# seconds}}.", { count: left })
          )}
        </span>
        <Button onClick={onCallBack}>{t("Call it back")}</Button>
      </div>
    </Note>
  );
}

function secondsUntil(at: string): number {
  return Math.max(0, Math.ceil((new Date(at).getTime() - Date.now()) / 1_000));
}

type Report = Shapes["CampaignReport"];

function Report({ of, name }: { of: Report; name: string }) {
  const { total } = of;
  const all = total.waiting + total.sent + total.failed + total.skipped + total.uncertain;
  const did = (what: string) => `/contacts?where=${encodeURIComponent(JSON.stringify({ campaign: name, did: what }))}`;
  const share = (count: number) => (total.sent ? ` · ${((100 * count) / total.sent).toFixed(1)} %` : "");
  const facts: [string, number, string?][] = [
    [t("Wait"), total.waiting],
    [t("Sent"), total.sent, "sent"],
    [t("Failed"), total.failed, "failed"],
    [t("Skipped"), total.skipped, "skipped"],
    [t("Uncertain"), total.uncertain],
    [t("Opened by people"), total.opened, "opened"],
    [t("Clicked by people"), total.clicked, "clicked"],
    [t("Came back"), total.bounced, "bounced"],
    [t("Marked as spam"), total.complained],
    [t("Unsubscribed"), of.unsubscribed],
  ];
  return (
    <>
      <Card title={t("What came of it")}>
        <div className="stack">
          <Progress.Root size="lg" aria-label={t("How far it is")}>
            <Progress.Section value={all ? (100 * total.sent) / all : 0} color="var(--done)" />
            <Progress.Section value={all ? (100 * total.skipped) / all : 0} color="var(--idle)" />
            <Progress.Section value={all ? (100 * total.failed) / all : 0} color="var(--failed)" />
          </Progress.Root>
          <dl className="numbers">
            {facts.map(([label, count, what]) => (
              <div key={label}>
                <dt className="soft small">{label}</dt>
                <dd className="strong">
                  {what && count ? <A to={did(what)}>{number(count)}</A> : number(count)}
                  {what && ["opened", "clicked", "bounced"].includes(what) ? (
                    <span className="faint small">{share(count)}</span>
                  ) : null}
                </dd>
              </div>
            ))}
          </dl>
          {of.doubtful_opens ? (
            <p className="small soft">
              {t(
                "{count, plural, one {# message was} other {# messages were}} opened by machines alone: nobody knows whether a person did.",
                { count: of.doubtful_opens },
              )}
            </p>
          ) : null}
        </div>
      </Card>
      {of.variants.length > 1 ? <Variants of={of} /> : null}
      <div className="halves">
        <Card title={t("Why some did not leave, or wait")}>
          {of.reasons.length === 0 ? <p className="faint small">{t("Everything left.")}</p> : null}
          <ul className="stack tight">
            {of.reasons.map((one) => (
              <li key={`${one.state}${one.reason}`} className="row apart small">
                <span className="wrap">
                  {one.state}: {one.reason.replaceAll("_", " ")}
                </span>
                <span>{number(one.count)}</span>
              </li>
            ))}
          </ul>
        </Card>
        <Card title={t("Links that people followed")}>
          {of.links.length === 0 ? <p className="faint small">{t("None yet.")}</p> : null}
          <ul className="stack tight">
            {of.links.map((one) => (
              <li key={one.url} className="row apart small">
                <bdi className="cut">{one.url}</bdi>
                <span>{number(one.people)}</span>
              </li>
            ))}
          </ul>
        </Card>
      </div>
    </>
  );
}

function Variants({ of }: { of: Report }) {
  return (
    <Card title={t("The variants")}>
      <ul className="stack tight">
        {of.variants.map((one) => (
          <li key={one.variant} className="row apart">
            <span>
              <span className="strong">{one.variant.toUpperCase()}</span>{" "}
              {of.winner === one.variant ? <span className="soft small">{t("went to the rest")}</span> : null}
            </span>
            <span className="small">
              {t("{sent} sent, {clicked} clicked", { sent: number(one.sent), clicked: number(one.clicked) })}
              {one.sent ? ` · ${((100 * one.clicked) / one.sent).toFixed(1)} %` : ""}
            </span>
          </li>
        ))}
      </ul>
      {of.horizon_at && !of.winner ? (
        <p className="soft small">
          {t("What most people clicked goes to the rest")} <Time at={of.horizon_at} isNear={false} />.
        </p>
      ) : null}
    </Card>
  );
}

function Resend({ name, onClose }: { name: string; onClose: () => void }) {
  const [title, setTitle] = useState(`${name}-again`);
  const href = useHref();
  const navigate = useNavigate();
  const [make, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    const body = { name: named(title) };
    await api.POST("/api/v1/campaigns/{name}/resend", { params: { path: { name } }, body });
    await navigate({ to: href(`/campaigns/${named(title)}`) });
  });
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("To who did not open it")}</span>}>
      <form className="stack" onSubmit={(event) => void make(event)}>
        <p className="soft">
          {t(
            "A draft that you can look at first. What only machines opened counts as opened: nobody gets it twice by guess.",
          )}
        </p>
        <TextInput
          label={t("Name")}
          required
          data-autofocus
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div className="row">
          <Button type="submit" loading={isBusy} disabled={!named(title)}>
            {t("Make the draft")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
