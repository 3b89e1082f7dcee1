/** What a document says, in the words of a person. */
import { t } from "@/app/words";
import type { Rule } from "./document";

type Obj = Record<string, unknown>;

function isObject(value: unknown): value is Obj {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** "2d" → "2 days"; what is no duration stays as it was written. */
export function durationWords(text: unknown): string {
  const found = /^(-?)(\d+)([smhdw])$/.exec(String(text ?? ""));
  if (!found) return String(text ?? "…");
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

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return listed(value.map(valueWords), t("or"));
  if (typeof value === "string") return `“${value}”`;
  return value === null || value === undefined
    ? "…"
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
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
  gt: (what, value) => t("{what} is more than {value}", { what, value }),
  gte: (what, value) => t("{what} is at least {value}", { what, value }),
  lt: (what, value) => t("{what} is less than {value}", { what, value }),
  lte: (what, value) => t("{what} is at most {value}", { what, value }),
  has: (what, value) => t("{what} has {value}", { what, value }),
};

function compared(what: string, rule: Obj): string {
  if ("empty" in rule) return rule.empty ? t("{what} is empty", { what }) : t("{what} is not empty", { what });
  if (Array.isArray(rule.between)) {
    const [low, high] = rule.between as unknown[];
    return t("{what} is between {low} and {high}", { what, low: valueWords(low), high: valueWords(high) });
  }
  const operator = Object.keys(COMPARES).find((key) => key in rule);
  return operator ? (COMPARES[operator]?.(what, valueWords(rule[operator])) ?? "") : t("{what} is …", { what });
}

function timesWords(count: unknown): string {
  if (!isObject(count)) return "";
  const parts = [
    typeof count.at_least === "number" ? t("at least {n} times", { n: count.at_least }) : "",
    typeof count.at_most === "number" ? t("at most {n} times", { n: count.at_most }) : "",
    typeof count.exactly === "number" ? t("exactly {n} times", { n: count.exactly }) : "",
  ].filter(Boolean);
  return parts.length ? ` ${listed(parts)}` : "";
}

/** " where total is more than 50"; nothing when nothing was asked. */
export function whereWords(where: unknown): string {
  if (!Array.isArray(where) || where.length === 0) return "";
  return ` ${t("where")} ${listed(where.map((one) => ruleWords(one)))}`;
}

const DID: Record<string, (step: string) => string> = {
  sent: (step) => t("the message of “{step}” was sent", { step }),
  delivered: (step) => t("the message of “{step}” was delivered", { step }),
  opened: (step) => t("they opened “{step}”", { step }),
  clicked: (step) => t("they clicked in “{step}”", { step }),
  bounced: (step) => t("the message of “{step}” bounced", { step }),
  failed: (step) => t("the message of “{step}” failed", { step }),
};

function eventWords(rule: Obj): string {
  const event = String(rule.event || "…");
  const within = rule.within ? ` ${t("in {time}", { time: durationWords(rule.within) })}` : "";
  const did = rule.never
    ? t("they never did “{event}”", { event })
    : `${t("they did “{event}”", { event })}${timesWords(rule.count)}`;
  return `${did}${within}${whereWords(rule.where)}`;
}

/** What is not so, as people say it where there is a word for it. */
function notWords(rule: Rule): string {
  if (isObject(rule)) {
    if ("tag" in rule) return t("they do not have the tag “{tag}”", { tag: String(rule.tag || "…") });
    if ("event" in rule && !rule.count && !rule.never) return eventWords({ ...rule, never: true });
    if (isObject(rule.consent)) {
      const { channel, topic } = rule.consent;
      const about = topic ? String(topic) : String(channel || "…");
      return t("they did not agree to {about}", { about });
    }
  }
  return t("it is not so that {rule}", { rule: ruleWords(rule, true) });
}

/** A rule as a sentence; nothing when there is none. */
export function ruleWords(rule: Rule, isInside = false): string {
  if (Array.isArray(rule)) return ruleWords({ all: rule }, isInside);
  if (!isObject(rule)) return "";
  for (const [key, joint] of [
    ["all", t("and")],
    ["any", t("or")],
  ] as const) {
    const parts = rule[key];
    if (Array.isArray(parts)) {
      if (parts.length === 0) return key === "all" ? t("everybody") : t("nobody");
      const words = parts.map((one) => ruleWords(one, true)).join(` ${joint} `);
      return isInside && parts.length > 1 ? `(${words})` : words;
    }
  }
  if ("not" in rule) return notWords(rule.not);
  if ("attribute" in rule) return compared(String(rule.attribute || "…"), rule);
  if ("property" in rule) return compared(String(rule.property || "…"), rule);
  if ("tag" in rule) return t("they have the tag “{tag}”", { tag: String(rule.tag || "…") });
  if ("list" in rule) return t("they are on the list “{list}”", { list: String(rule.list || "…") });
  if ("company" in rule) return t("they belong to “{company}”", { company: String(rule.company || "…") });
  if ("company_attribute" in rule)
    return t("their company’s {rule}", { rule: compared(String(rule.company_attribute || "…"), rule) });
  if ("event" in rule) return eventWords(rule);
  if ("message" in rule) return DID[String(rule.did)]?.(String(rule.message || "…")) ?? t("a message …");
  if (isObject(rule.consent)) {
    const channel = String(rule.consent.channel || "…");
    const topic = rule.consent.topic;
    return topic
      ? t("they agreed to “{topic}” by {channel}", { topic: String(topic), channel })
      : t("they agreed to {channel}", { channel });
  }
  return "…";
}

const DAYS: Record<string, () => string> = {
  monday: () => t("Monday"),
  tuesday: () => t("Tuesday"),
  wednesday: () => t("Wednesday"),
  thursday: () => t("Thursday"),
  friday: () => t("Friday"),
  saturday: () => t("Saturday"),
  sunday: () => t("Sunday"),
};

export function dayNames(): { value: string; label: string }[] {
  return Object.entries(DAYS).map(([value, label]) => ({ value, label: label() }));
}

/** "a weekday between 09:00 and 17:00 in their time zone". */
export function windowWords(window: unknown): string {
  if (!isObject(window)) return "";
  const days = window.days ?? "every";
  const day = Array.isArray(days)
    ? listed(
        days.map((one) => DAYS[String(one)]?.() ?? String(one)),
        t("or"),
      )
    : ({ weekdays: t("a weekday"), weekend: t("a day of the weekend") } as Record<string, string>)[String(days)];
  const [from, to] = [window.from as string | undefined, window.to as string | undefined];
  const hours = from || to ? t("between {from} and {to}", { from: from ?? "00:00", to: to ?? "24:00" }) : "";
  return `${[day ?? (hours ? "" : t("any day")), hours].filter(Boolean).join(" ")} ${t("in their time zone")}`.trim();
}

/** How somebody starts: "Starts when somebody does “Signed Up”". */
export function triggerWords(trigger: unknown): string {
  if (!isObject(trigger)) return "…";
  if (trigger.api) return t("somebody is added by hand or by the API");
  return `${t("somebody does “{event}”", { event: String(trigger.event || "…") })}${whereWords(trigger.where)}`;
}

export function reentryWords(reentry: unknown): string {
  if (!isObject(reentry)) return t("Everybody enters once.");
  if (reentry.after)
    return t("They may enter again {time} after they entered.", { time: durationWords(reentry.after) });
  if (reentry.after_exit)
    return t("They may enter again {time} after they left.", { time: durationWords(reentry.after_exit) });
  return t("They enter once for each {property}.", { property: String(reentry.by ?? "…") });
}

export function goalWords(goal: unknown): string {
  if (!isObject(goal)) return t("No goal.");
  const within = goal.within ? ` ${t("within {time}", { time: durationWords(goal.within) })}` : "";
  return t("The goal is “{event}”{rest}.", {
    event: String(goal.event || "…"),
    rest: `${whereWords(goal.where)}${within}`,
  });
}
