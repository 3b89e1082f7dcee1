/** The filters of the list of contacts: their names, their sentences, and the query that they make. */

import { entered } from "@/app/client";
import { t } from "@/app/words";
import type { Filters } from "./listing";

export const KINDS = ["tag", "list", "company", "subscribed", "reachable", "in_journey", "has", "where"] as const;
export type Kind = (typeof KINDS)[number];

export function kindName(kind: Kind): string {
  const names: Record<Kind, string> = {
    tag: t("Has the tag"),
    list: t("Is on the list"),
    company: t("Belongs to the company"),
    subscribed: t("Subscribed to"),
    reachable: t("Can be reached by"),
    in_journey: t("Inside the journey"),
    has: t("Has the attribute"),
    where: t("Matches the rule"),
  };
  return names[kind];
}

export function kindExample(kind: Kind): string {
  const examples: Record<Kind, string> = {
    tag: "vip",
    list: "spring",
    company: "acme",
    subscribed: "email:news",
    reachable: "email",
    in_journey: "welcome",
    has: "company.size",
    where: '{"attribute": "plan", "eq": "pro"}',
  };
  return examples[kind];
}

export type Sort = "newest" | "changed";

/** What the API is asked. */
export function queryOf(filters: Filters) {
  const query = {
    q: filters.q ?? "",
    sort: (filters.sort === "changed" ? "changed" : "newest") as Sort,
    limit: 200,
  };
  const more = KINDS.filter((kind) => filters[kind]).map((kind) => [kind, filters[kind]] as const);
  return { ...query, ...(Object.fromEntries(more) as Partial<Record<Kind, string>>) };
}

export function hasFilters(filters: Filters): boolean {
  return Boolean(filters.q) || KINDS.some((kind) => filters[kind]);
}

/** The same people, for what is done to all of them. */
export function whomOf(filters: Filters): Partial<Record<Kind | "q", string>> {
  return Object.fromEntries(
    (["q", ...KINDS] as const).filter((kind) => filters[kind]).map((kind) => [kind, filters[kind]]),
  );
}

/** What a column of the list is called in a file. */
const IN_FILES: Record<string, string> = {
  message: "last_message_at",
  event: "last_event_at",
  created: "created_at",
  changed: "changed_at",
};

/** Files of exactly what is shown, written by the server: whoever is on later pages is in them as well. */
export function filesOf(filters: Filters, columns: string[]) {
  const query = { ...whomOf(filters), sort: queryOf(filters).sort, workspace: entered() };
  const shown = columns.map((id) => IN_FILES[id] ?? id).join(",");
  const address = (end: string, more: Record<string, string> = {}) =>
    `/api/v1/contacts/export.${end}?${new URLSearchParams({ ...query, ...more } as Record<string, string>)}`;
  return [
    { name: t("CSV of these columns"), href: address("csv", { columns: shown }) },
    { name: t("CSV with everything"), href: address("csv") },
    { name: t("NDJSON, a person a line"), href: address("ndjson") },
  ];
}
