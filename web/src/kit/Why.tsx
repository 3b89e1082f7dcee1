/** Wherever the system decided, "why?" opens the decision: rule by rule, the value it saw, the verdict. */
import { Popover } from "@mantine/core";
import { IconCheck, IconQuestionMark, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { t } from "@/app/words";

/** One condition, as the server explains it; groups hold their parts. */
export type Explained = {
  sentence?: string;
  text?: string;
  verdict?: boolean | string | null;
  seen?: unknown;
  parts?: Explained[];
};

export function Why({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <Popover width={380} position="bottom-start" withArrow trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="why">
          {label ?? t("why?")}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="stack tight small wrap">{children}</div>
      </Popover.Dropdown>
    </Popover>
  );
}

function mark(verdict: Explained["verdict"]) {
  if (verdict === true || verdict === "yes") return <IconCheck size={16} color="var(--done)" aria-label={t("Yes")} />;
  if (verdict === false || verdict === "no") return <IconX size={16} color="var(--failed)" aria-label={t("No")} />;
  return <IconQuestionMark size={16} color="var(--warn)" aria-label={t("Unknown")} />;
}

/** A rule with what it saw. */
export function Rules({ of }: { of: Explained[] }) {
  return (
    <ul className="rules">
      {of.map((one, i) => (
        <li key={i}>
          {mark(one.verdict)}
          <span className="wrap">
            {one.sentence ?? one.text ?? ""}
            {one.seen === undefined || one.seen === null ? null : (
              <span className="faint">
                {" "}
                {t("It saw {seen}.", { seen: typeof one.seen === "string" ? one.seen : JSON.stringify(one.seen) })}
              </span>
            )}
          </span>
          {one.parts?.length ? <Rules of={one.parts} /> : null}
        </li>
      ))}
    </ul>
  );
}
