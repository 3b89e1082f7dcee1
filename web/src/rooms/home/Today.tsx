/** Half-hours of today: what left and failed as bars, what is usual as a line. */
import type { Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { zoneName } from "@/kit/Time";

type HomePage = Shapes["HomePage"];

export function Today({ now }: { now: HomePage }) {
  const { hours } = now;
  const most = Math.max(4, ...hours.map((hour) => Math.max(hour.sent + hour.failed, hour.usual)));
  const height = (count: number) => (100 * count) / most;
  const wide = 100 / Math.max(1, hours.length);
  const line = hours.map((hour, i) => `${i === 0 ? "M" : "L"}${(i + 0.5) * wide},${100 - height(hour.usual)}`).join("");
  const told = t("{sent} messages left today and {failed} failed; the busiest half-hour had {most}.", {
    sent: number(now.today.sent),
    failed: number(now.today.failed),
    most: number(Math.max(0, ...hours.map((hour) => hour.sent))),
  });
  return (
    <div className="stack tight">
      <svg className="chart" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={told}>
        {hours.map((hour, i) => (
          <g key={hour.at}>
            <rect
              className="sent"
              x={i * wide + wide * 0.15}
              width={wide * 0.7}
              y={100 - height(hour.sent)}
              height={height(hour.sent)}
            />
            <rect
              className="failed"
              x={i * wide + wide * 0.15}
              width={wide * 0.7}
              y={100 - height(hour.sent + hour.failed)}
              height={height(hour.failed)}
            />
          </g>
        ))}
        {now.usual ? <path className="usual" d={line} /> : null}
        <line className="base" x1="0" x2="100" y1="100" y2="100" />
      </svg>
      <div className="chart-hours" aria-hidden>
        {["00:00", "06:00", "12:00", "18:00", "24:00"].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
      <div className="row">
        <span className="key">
          <i style={{ background: "var(--chart-1)" }} /> {t("Sent")}
        </span>
        <span className="key">
          <i style={{ background: "var(--failed)" }} /> {t("Failed")}
        </span>
        {now.usual ? (
          <span className="key">
            <i style={{ borderTop: "2px dashed var(--n7)", height: 0 }} /> {t("Usual")}
          </span>
        ) : null}
        <span className="faint" style={{ fontSize: 12 }}>
          {zoneName()}
        </span>
      </div>
    </div>
  );
}
