/** Conditions before anything was said in them, and what they are about. Pure. */
import type { Schema } from "@/kit";
import { isObject, type Obj } from "./tree";
import type { ConditionForm } from "./types";

const EMPTY: Record<string, () => Obj> = {
  attribute: () => ({ attribute: "", eq: "" }),
  property: () => ({ property: "", eq: "" }),
  company_attribute: () => ({ company_attribute: "", eq: "" }),
  event: () => ({ event: "", count: { at_least: 1 }, within: "30d" }),
  // biome-ignore lint/suspicious/noThenProperty: so it is called in the language of rules
  sequence: () => ({ sequence: { first: { event: "" }, then: { event: "" }, within: "3d" }, within: "90d" }),
  message: () => ({ message: { channel: "email" }, did: "opened", within: "30d" }),
  campaign: () => ({ campaign: "", did: "opened" }),
  consent: () => ({ consent: { channel: "email" } }),
  reach: () => ({ reach: { channel: "email" } }),
  journey: () => ({ journey: "", is: "in" }),
  share: () => ({ share: 0.1, salt: "a" }),
};

/** A condition of a kind with nothing said yet; `isInRun` where messages are known by their step. */
export function emptyOf(form: ConditionForm, isInRun = false): Obj {
  if (form.kind === "message" && isInRun) return { message: "", did: "opened" };
  const made = EMPTY[form.kind]?.();
  if (made) return made;
  const field = (form.schema as Schema).properties?.[form.kind];
  return { [form.kind]: field?.type === "object" || field?.$ref ? {} : "" };
}

export function formOf(rule: Obj, forms: ConditionForm[]): ConditionForm | undefined {
  return forms.find((one) => one.kind in rule);
}

/** A condition with what was found while looking for one: the attribute, the event, the tag. */
export function aboutName(kind: string, name: string, type = ""): Obj {
  const made = EMPTY[kind]?.() ?? {};
  if (kind === "attribute" && type) return { attribute: name, ...startOf(type) };
  return { ...made, [kind]: name };
}

function startOf(type: string): Obj {
  if (type === "number") return { gte: 0 };
  if (type === "boolean") return { eq: true };
  if (type === "date" || type === "date-time") return { in_last: "30d" };
  if (type === "list") return { has: "" };
  return { eq: "" };
}

/** With nothing in it a key is not written. */
export function changed(rule: Obj, change: Obj): Obj {
  const next: Obj = { ...rule, ...change };
  for (const [key, value] of Object.entries(next))
    if (value === undefined || (isObject(value) && Object.keys(value).length === 0 && key !== "consent"))
      delete next[key];
  return next;
}

export type Measure = "count" | "never" | "sum" | "min" | "max" | "avg" | "first" | "last";
export const SUMS: Measure[] = ["sum", "min", "max", "avg"];

export function measureOf(rule: Obj): Measure {
  if (rule.never) return "never";
  return (["sum", "min", "max", "avg", "first", "last"] as const).find((key) => isObject(rule[key])) ?? "count";
}

/** Another way to measure what they did; the property that was looked at stays. */
export function measured(rule: Obj, measure: Measure): Obj {
  const was = rule[measureOf(rule)];
  const property = isObject(was) ? String(was.property ?? "") : "";
  const next = { ...rule };
  for (const key of ["count", "never", ...SUMS, "first", "last"]) delete next[key];
  if (measure === "count") next.count = { at_least: 1 };
  else if (measure === "never") next.never = true;
  else if (SUMS.includes(measure)) next[measure] = { property, gte: 100 };
  else next[measure] = { in_last: "7d" };
  return next;
}
