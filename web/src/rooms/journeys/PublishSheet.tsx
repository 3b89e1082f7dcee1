/** Publishing in one sheet: what changes, who is inside, what is wrong. */
import { IconArrowRight, IconMinus, IconPencil, IconPlus } from "@tabler/icons-react";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Note } from "@/kit";
import { Publishing } from "../documents/Publishing";
import type { Doc, Step } from "./document";
import { durationWords, goalWords, listed, reentryWords, ruleWords, triggerWords } from "./sentences";
import { lookOf } from "./steps";

type Plan = Shapes["DocumentPlan"];
type Props = {
  isOpen: boolean;
  doc: Doc;
  onClose: () => void;
  onPublish: () => Promise<unknown>;
  onJump: (path: string) => void;
};

export function PublishSheet(props: Props) {
  return (
    <Publishing
      {...props}
      size="lg"
      title={t("Publish “{name}”", { name: props.doc.journey })}
      before={(plan) => (plan?.reach.length ? <ReachTold of={plan.reach} /> : null)}
      difference={(plan) => <Difference plan={plan} />}
    />
  );
}

/** Whom its messages cannot reach, and why; each number opens the people. */
function ReachTold({ of }: { of: Plan["reach"] }) {
  const names: Record<string, string> = {
    no_address: t("have no address"),
    no_consent: t("have not consented"),
    suppressed: t("have a suppressed address"),
    hold: t("are left alone by marketing"),
  };
  return (
    <ul className="stack tight" aria-label={t("Whom it reaches")}>
      {of.map((one) => (
        <li key={`${one.channel} ${one.topic} ${one.message_class}`} className="small wrap">
          <span className="strong">{one.steps.join(", ")}</span>{" "}
          {t("{reached} of {people, plural, one {# person} other {# people}} can be reached by {channel}.", {
            reached: one.reached.toLocaleString(),
            people: one.people,
            channel: one.channel,
          })}{" "}
          {Object.entries(one.stopped).map(([standing, count], i) => (
            <span key={standing}>
              {i ? " · " : null}
              <A to={`/contacts?where=${encodeURIComponent(JSON.stringify(one.rules[standing]))}`}>
                {count.toLocaleString()} {names[standing] ?? standing}
              </A>
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}

function Difference({ plan }: { plan: Plan }) {
  if (!plan.is_changed) return <Note>{t("Nothing differs from what is live.")}</Note>;
  const people = Object.values(plan.inside).reduce((sum, one) => sum + one, 0);
  if (plan.is_new) {
    return <Note>{t("This journey is new. From now on people enter as it says.")}</Note>;
  }
  return (
    <>
      <ul className="difference" aria-label={t("What changes")}>
        {plan.fields.map((field) => (
          <li key={field.path}>
            <IconPencil size={16} color="var(--info)" aria-hidden />
            <span className="wrap">
              <span className="strong">{FIELDS[field.path]?.() ?? field.path}</span>{" "}
              <Was before={fieldWords(field.path, field.before)} after={fieldWords(field.path, field.after)} />
            </span>
          </li>
        ))}
        {plan.steps.map((step) => (
          <li key={step.step}>
            <Mark how={step.how} />
            <span className="wrap">
              <StepChange change={step} />
              {step.people ? (
                <span className="soft small">
                  {" "}
                  {t(
                    "{count, plural, one {# person is inside it and finishes} other {# people are inside it and finish}} on the version they entered.",
                    { count: step.people },
                  )}
                </span>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
      {people === 0 ? <p className="faint small">{t("Nobody is inside a step that changes.")}</p> : null}
    </>
  );
}

function Mark({ how }: { how: "added" | "removed" | "changed" }) {
  if (how === "added") return <IconPlus size={16} color="var(--done)" aria-label={t("New")} />;
  if (how === "removed") return <IconMinus size={16} color="var(--failed)" aria-label={t("Goes")} />;
  return <IconPencil size={16} color="var(--info)" aria-label={t("Changes")} />;
}

function Was({ before, after }: { before: string; after: string }) {
  return (
    <>
      {before ? <span className="was">{before} </span> : null}
      {before && after ? <IconArrowRight size={13} aria-label={t("becomes")} /> : null}
      {after ? <span> {after}</span> : <span> {t("goes")}</span>}
    </>
  );
}

function words(step: unknown): string {
  return step ? lookOf(step as Step).sentence(step as Step) : "";
}

function StepChange({ change }: { change: Plan["steps"][number] }) {
  const [before, after] = [words(change.before), words(change.after)];
  if (change.how === "added") return <>{t("New: {what}", { what: after })}</>;
  if (change.how === "removed") return <>{t("Goes: {what}", { what: before })}</>;
  if (before !== after) return <Was before={before} after={after} />;
  const places = change.changes.map((one) =>
    t("{place}: {before} becomes {after}", {
      place: EXITS[one.path]?.() ?? one.path.split(".").at(-1) ?? one.path,
      before: valueWords(one.before),
      after: valueWords(one.after),
    }),
  );
  return (
    <>
      {after}: {listed(places)}
    </>
  );
}

const EXITS: Record<string, () => string> = {
  next: () => t("then"),
  else: () => t("else"),
  on_skipped: () => t("when skipped"),
  on_failed: () => t("when failed"),
  on_timeout: () => t("when time is up"),
  on_past: () => t("when already past"),
  on_unknown: () => t("when nobody can say"),
};

function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === "") return t("the end");
  if (typeof value !== "string") return JSON.stringify(value);
  return /^-?\d+[smhdw]$/.test(value) ? durationWords(value) : value;
}

const FIELDS: Record<string, () => string> = {
  triggers: () => t("What starts it:"),
  audience: () => t("Who may enter:"),
  reentry: () => t("How often:"),
  goal: () => t("What it is for:"),
  exit: () => t("Who leaves early:"),
  description: () => t("What it does:"),
  owner: () => t("Who looks after it:"),
  start: () => t("First step:"),
  priority: () => t("Priority:"),
};

function fieldWords(path: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (path === "triggers" && Array.isArray(value)) return listed(value.map(triggerWords), t("or"));
  if (path === "audience") return ruleWords(value);
  if (path === "exit") return ruleWords({ any: value });
  if (path === "reentry") return reentryWords(value);
  if (path === "goal") return goalWords(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
