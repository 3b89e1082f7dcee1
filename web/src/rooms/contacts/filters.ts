/** The filters of the list of contacts: their names, their sentences, and the query that they make. */
import { t } from "@/app/words";
import type { Filters } from "./listing";

export const KINDS = ["tag", "subscribed", "reachable", "in_journey", "has", "where"] as const;
export type Kind = (typeof KINDS)[number];

export function kindName(kind: Kind): string {
  const names: Record<Kind, string> = {
    tag: t("Has the tag"),
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
