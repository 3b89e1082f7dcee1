/** Why somebody is in a segment, or is not: condition by condition, with what was seen. */
import { IconCheck, IconQuestionMark, IconX } from "@tabler/icons-react";
import { ask } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Time } from "@/kit";
import { causeWords } from "./causes";
import "./segments.css";
import type { Explained, Part } from "./types";

type Props = { segment: string; contact: string | number; isShort?: boolean };

export function Explanation({ segment, contact, isShort }: Props) {
  const params = { path: { name: segment }, query: { contact: String(contact) } };
  const found = ask.useQuery("get", "/api/v1/segments/{name}/explain", { params }, { retry: false });
  return <Asking of={found}>{(told) => <Told of={told} isShort={isShort} />}</Asking>;
}

function Told({ of, isShort }: { of: Explained; isShort?: boolean }) {
  return (
    <div className="stack tight">
      <p>
        {isShort ? null : (
          <>
            <A to={`/contacts/${of.contact_id}`} className="strong">
              <bdi>{of.label}</bdi>
            </A>{" "}
          </>
        )}
        <Standing of={of} />
      </p>
      <Parts of={of.parts} />
      {of.next_change_at ? (
        <p className="small soft">
          {t("Time alone may change it")} <Time at={of.next_change_at} isNear={false} />.
        </p>
      ) : (
        <p className="small faint">{t("Time alone does not change it; only what happens does.")}</p>
      )}
      {isShort ? null : <Stays of={of.stays} />}
    </div>
  );
}

function Standing({ of }: { of: Explained }) {
  if (!of.is_member) return <span>{of.stays.length ? t("is not in it any more.") : t("is not in it.")}</span>;
  return (
    <span>
      {t("is in it since")} <Time at={of.entered_at ?? ""} isNear={false} />{" "}
      <span className="soft">({causeWords(of.cause)})</span>.
    </span>
  );
}

const MARKS = {
  yes: () => <IconCheck size={16} color="var(--done)" aria-label={t("Yes")} />,
  no: () => <IconX size={16} color="var(--failed)" aria-label={t("No")} />,
  unknown: () => <IconQuestionMark size={16} color="var(--warn)" aria-label={t("Unknown")} />,
};

function Parts({ of }: { of: Part[] }) {
  return (
    <ul className="explained" aria-label={t("Condition by condition")}>
      {joined(of).map((one) => (
        <li key={one.path} style={{ "--depth": one.depth } as never}>
          {MARKS[one.answer === null ? "unknown" : one.answer ? "yes" : "no"]()}
          <span className="wrap">
            {groupWords(one.sentence)}
            {one.seen === null || one.seen === undefined ? null : (
              <span className="faint"> {t("It saw {seen}.", { seen: one.seen })}</span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

const GROUPS = ["all of", "any of", "not"];

/** A condition that is turned round is one line, with its own answer. */
function joined(parts: Part[]): Part[] {
  return parts.flatMap((one, i) => {
    const before = parts[i - 1];
    if (before?.sentence === "not" && one.path.endsWith(".not") && !GROUPS.includes(one.sentence)) return [];
    const next = parts[i + 1];
    if (one.sentence !== "not" || !next || GROUPS.includes(next.sentence)) return [one];
    return [{ ...next, depth: one.depth, answer: one.answer, sentence: t("not: {rule}", { rule: next.sentence }) }];
  });
}

function groupWords(sentence: string): string {
  const words: Record<string, string> = {
    "all of": t("All of these are true"),
    "any of": t("Any of these is true"),
    not: t("It is not so that"),
  };
  return words[sentence] ?? sentence;
}

function Stays({ of }: { of: Explained["stays"] }) {
  if (of.length === 0) return null;
  return (
    <div className="stack tight">
      <h3>{t("Earlier")}</h3>
      <ul className="stack tight" aria-label={t("Earlier")}>
        {of.map((one) => (
          <li key={`${one.entered_at} ${one.left_at}`} className="small soft wrap">
            <Time at={one.entered_at} isNear={false} /> ({causeWords(one.entered_cause)}) {t("until")}{" "}
            <Time at={one.left_at} isNear={false} /> ({causeWords(one.left_cause)})
          </li>
        ))}
      </ul>
    </div>
  );
}
