/** Who stands at a step now, and what failed there, with what can be done about it. */
import { Button } from "@mantine/core";
import { api, ask, queries, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Asking, Note, StateBadge, Time, toast, useDeed } from "@/kit";

type Props = { journey: Shapes["JourneyDetail"]; step: string };
type Person = Shapes["PersonAtStep"];

const DOES: Record<Person["state"], () => string> = {
  ready: () => t("goes on at once"),
  woken: () => t("goes on at once"),
  resumed: () => t("goes on at once"),
  waiting: () => t("waits"),
  listening: () => t("waits for an event"),
  sending: () => t("waits until its message has left"),
  failed: () => t("rests after a failure"),
};

export function Here({ journey, step }: Props) {
  const numbers = journey.steps[step];
  const people = numbers?.people ?? 0;
  if (journey.version === null) return null;
  return (
    <div className="panel-part">
      <h3>{t("{count, plural, one {# person is here now} other {# people are here now}}", { count: people })}</h3>
      {people > 0 ? <People journey={journey.name} step={step} /> : null}
      {numbers ? <Passed numbers={numbers} /> : null}
    </div>
  );
}

function Passed({ numbers }: { numbers: Shapes["JourneyStep"] }) {
  const total = Object.values(numbers.passed).reduce((sum, one) => sum + one, 0);
  const states = Object.entries(numbers.messages);
  return (
    <>
      <p className="small soft">
        {t("{count, plural, one {# person has passed} other {# people have passed}} since it was first published.", {
          count: total,
        })}
      </p>
      {states.length ? (
        <div className="row">
          <span className="small soft">{t("Messages of 30 days:")}</span>
          {states.map(([state, count]) => (
            <span key={state} className="row keep small">
              <StateBadge state={state} /> {number(count)}
            </span>
          ))}
        </div>
      ) : null}
    </>
  );
}

function useStanding(journey: string, step: string, state?: string) {
  const params = { path: { name: journey, step }, query: { limit: 8, ...(state ? { state } : {}) } };
  return ask.useQuery("get", "/api/v1/journeys/{name}/steps/{step}/people", { params });
}

function People({ journey, step }: { journey: string; step: string }) {
  const found = useStanding(journey, step);
  return (
    <Asking of={found} bones={3}>
      {(page) => (
        <ul className="stack tight" aria-label={t("People here")}>
          {page.items.map((one) => (
            <li key={one.run_id} className="people-row">
              <A to={`/contacts/${one.contact_id}`} className="cut">
                {one.label}
              </A>
              <span className="faint cut">
                {one.event ? t("waits for “{event}”", { event: one.event }) : DOES[one.state]()}{" "}
                {one.until && one.state !== "failed" ? <Time at={one.until} /> : null}
              </span>
            </li>
          ))}
          {page.next ? <li className="faint small">{t("and more")}</li> : null}
        </ul>
      )}
    </Asking>
  );
}

/** What failed at a step, in the words of whoever refused it, and what can be done. */
export function Failure({ journey, step }: Props) {
  const numbers = journey.steps[step];
  return numbers?.failure ? <Failed journey={journey} step={step} numbers={numbers} /> : null;
}

function Failed({ journey, step, numbers }: Props & { numbers: Shapes["JourneyStep"] }) {
  const failure = numbers.failure;
  const resting = useStanding(journey.name, step, "failed");
  const [mend, isMending] = useDeed(async (how: "retry" | "skip", runs: Person[]) => {
    for (const run of runs) {
      await api.POST("/api/v1/runs/{run_id}/{how}", { params: { path: { run_id: run.run_id, how } } });
    }
    await queries.invalidateQueries();
    const count = runs.length;
    toast(
      how === "retry"
        ? t("{count, plural, one {# person tries} other {# people try}} this step again.", { count })
        : t("{count, plural, one {# person goes} other {# people go}} on without this step.", { count }),
    );
  });
  if (!failure) return null;
  const runs = numbers.failed ? (resting.data?.items ?? []) : [];
  return (
    <div className="panel-part">
      <h3>{numbers.failed ? t("Needs you") : t("Last message that did not arrive")}</h3>
      <Note tone={numbers.failed ? "failed" : "warn"}>
        <div className="stack tight small">
          <span>{failure.words || t("No reason was given.")}</span>
          <span className="faint">
            <Time at={failure.at} /> ·{" "}
            <A to={failure.message_id ? `/messages/${failure.message_id}` : `/contacts/${failure.contact_id}`}>
              {failure.message_id ? t("the message") : t("the person")}
            </A>
          </span>
        </div>
      </Note>
      {runs.map((run) => (
        <div key={run.run_id} className="row apart keep">
          <A to={`/contacts/${run.contact_id}`} className="cut small">
            {run.label}
          </A>
          <span className="row keep">
            <Button size="compact-sm" variant="default" loading={isMending} onClick={() => void mend("retry", [run])}>
              {t("Try again")}
            </Button>
            <Button size="compact-sm" variant="subtle" loading={isMending} onClick={() => void mend("skip", [run])}>
              {t("Skip")}
            </Button>
          </span>
        </div>
      ))}
      {runs.length > 1 ? (
        <div>
          <Button size="compact-sm" loading={isMending} onClick={() => void mend("retry", runs)}>
            {t("Try all {count} again", { count: runs.length })}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
