/** The gates that a message was held against: each question, what it saw, and its verdict. */
import { IconCheck, IconHourglass, IconMinus, IconX } from "@tabler/icons-react";
import { Fragment } from "react";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A } from "@/kit";

type Gate = Shapes["Gate"];

function mark(verdict: Gate["verdict"]) {
  switch (verdict) {
    case "passed":
      return <IconCheck size={16} color="var(--done)" aria-label={t("Passed")} />;
    case "deferred":
      return <IconHourglass size={16} color="var(--warn)" aria-label={t("Waits")} />;
    case "stopped":
      return <IconX size={16} color="var(--failed)" aria-label={t("Stopped")} />;
    default:
      return <IconMinus size={16} color="var(--text-faint)" aria-label={t("Not asked")} />;
  }
}

export function Gates({ of }: { of: Gate[] }) {
  return (
    <div className="gates">
      {of.map((one) => (
        <Fragment key={one.gate}>
          <span>{mark(one.verdict)}</span>
          <span className="wrap">
            {one.question}{" "}
            <span className="faint">
              {one.verdict === "not_asked" ? t("Not asked any more.") : t("It saw: {seen}.", { seen: one.saw })}{" "}
              {one.message_id ? <A to={`/messages/${one.message_id}`}>{t("See that message")}</A> : null}
            </span>
          </span>
        </Fragment>
      ))}
    </div>
  );
}
