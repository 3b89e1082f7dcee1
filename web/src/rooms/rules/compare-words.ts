/** How a value compares, as a person says it. */
import { t } from "@/app/words";
import { isObject, type Obj } from "./tree";

/** "2d" → "2 days"; what is no duration stays as it was written. */
export function durationWords(text: unknown): string {
  const found = /^(-?)(\d+)([smhdw])$/.exec(String(text ?? ""));
  if (!found) return String(text || "…");
  const count = Number(found[2]);
  const words: Record<string, string> = {
    s: t("{count, plural, one {# second} other {# seconds}}", { count }),
    m: t("{count, plural, one {# minute} other {# minutes}}", { count }),
    h: t("{count, plural, one {# hour} other {# hours}}", { count }),
    d: t("{count, plural, one {# day} other {# days}}", { count }),
    w: t("{count, plural, one {# week} other {# weeks}}", { count }),
  };
  return words[found[3] as string] as string;
}

/** "a, b and c". */
export function listed(parts: string[], joint = t("and")): string {
  if (parts.length < 2) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} ${joint} ${parts.at(-1)}`;
}

export function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.length ? listed(value.map(valueWords), t("or")) : "…";
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (isObject(value) && "attribute" in value) return otherWords(value);
  if (value === null || value === undefined || value === "") return "…";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The other attribute that it is compared with: "0.8 × plan_limit + 5". */
function otherWords(value: Obj): string {
  const times = typeof value.times === "number" && value.times !== 1 ? `${value.times} × ` : "";
  const plus =
    typeof value.plus === "number" && value.plus !== 0 ? ` ${value.plus > 0 ? "+" : "−"} ${Math.abs(value.plus)}` : "";
  return `${times}${value.attribute || "…"}${plus}`;
}

const COMPARES: Record<string, (what: string, value: string) => string> = {
  eq: (what, value) => t("{what} is {value}", { what, value }),
  ne: (what, value) => t("{what} is not {value}", { what, value }),
  in: (what, value) => t("{what} is one of {value}", { what, value }),
  not_in: (what, value) => t("{what} is none of {value}", { what, value }),
  contains: (what, value) => t("{what} contains {value}", { what, value }),
  not_contains: (what, value) => t("{what} does not contain {value}", { what, value }),
  starts_with: (what, value) => t("{what} begins with {value}", { what, value }),
  ends_with: (what, value) => t("{what} ends with {value}", { what, value }),
  matches: (what, value) => t("{what} matches {value}", { what, value }),
  gt: (what, value) => t("{what} is more than {value}", { what, value }),
  gte: (what, value) => t("{what} is at least {value}", { what, value }),
  lt: (what, value) => t("{what} is less than {value}", { what, value }),
  lte: (what, value) => t("{what} is at most {value}", { what, value }),
  has: (what, value) => t("{what} has {value}", { what, value }),
  has_any: (what, value) => t("{what} has any of {value}", { what, value }),
  has_all: (what, value) => t("{what} has all of {value}", { what, value }),
  has_none: (what, value) => t("{what} has none of {value}", { what, value }),
  before: (what, value) => t("{what} is before {value}", { what, value }),
  after: (what, value) => t("{what} is after {value}", { what, value }),
  on: (what, value) => t("{what} is on {value}", { what, value }),
};
const LASTS: Record<string, (what: string, time: string) => string> = {
  in_last: (what, time) => t("{what} is in the last {time}", { what, time }),
  in_next: (what, time) => t("{what} is in the next {time}", { what, time }),
  more_than_ago: (what, time) => t("{what} is more than {time} ago", { what, time }),
  more_than_ahead: (what, time) => t("{what} is more than {time} ahead", { what, time }),
};
const MONTHS = Array.from({ length: 12 }, (_, i) =>
  new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" }).format(Date.UTC(2024, i, 1)),
);

export function monthNames(): string[] {
  return MONTHS;
}

export function compareWords(what: string, rule: Obj): string {
  const said = comparedWords(what, rule);
  return rule.zone === "contact" ? t("{said}, by their own days", { said }) : said;
}

function comparedWords(what: string, rule: Obj): string {
  if ("empty" in rule) return rule.empty ? t("{what} is empty", { what }) : t("{what} is not empty", { what });
  if ("between" in rule) {
    const [low, high] = Array.isArray(rule.between) ? (rule.between as unknown[]) : [];
    return t("{what} is between {low} and {high}", { what, low: valueWords(low), high: valueWords(high) });
  }
  if ("anniversary" in rule) {
    const isToday = rule.anniversary === "today" || rule.anniversary === "0d";
    if (isToday) return t("the anniversary of {what} is today", { what });
    return t("the anniversary of {what} is in {time}", { what, time: durationWords(rule.anniversary) });
  }
  if ("month" in rule) {
    const month = rule.month === "this" ? t("this month") : (MONTHS[Number(rule.month) - 1] ?? "…");
    return t("{what} is in {month}", { what, month });
  }
  if ("length" in rule) return t("{what} has{count} members", { what, count: timesWords(rule.length, false) });
  const last = Object.keys(LASTS).find((key) => key in rule);
  if (last) return LASTS[last]?.(what, durationWords(rule[last])) ?? "";
  const operator = Object.keys(COMPARES).find((key) => key in rule);
  return operator ? (COMPARES[operator]?.(what, valueWords(rule[operator])) ?? "") : t("{what} is …", { what });
}

/** " at least 3 times"; with `isTimes` false the bare number. */
export function timesWords(count: unknown, isTimes = true): string {
  if (!isObject(count)) return "";
  const told = (n: number) => (isTimes ? t("{n, plural, one {once} other {# times}}", { n }) : String(n));
  const parts = [
    typeof count.at_least === "number" ? t("at least {n}", { n: told(count.at_least) }) : "",
    typeof count.at_most === "number" ? t("at most {n}", { n: told(count.at_most) }) : "",
    typeof count.exactly === "number" ? t("exactly {n}", { n: told(count.exactly) }) : "",
  ].filter(Boolean);
  return parts.length ? ` ${listed(parts)}` : "";
}
