/** Beside the builder: how many it finds, who they are, who nearly is, and what would change. */
import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react";
import { Refused } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Bones, Note, Problem } from "@/kit";
import "./preview.css";
import type { Rule } from "./tree";
import type { Near, RulePreview, Sample } from "./types";
import type { usePreview } from "./use-preview";
import { ruleWords } from "./words";

type Props = {
  where: Rule | undefined;
  of: ReturnType<typeof usePreview>;
  /** With it there is a version that is live, against which it is told what would change. */
  isLive?: boolean;
};

export function Preview({ where, of, isLive }: Props) {
  const { data, error, isOld } = of;
  // What is wrong with a rule stands at its conditions; only what has no place there is said here.
  const isHalf = error instanceof Refused && error.status === 400;
  return (
    <section className={isOld || isHalf ? "card preview is-old" : "card preview"} aria-label={t("Whom it finds")}>
      <div className="card-body stack">
        {error && !isHalf ? <Problem error={error} onRetry={() => void of.refetch()} /> : null}
        {isHalf ? (
          <Note tone="warn">{t("Something is missing or wrong in the conditions; the numbers are from before.")}</Note>
        ) : null}
        {data ? <Found of={data} sentence={ruleWords(where)} isLive={isLive} /> : error ? null : <Bones lines={6} />}
      </div>
    </section>
  );
}

function Found({ of, sentence, isLive }: { of: RulePreview; sentence: string; isLive?: boolean }) {
  return (
    <>
      <div aria-live="polite">
        <div className="preview-count">
          {of.is_exact ? "" : "≈ "}
          {number(of.count)}
        </div>
        <div className="soft">{t("{count, plural, one {person now} other {people now}}", { count: of.count })}</div>
        {isLive && of.changes ? <Changes of={of.changes} /> : null}
      </div>
      {sentence ? <p className="small wrap">{sentence}</p> : null}
      <People title={t("Some of them")} of={of.samples} empty={t("Nobody, as things stand.")} />
      <NearMisses of={of.near} />
      <p className="faint small">{t("Counted in {ms} ms.", { ms: number(Math.round(of.ms)) })}</p>
    </>
  );
}

function Changes({ of }: { of: { enter: number; leave: number } }) {
  if (of.enter === 0 && of.leave === 0)
    return <div className="small faint">{t("The same people as in what is live.")}</div>;
  return (
    <div className="row small preview-changes">
      <span className="preview-enter">
        <IconArrowUpRight size={14} aria-hidden />
        {t("+{count} enter", { count: number(of.enter) })}
      </span>
      <span className="preview-leave">
        <IconArrowDownRight size={14} aria-hidden />
        {t("−{count} leave", { count: number(of.leave) })}
      </span>
    </div>
  );
}

function People({ title, of, empty }: { title: string; of: Sample[]; empty: string }) {
  return (
    <div className="stack tight">
      <h3>{title}</h3>
      {of.length === 0 ? <p className="faint small">{empty}</p> : null}
      <ul className="preview-people">
        {of.map((one) => (
          <li key={one.id} className="small">
            <A to={`/contacts/${one.id}`} className="cut">
              <bdi>{one.label}</bdi>
            </A>
            {one.email && one.email !== one.label ? <bdi className="faint cut">{one.email}</bdi> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

function NearMisses({ of }: { of: Near[] }) {
  if (of.length === 0) return null;
  return (
    <div className="stack tight">
      <h3>{t("Nearly")}</h3>
      <p className="faint small">{t("Only this is not true of them:")}</p>
      <ul className="stack tight" aria-label={t("Nearly")}>
        {of.map((one) => (
          <li key={one.id} className="small">
            <div className="row keep">
              <A to={`/contacts/${one.id}`} className="cut">
                <bdi>{one.label}</bdi>
              </A>
            </div>
            <div className="faint wrap">
              {one.failed}
              {one.seen === null || one.seen === undefined || one.seen === ""
                ? ""
                : ` · ${t("seen: {seen}", { seen: one.seen })}`}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
