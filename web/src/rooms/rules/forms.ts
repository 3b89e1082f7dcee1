/** What a rule may ask, as the server describes it; the names that conditions are about. */
import { ask } from "@/app/client";
import type { ConditionForm, RuleForms } from "./types";

export function useRuleForms() {
  return ask.useQuery(
    "get",
    "/api/v1/rules/forms",
    {},
    { staleTime: Number.POSITIVE_INFINITY, meta: { isStill: true } },
  );
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

/** Names that hold a text, asked when a field for them is opened. */
export function useNames(what: What | undefined, q: string, event = "") {
  const params = { query: { what: what ?? "events", q, event } };
  const options = { enabled: what !== undefined, staleTime: 30_000, placeholderData: (last: unknown) => last as never };
  const { data, isPlaceholderData } = ask.useQuery("get", "/api/v1/suggest", { params }, options);
  // Whether it is known what there is, and not only what there was for fewer letters.
  const isSure = what === undefined || (data !== undefined && !isPlaceholderData);
  return { names: data?.items ?? [], types: data?.types ?? {}, isSure };
}

export type Of = "attribute" | "property" | "company_attribute";

/** Values that are in the data, with how many have them. */
export function useValues(of: Of, path: string, event: string, q: string) {
  const params = { query: { of, path, event, q } };
  const options = { enabled: path !== "", staleTime: 30_000, placeholderData: (last: unknown) => last as never };
  return ask.useQuery("get", "/api/v1/suggest/values", { params }, options).data;
}
