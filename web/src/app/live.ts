/** What moves on the server moves here: numbers of changes arrive by SSE, and what they touch is asked again. */
import type { Query } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { queries } from "./client";

type Numbers = Record<string, number>;

/** Which addresses show what; the first part behind `/api/v1/`. */
const SHOWN: Record<string, string[]> = {
  events: ["events", "contacts", "home", "forms", "segments"],
  contacts: ["contacts", "home", "lists", "topics", "imports", "readiness", "tags", "companies", "segments"],
  messages: ["messages", "inbox", "contacts", "home", "journeys", "templates", "campaigns"],
  runs: ["journeys", "runs", "contacts", "home"],
  alerts: ["alerts", "home", "accounts", "system"],
  accounts: ["accounts", "home", "system", "readiness"],
  documents: [
    "journeys",
    "templates",
    "documents",
    "suggest",
    "topics",
    "campaigns",
    "media",
    "forms",
    "readiness",
    "segments",
  ],
  inbox: ["inbox"],
};

let isLive = false;
const watchers = new Set<() => void>();

function mark(value: boolean): void {
  isLive = value;
  for (const watcher of watchers) watcher();
}

/** Whether the stream stands. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => isLive,
  );
}

function isTouched(query: Query, rooms: Set<string>): boolean {
  const address = query.queryKey[1];
  const room = typeof address === "string" ? address.split("/")[3] : undefined;
  return room !== undefined && rooms.has(room) && query.meta?.isStill !== true;
}

/** Listen while a workspace is open. A query with `meta: { isStill: true }` is left as it is. */
export function useLive(workspace: string): void {
  useEffect(() => {
    let known: Numbers | undefined;
    const source = new EventSource(`/api/v1/live?workspace=${encodeURIComponent(workspace)}`);
    source.onopen = () => mark(true);
    source.onerror = () => mark(false);
    source.addEventListener("pulse", (event) => {
      const found: Numbers = JSON.parse(event.data);
      const rooms = new Set<string>();
      for (const [what, value] of Object.entries(found)) {
        if (known && known[what] !== value) for (const room of SHOWN[what] ?? []) rooms.add(room);
      }
      known = found;
      if (rooms.size) void queries.invalidateQueries({ predicate: (query) => isTouched(query, rooms) });
    });
    return () => {
      source.close();
      mark(false);
    };
  }, [workspace]);
}
