/** What needs somebody: failures, what is held or in doubt, overdue looks, trouble that lasts; and what the night found. */
import { Button } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCalendarDue,
  IconCircleCheck,
  IconHelp,
  IconPlayerPause,
  IconRouteX,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { api, queries, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Card } from "@/kit/Basics";
import { useDeed } from "@/kit/Deeds";
import { Time } from "@/kit/Time";

type HomePage = Shapes["HomePage"];

export function Need({ to, icon, children }: { to: string; icon: ReactNode; children: ReactNode }) {
  return (
    <A to={to} className="need">
      {icon}
      <span className="grow wrap">{children}</span>
    </A>
  );
}

export function Needs({ now }: { now: HomePage }) {
  const { needs, alerts } = now;
  const { failed_runs, uncertain, held, resting_accounts, overdue_reviews } = needs;
  const isCalm = failed_runs + uncertain + held + resting_accounts + overdue_reviews + needs.alerts === 0;
  const resting = now.senders.filter((sender) => sender.state !== "active");
  return (
    <Card title={t("Needs you")} isBare>
      {isCalm ? (
        <div className="need">
          <IconCircleCheck size={20} color="var(--done)" aria-hidden />
          <span>{t("Nothing. Everything that is due is being done.")}</span>
        </div>
      ) : null}
      {resting.map((sender) => (
        <Need
          key={sender.name}
          to={`/channels/${sender.name}`}
          icon={<IconPlayerPause size={20} color="var(--failed)" aria-hidden />}
        >
          {t(
            "The sender {name} rests{reason}. {count, plural, =0 {No message waits} one {# message waits} other {# messages wait}} for it.",
            {
              name: sender.name,
              reason: sender.reason ? `: ${sender.reason.replace(/\.$/, "")}` : "",
              count: sender.waiting,
            },
          )}
        </Need>
      ))}
      {needs.failed_runs ? (
        <Need to="/journeys" icon={<IconRouteX size={20} color="var(--failed)" aria-hidden />}>
          {t(
            "{count, plural, one {# person rests in a journey after a failure} other {# people rest in journeys after a failure}}. Try again, or skip the step.",
            { count: needs.failed_runs },
          )}
        </Need>
      ) : null}
      {needs.uncertain ? (
        <Need to="/inbox?what=uncertain" icon={<IconHelp size={20} color="var(--warn)" aria-hidden />}>
          {t(
            "{count, plural, one {# message is} other {# messages are}} uncertain: it may have arrived. Only you can say whether it goes again.",
            { count: needs.uncertain },
          )}
        </Need>
      ) : null}
      {needs.held ? (
        <Need to="/messages?state=held" icon={<IconPlayerPause size={20} color="var(--warn)" aria-hidden />}>
          {t("{count, plural, one {# message is} other {# messages are}} held.", { count: needs.held })}
        </Need>
      ) : null}
      {alerts
        .filter((alert) => alert.kind !== "account" || resting.length === 0)
        .map((alert) => (
          <Alert key={alert.id} of={alert} />
        ))}
      {overdue_reviews ? (
        <Need to="/segments?only=overdue" icon={<IconCalendarDue size={20} color="var(--warn)" aria-hidden />}>
          {t(
            "{count, plural, one {# segment was} other {# segments were}} to be looked at again by now: is it still true what it says?",
            { count: overdue_reviews },
          )}
        </Need>
      ) : null}
      {now.segment_check ? <Checked of={now.segment_check} /> : null}
    </Card>
  );
}

/** All memberships are computed again every night beside what is kept. */
function Checked({ of }: { of: NonNullable<HomePage["segment_check"]> }) {
  const told =
    of.differences === 0
      ? t(
          "{looked} memberships of {count, plural, one {# segment} other {# segments}} were computed again: none differed.",
          {
            looked: number(of.looked),
            count: of.segments,
          },
        )
      : t("{looked} memberships were computed again: {differences} differed and were put right.", {
          looked: number(of.looked),
          differences: number(of.differences),
        });
  return (
    <div className="need faint small">
      <span>
        {told} <Time at={of.ended_at} />
      </span>
    </div>
  );
}

function Alert({ of }: { of: Shapes["OpenAlert"] }) {
  const [end, isBusy] = useDeed(async () => {
    await api.POST("/api/v1/alerts/{alert_id}/end", { params: { path: { alert_id: of.id } } });
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/home"] });
  });
  return (
    <div className="need">
      <IconAlertTriangle size={20} color="var(--warn)" aria-hidden />
      <span className="grow wrap">
        {of.detail} <span className="faint small">{of.subject}</span>
        <div className="faint small">
          <Time at={of.at} />
        </div>
      </span>
      <Button variant="default" size="compact-sm" loading={isBusy} onClick={() => void end()}>
        {t("Seen to")}
      </Button>
    </div>
  );
}
