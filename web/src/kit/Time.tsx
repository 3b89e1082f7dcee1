/** Times in the workspace's zone; hover, tap or focus shows UTC. */
import { useEffect, useState, useSyncExternalStore } from "react";
import { t } from "@/app/words";
import { useStop } from "./grid";

let zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The workspace's zone, as its settings say. */
export function useZoneOf(name: string): void {
  if (name) zone = name;
}

export function zoneName(): string {
  return zone;
}

let now = Date.now();
const listeners = new Set<() => void>();
setInterval(() => {
  now = Date.now();
  for (const listener of listeners) listener();
}, 15_000);

function useNow(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => now,
  );
}

const ago = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "long" });

/** "3 minutes ago", "in 2 days". */
export function distance(at: string | number, from = Date.now()): string {
  const seconds = (new Date(at).getTime() - from) / 1000;
  const size = Math.abs(seconds);
  if (size < 10) return t("just now");
  if (size < 60) return ago.format(Math.round(seconds), "second");
  if (size < 3_600) return ago.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return ago.format(Math.round(seconds / 3_600), "hour");
  return ago.format(Math.round(seconds / 86_400), "day");
}

/** "Wed, 25 Nov, 14:10"; the year where it is another one. */
export function moment(at: string | number, inZone = zone): string {
  const date = new Date(at);
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  const parts: Intl.DateTimeFormatOptions = {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  };
  if (!isThisYear) parts.year = "numeric";
  return new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: inZone }).format(date);
}

type TimeProps = { at: string | null | undefined /** near: "3 minutes ago" within two days. */; isNear?: boolean };

export function Time({ at, isNear = true }: TimeProps) {
  const current = useNow();
  const stop = useStop() ?? 0;
  if (!at) return <span className="faint">–</span>;
  const isClose = Math.abs(new Date(at).getTime() - current) < 2 * 86_400_000;
  return (
    <time dateTime={at} tabIndex={stop}>
      {isNear && isClose ? distance(at, Math.max(current, Date.now() - 15_000)) : moment(at)}
    </time>
  );
}

/** One tip for every time on the screen: the workspace's zone and UTC, at a hover, a tap or the focus. */
export function TimeTip() {
  const [over, setOver] = useState<HTMLTimeElement>();
  useEffect(() => {
    const come = (event: Event) => setOver((event.target as Element).closest?.("time") ?? undefined);
    const leave = (event: KeyboardEvent) => event.key === "Escape" && setOver(undefined);
    for (const name of ["mouseover", "focusin", "click"]) document.addEventListener(name, come);
    document.addEventListener("keydown", leave);
    return () => {
      for (const name of ["mouseover", "focusin", "click"]) document.removeEventListener(name, come);
      document.removeEventListener("keydown", leave);
    };
  }, []);
  useEffect(() => {
    over?.setAttribute("aria-describedby", "time-tip");
    return () => over?.removeAttribute("aria-describedby");
  }, [over]);
  if (!over?.isConnected) return null;
  const { left, bottom } = over.getBoundingClientRect();
  const at = over.dateTime;
  const utc = `${at.replace("T", " ").replace(/\.\d+/, "").replace("Z", "")} UTC`;
  return (
    <div
      id="time-tip"
      role="tooltip"
      className="tip"
      style={{ left: Math.min(left, innerWidth - 300), top: bottom + 6 }}
    >
      {moment(at)} ({zone}) · {utc}
    </div>
  );
}
