/** A step on the canvas: icon and kind, its sentence, its numbers. */
import { IconAlertTriangle, IconFlag3 } from "@tabler/icons-react";
import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import type { Shapes } from "@/app/client";
import { compact, t } from "@/app/words";

export type Mode = "people" | "passed" | "errors";
export type StepNumbers = Shapes["JourneyStep"] | undefined;

export type CardData = {
  name: string;
  title: string;
  sentence: string;
  numbers: StepNumbers;
  mode: Mode;
  isSelected: boolean;
  problem?: Shapes["DocumentProblem"];
  icon: React.ComponentType<{ size?: number; stroke?: number }>;
  onSelect: (name: string) => void;
};

const none = { people: 0, passed: {}, messages: {}, failed: 0, failure: null } satisfies NonNullable<StepNumbers>;

export function lost(numbers: StepNumbers): number {
  const { messages } = numbers ?? none;
  return ["failed", "bounced", "uncertain"].reduce(
    (sum, state) => sum + ((messages as Record<string, number>)[state] ?? 0),
    0,
  );
}

/** The footer in words: what the switch asks for. */
export function footOf(numbers: StepNumbers, mode: Mode): string {
  const known = numbers ?? none;
  if (mode === "people") return t("{count} here now", { count: compact(known.people) });
  if (mode === "passed") {
    const total = Object.values(known.passed).reduce((sum, one) => sum + one, 0);
    const left = ["sent", "delivered", "uncertain"].reduce(
      (sum, state) => sum + ((known.messages as Record<string, number>)[state] ?? 0),
      0,
    );
    const passed = t("{count} passed", { count: compact(total) });
    return left ? `${passed} · ${t("{count} sent in 30 days", { count: compact(left) })}` : passed;
  }
  return t("{runs} failed · {messages} not delivered", { runs: compact(known.failed), messages: compact(lost(known)) });
}

export const StepCard = memo(function StepCard({ data }: { data: CardData }) {
  const { numbers, problem, icon: Icon } = data;
  const tone = numbers?.failed ? "failed" : problem ? (problem.level === "error" ? "failed" : "warn") : "";
  return (
    <div className={`step-card${tone ? ` tone-${tone}` : ""}${data.isSelected ? " is-selected" : ""}`}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <button
        type="button"
        tabIndex={-1}
        className="step-open"
        aria-pressed={data.isSelected}
        onClick={() => data.onSelect(data.name)}
      >
        <span className="step-kind">
          <Icon size={14} stroke={1.8} />
          <span className="cut">{data.title}</span>
        </span>
        <span className="step-words">{data.sentence}</span>
      </button>
      {problem ? (
        <div className="step-note">
          <IconAlertTriangle size={14} aria-hidden />
          <span className="cut">{problem.message}</span>
        </div>
      ) : null}
      {numbers?.failed ? (
        <div className="step-note">
          <IconAlertTriangle size={14} aria-hidden />
          <span className="two" title={numbers.failure?.words}>
            {t("{count} failed: {words}", { count: compact(numbers.failed), words: numbers.failure?.words ?? "" })}
          </span>
        </div>
      ) : null}
      <div className="step-foot">{footOf(numbers, data.mode)}</div>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
});

export type StartData = {
  lines: string[];
  isSelected: boolean;
  problem?: Shapes["DocumentProblem"];
  foot: string;
  name: string;
  onSelect: (name: string) => void;
};

export const StartCard = memo(function StartCard({ data }: { data: StartData }) {
  const tone = data.problem ? (data.problem.level === "error" ? " tone-failed" : " tone-warn") : "";
  return (
    <div className={`step-card is-start${tone}${data.isSelected ? " is-selected" : ""}`}>
      <button
        type="button"
        tabIndex={-1}
        className="step-open"
        aria-pressed={data.isSelected}
        onClick={() => data.onSelect(data.name)}
      >
        <span className="step-kind">
          <IconFlag3 size={14} stroke={1.8} />
          <span>{t("Start")}</span>
        </span>
        {data.lines.map((line) => (
          <span key={line} className="step-words">
            {line}
          </span>
        ))}
      </button>
      {data.problem ? (
        <div className="step-note">
          <IconAlertTriangle size={14} aria-hidden />
          <span className="cut">{data.problem.message}</span>
        </div>
      ) : null}
      <div className="step-foot">{data.foot}</div>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
});

export function EndDot() {
  return (
    <div className="step-end">
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <span>{t("End")}</span>
    </div>
  );
}
