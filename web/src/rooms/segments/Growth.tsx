/** Thirty days of a segment: who came above the line, who went below it, and how many were in it. */
import { number, t } from "@/app/words";
import { Asking } from "@/kit";
import { useGet } from "../rules/remote";
import type { Growth as Days } from "./types";

export function Growth({ name }: { name: string }) {
  const found = useGet<Days>("/api/v1/segments/{name}/growth", { path: { name }, query: { days: 30 } });
  return <Asking of={found}>{({ days }) => <Chart days={days} />}</Asking>;
}

function Chart({ days }: { days: Days["days"] }) {
  const most = Math.max(1, ...days.map((day) => Math.max(day.entered, day.left)));
  const counts = days.map((day) => day.count);
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  const wide = 100 / Math.max(1, days.length);
  const y = (count: number) => (high === low ? 20 : 36 - (32 * (count - low)) / (high - low));
  const line = days.map((day, i) => `${i === 0 ? "M" : "L"}${(i + 0.5) * wide},${y(day.count)}`).join("");
  const bar = (count: number) => (26 * count) / most;
  const entered = days.reduce((sum, day) => sum + day.entered, 0);
  const left = days.reduce((sum, day) => sum + day.left, 0);
  const told = t("In 30 days {entered} came in and {left} went; the number was between {low} and {high}.", {
    entered: number(entered),
    left: number(left),
    low: number(low),
    high: number(high),
  });
  return (
    <div className="stack tight">
      <svg className="growth" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={told}>
        <path className="growth-line" d={line} />
        {days.map((day, i) => (
          <g key={day.day}>
            <title>
              {t("{day}: {entered} came, {left} went, {count} in it", {
                day: day.day,
                entered: number(day.entered),
                left: number(day.left),
                count: number(day.count),
              })}
            </title>
            <rect className="growth-hit" x={i * wide} width={wide} y={0} height={100} />
            <rect
              className="growth-in"
              x={i * wide + wide * 0.18}
              width={wide * 0.64}
              y={71 - bar(day.entered)}
              height={bar(day.entered)}
            />
            <rect className="growth-out" x={i * wide + wide * 0.18} width={wide * 0.64} y={72} height={bar(day.left)} />
          </g>
        ))}
        <line className="growth-base" x1="0" x2="100" y1="71.5" y2="71.5" />
      </svg>
      <div className="growth-days faint" aria-hidden>
        <span>{days[0]?.day}</span>
        <span>{days.at(-1)?.day}</span>
      </div>
      <p className="small soft">{told}</p>
    </div>
  );
}
