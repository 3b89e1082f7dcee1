/** Every journey that they are or were in, and the step. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, StateBadge, Time, toast, useDeed } from "@/kit";

type Way = Shapes["WayThrough"];
const FEW = 5;

export function Journeys({ of }: { of: number }) {
  const ways = ask.useQuery("get", "/api/v1/contacts/{contact_id}/journeys", {
    params: { path: { contact_id: of } },
  });
  const [isAll, setAll] = useState(false);
  return (
    <Card title={t("Journeys")} isBare>
      <Asking of={ways}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="faint line">{t("They have never entered one.")}</p>
          ) : (
            <>
              <ul>
                {(isAll ? items : items.slice(0, FEW)).map((way) => (
                  <WayRow key={`${way.run_id} ${way.step}`} of={way} />
                ))}
              </ul>
              {items.length > FEW && !isAll ? (
                <div className="line">
                  <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
                    {t("Show all {count}", { count: items.length })}
                  </Button>
                </div>
              ) : null}
            </>
          )
        }
      </Asking>
    </Card>
  );
}

function WayRow({ of }: { of: Way }) {
  return (
    <li className="line">
      <div className="grow">
        <div className="row">
          <StateBadge state={of.state} />
          <A to={`/journeys/${of.journey}`} className="strong">
            {of.journey}
          </A>
          {of.step ? <span className="wrap">{t("at {step}", { step: of.step })}</span> : null}
          <span className="faint small">
            {of.ended_at ? (
              <>
                {t("ended")} <Time at={of.ended_at} />
              </>
            ) : (
              <>
                {t("since")} <Time at={of.since_at ?? of.started_at} />
              </>
            )}
          </span>
        </div>
        <div className="small soft wrap">
          {of.why || (of.reason ? t("Because of {reason}.", { reason: of.reason }) : null)}{" "}
          {of.due_at ? <Time at={of.due_at} /> : null}
        </div>
      </div>
      {of.state === "failed" ? <Mend run={of.run_id} /> : null}
    </li>
  );
}

/** A failed run tries its step again, or goes on without it. */
export function Mend({ run }: { run: number }) {
  const [mend, isBusy] = useDeed(async (how: "retry" | "skip") => {
    await api.POST("/api/v1/runs/{run_id}/{how}", { params: { path: { run_id: run, how } } });
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/contacts/{contact_id}/journeys"] });
    toast(how === "retry" ? t("The step is tried again.") : t("It goes on without the step."));
  });
  return (
    <div className="row keep">
      <Button size="compact-sm" variant="default" loading={isBusy} onClick={() => void mend("retry")}>
        {t("Try again")}
      </Button>
      <Button size="compact-sm" variant="subtle" loading={isBusy} onClick={() => void mend("skip")}>
        {t("Skip the step")}
      </Button>
    </div>
  );
}
