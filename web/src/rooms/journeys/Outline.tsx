/** The same journey as a nested list: what phones and screen readers get. */
import { IconAlertTriangle, IconFlag3 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { footOf, type Mode } from "./Card";
import { type Doc, END, exitsOf, START, startOf } from "./document";
import { startLines } from "./looks";
import { lookOf } from "./steps";

type Props = {
  doc: Doc;
  detail: Shapes["JourneyDetail"];
  mode: Mode;
  selected: string | undefined;
  onSelect: (name: string | undefined) => void;
};

export function Outline(props: Props) {
  const { doc, selected, onSelect } = props;
  const start = startOf(doc);
  return (
    <nav className="outline" aria-label={t("Steps")}>
      <ol>
        <li>
          <button
            type="button"
            className="outline-step"
            aria-pressed={selected === START}
            onClick={() => onSelect(START)}
          >
            <IconFlag3 size={16} />
            <span className="wrap">
              {startLines(doc).map((line, i) => (
                <span key={line} style={{ display: "block" }} className={i ? "soft small" : undefined}>
                  {line}
                </span>
              ))}
            </span>
          </button>
        </li>
        {start ? <Chain {...props} from={start} seen={new Set()} /> : null}
      </ol>
    </nav>
  );
}

/** The main way below each other; other exits nested under the step that they leave. */
function Chain({ from, seen, ...props }: Props & { from: string; seen: Set<string> }): ReactNode {
  const { doc, detail, mode, selected, onSelect } = props;
  const step = doc.steps[from];
  if (!step) return null;
  if (seen.has(from)) return <li className="faint small">{t("goes on with “{step}” above", { step: from })}</li>;
  seen.add(from);
  const look = lookOf(step);
  const Icon = look.icon;
  const numbers = detail.steps[from];
  const [first, ...others] = exitsOf(step);
  const label = first ? look.exit(first.key, step) : "";
  const rest = others.filter((exit) => exit.target !== first?.target);
  return (
    <>
      <li>
        <button
          type="button"
          className="outline-step"
          aria-pressed={selected === from}
          onClick={() => onSelect(selected === from ? undefined : from)}
        >
          <Icon size={16} />
          <span className="wrap">
            {look.sentence(step)}
            {numbers?.failed ? (
              <span className="step-note tone-failed">
                <IconAlertTriangle size={14} aria-hidden />
                <span>
                  {t("{count} failed: {words}", { count: numbers.failed, words: numbers.failure?.words ?? "" })}
                </span>
              </span>
            ) : null}
          </span>
          <span className="faint small">{footOf(numbers, mode)}</span>
        </button>
        {rest.map((exit) => (
          <div key={exit.key}>
            <div className="outline-exit">{look.exit(exit.key, step) || exit.key}</div>
            <ol className="nested">
              {exit.target === END ? (
                <li className="faint small">{t("the end")}</li>
              ) : (
                <Chain {...props} from={exit.target} seen={seen} />
              )}
            </ol>
          </div>
        ))}
        {first && label ? <div className="outline-exit">{label}</div> : null}
      </li>
      {first === undefined || first.target === END ? (
        <li className="faint small">{t("the end")}</li>
      ) : (
        <Chain {...props} from={first.target} seen={seen} />
      )}
    </>
  );
}
