/** What a rule may ask, as the server describes it; the names that conditions are about. */
import { useMemo } from "react";
import { ask, type Shapes } from "@/app/client";
import { worded } from "@/kit";
import { useGet } from "./remote";
import type { ConditionForm, RuleForms } from "./types";

const GROUPS: Record<string, string[]> = {
  person: ["attribute"],
  activity: ["event", "sequence", "property"],
  messages: ["message", "campaign"],
  consent: ["consent", "reach"],
  audience: ["segment", "list", "tag", "share"],
  journey: ["journey"],
  company: ["company", "company_attribute"],
};

export function useRuleForms() {
  const found = ask.useQuery(
    "get",
    "/api/v1/journeys/kinds",
    {},
    { staleTime: Number.POSITIVE_INFINITY, meta: { isStill: true } },
  );
  const data = useMemo(() => found.data && formsOf(found.data), [found.data]);
  return { ...found, data };
}

function formsOf(known: Shapes["JourneyForms"]): RuleForms {
  const groups = Object.keys(GROUPS).map((name) => ({ name, title: worded(name) }));
  const groupOf = (kind: string) => Object.keys(GROUPS).find((name) => GROUPS[name]?.includes(kind)) ?? "";
  return {
    groups,
    conditions: known.conditions.map((one) => ({ ...one, group: groupOf(one.kind), sentence: "", example: null })),
    operators: known.operators.map((one) => ({ ...one, types: [] })),
    templates: [],
  };
}

/** Of an event at hand or of a run: nothing to ask of everybody. */
const ABOUT_RUNS = ["property"];

export function offeredOf(forms: RuleForms, kinds: string[] | undefined): ConditionForm[] {
  return forms.conditions.filter((one) => (kinds ? kinds.includes(one.kind) : !ABOUT_RUNS.includes(one.kind)));
}

export type What =
  | "events"
  | "properties"
  | "attributes"
  | "company_attributes"
  | "topics"
  | "templates"
  | "tags"
  | "lists"
  | "companies"
  | "campaigns"
  | "segments"
  | "channels"
  | "journeys";
type Suggested = { items: string[]; types: Record<string, string> };

/** Names that hold a text, asked when a field for them is opened. */
export function useNames(what: What | undefined, q: string, event = "") {
  const query = { what: what ?? "events", q, event: event || undefined };
  const options = { enabled: what !== undefined, staleTime: 30_000, placeholderData: (last: unknown) => last as never };
  const { data } = useGet<Suggested>("/api/v1/suggest", { query }, options);
  return { names: data?.items ?? [], types: data?.types ?? {} };
}

export type Of = "attribute" | "property" | "company_attribute";

/** Values that are in the data, with how many have them. */
export function useValues(of: Of, path: string, event: string, q: string) {
  const params = { query: { of, path, event, q } };
  const options = { enabled: path !== "", staleTime: 30_000, placeholderData: (last: unknown) => last as never };
  return ask.useQuery("get", "/api/v1/suggest/values", { params }, options).data;
}
