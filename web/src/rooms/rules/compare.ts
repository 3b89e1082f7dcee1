/** Comparing a value: which operators fit a type, what is written under each. Pure. */
import { isObject, type Obj } from "./tree";

export type Operator = { key: string; title: string; takes: string; types?: string[] };
/** How what is written under an operator is asked for. */
export type Input =
  | "value"
  | "list"
  | "text"
  | "number"
  | "range"
  | "yes or no"
  | "date"
  | "duration"
  | "anniversary"
  | "month"
  | "times";

const INPUTS: Record<string, Input> = {
  eq: "value",
  ne: "value",
  has: "value",
  in: "list",
  not_in: "list",
  has_any: "list",
  has_all: "list",
  has_none: "list",
  contains: "text",
  not_contains: "text",
  starts_with: "text",
  ends_with: "text",
  matches: "text",
  between: "range",
  before: "date",
  after: "date",
  on: "date",
  in_last: "duration",
  in_next: "duration",
  more_than_ago: "duration",
  more_than_ahead: "duration",
  anniversary: "anniversary",
  month: "month",
  length: "times",
  empty: "yes or no",
};

export function inputOf(operator: Operator): Input {
  return INPUTS[operator.key] ?? (operator.takes as Input);
}

const NUMBERS = ["gt", "gte", "lt", "lte"];
export const DATES = [
  "before",
  "after",
  "on",
  "in_last",
  "in_next",
  "more_than_ago",
  "more_than_ahead",
  "anniversary",
  "month",
];
const LISTS = ["has", "has_any", "has_all", "has_none", "length"];
const TEXTS = ["contains", "not_contains", "starts_with", "ends_with", "matches"];
const EQUAL = ["eq", "ne", "in", "not_in"];
const FIT: Record<string, string[]> = {
  text: [...EQUAL, ...TEXTS, "empty"],
  number: ["eq", "ne", ...NUMBERS, "between", "in", "not_in", "empty"],
  boolean: ["eq", "ne", "empty"],
  date: [...DATES, "between", "eq", "empty"],
  "date-time": [...DATES, "between", "empty"],
  list: [...LISTS, "empty"],
};

/** Those that make sense of a type; of a type that nobody knows, all. One that is in use is always among them. */
export function fitting(operators: Operator[], type: string, used?: string): Operator[] {
  const fits = (one: Operator) => FIT[type]?.includes(one.key) ?? one.types?.includes(type) ?? true;
  const known = FIT[type] !== undefined;
  return known ? operators.filter((one) => fits(one) || one.key === used) : operators;
}

export function operatorOf(rule: Obj, operators: Operator[]): Operator | undefined {
  return operators.find((one) => one.key in rule);
}

/** Under a new operator what was compared with stays where it still fits. */
export function withOperator(rule: Obj, key: string, operators: Operator[]): Obj {
  const before = operatorOf(rule, operators);
  const value = before ? rule[before.key] : "";
  const next = { ...rule };
  if (before) delete next[before.key];
  const operator = operators.find((one) => one.key === key);
  next[key] = operator ? fitted(value, inputOf(operator), before ? inputOf(before) : undefined) : value;
  if (next.zone !== undefined && !DATES.includes(key)) delete next.zone;
  return next;
}

function fitted(value: unknown, input: Input, was: Input | undefined): unknown {
  if (was === input) return value;
  const single = Array.isArray(value) ? value[0] : isObject(value) || typeof value === "boolean" ? "" : value;
  switch (input) {
    case "yes or no":
      return true;
    case "range":
      return [single ?? "", single ?? ""];
    case "list":
      return single === "" || single === undefined || was === "duration" ? [] : [single];
    case "number":
      return typeof single === "number" ? single : Number(single) || 0;
    case "text":
      return String(single ?? "");
    case "duration":
      return "30d";
    case "date":
      return /^\d{4}-\d{2}-\d{2}/.test(String(single)) ? single : "";
    case "anniversary":
      return "today";
    case "month":
      return "this";
    case "times":
      return { at_least: 1 };
    default:
      return typeof value === "boolean" ? value : (single ?? "");
  }
}

/** Text as it is meant: 5, true and null are themselves, "5" in quotes is a text. */
export function meant(text: string): unknown {
  const plain = text.trim();
  if (/^(true|false|null|-?\d+(\.\d+)?)$/.test(plain) || /^(".*"|\{.*\}|\[.*\])$/s.test(plain)) {
    try {
      return JSON.parse(plain);
    } catch {
      return text;
    }
  }
  return text;
}

export function shownValue(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return JSON.stringify(value);
  return meant(value) === value ? value : JSON.stringify(value);
}
