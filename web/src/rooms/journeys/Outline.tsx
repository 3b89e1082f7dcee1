/** The same journey as a nested list: what phones and screen readers get. */
import { IconAlertTriangle, IconFlag3 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { footOf, type Mode } from "./Card";
import { chainOf, type Doc, END, exitsOf, START, startOf } from "./document";
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
        {start ? <Chain {...props} steps={chainOf(doc, start, new Set())} above={new Set()} /> : null}
      </ol>
    </nav>
  );
}

/** The main way below each other; other exits nested under the step that they leave, until they meet it again. */
function Chain({ steps, above, ...props }: Props & { steps: string[]; above: Set<string> }): ReactNode {
  const { doc } = props;
  const known = new Set([...above, ...steps]);
  const last = doc.steps[steps.at(-1) ?? ""];
  const ahead = last && exitsOf(last)[0];
  return (
    <>
      {steps.map((name) => (
        <One key={name} {...props} name={name} known={known} />
      ))}
      <li className="faint small">
        {!ahead || ahead.target === END ? t("the end") : t("on with “{step}”", { step: ahead.target })}
      </li>
    </>
  );
}

function One({ name, known, ...props }: Props & { name: string; known: Set<string> }) {
  const { doc, detail, mode, selected, onSelect } = props;
  const step = doc.steps[name] ?? {};
  const look = lookOf(step);
  const Icon = look.icon;
  const numbers = detail.steps[name];
  const [first, ...others] = exitsOf(step);
  const label = first ? look.exit(first.key, step) : "";
  return (
    <li>
      <button
        type="button"
        className="outline-step"
        aria-pressed={selected === name}
        onClick={() => onSelect(selected === name ? undefined : name)}
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
      {others
        .filter((exit) => exit.target !== first?.target)
        .map((exit) => (
          <div key={exit.key}>
            <div className="outline-exit">{look.exit(exit.key, step) || exit.key}</div>
            <ol className="nested">
              {exit.target === END ? (
                <li className="faint small">{t("the end")}</li>
              ) : known.has(exit.target) ? (
                <li className="faint small">{t("on with “{step}”", { step: exit.target })}</li>
              ) : (
                <Chain {...props} steps={chainOf(doc, exit.target, known)} above={known} />
              )}
            </ol>
          </div>
        ))}
      {label ? <div className="outline-exit">{label}</div> : null}
    </li>
  );
}
