/** A condition in one line, as a person says it. */
import { t } from "@/app/words";
import { isObject, type Obj, type Rule } from "./tree";

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

function valueWords(value: unknown): string {
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

/** " in the last 30 days"; nothing when there is no window. */
export function windowWords(rule: Obj): string {
  const parts = [
    rule.within ? t("in the last {time}", { time: durationWords(rule.within) }) : "",
    rule.from && rule.to ? t("between {from} and {to}", { from: String(rule.from), to: String(rule.to) }) : "",
    rule.from && !rule.to ? t("since {from}", { from: String(rule.from) }) : "",
    rule.to && !rule.from ? t("until {to}", { to: String(rule.to) }) : "",
    rule.since === "entry" ? t("since they entered the journey") : "",
  ].filter(Boolean);
  return parts.length ? ` ${parts.join(" ")}` : "";
}

/** " where total is more than 50"; nothing when nothing was asked. */
export function whereWords(where: unknown): string {
  if (!Array.isArray(where) || where.length === 0) return "";
  return ` ${t("where")} ${listed(where.map((one) => (isObject(one) ? conditionWords(one) : "…")))}`;
}

const SUMS: Record<string, (property: string, event: string) => string> = {
  sum: (property, event) => t("the sum of {property} of {event}", { property, event }),
  min: (property, event) => t("the smallest {property} of {event}", { property, event }),
  max: (property, event) => t("the largest {property} of {event}", { property, event }),
  avg: (property, event) => t("the average {property} of {event}", { property, event }),
};

function eventWords(rule: Obj): string {
  const event = String(rule.event || "…");
  const rest = `${windowWords(rule)}${whereWords(rule.where)}`;
  for (const [key, words] of Object.entries(SUMS)) {
    const of = rule[key];
    if (isObject(of)) return `${compareWords(words(String(of.property || "…"), event), of)}${rest}`;
  }
  for (const key of ["first", "last"] as const) {
    const of = rule[key];
    if (!isObject(of)) continue;
    const which = key === "first" ? t("the first {event}", { event }) : t("the last {event}", { event });
    const what = of.property ? t("{property} of {which}", { property: String(of.property), which }) : which;
    return `${compareWords(what, of)}${rest}`;
  }
  if (rule.never) return `${t("never {event}", { event })}${rest}`;
  return `${event}${timesWords(rule.count ?? { at_least: 1 })}${rest}`;
}

function sequenceWords(rule: Obj): string {
  const of = isObject(rule.sequence) ? rule.sequence : {};
  const name = (one: unknown) => {
    const step = isObject(one) ? one : {};
    return `${step.event || "…"}${whereWords(step.where)}`;
  };
  const time = durationWords(of.within);
  const [first, then, without] = [name(of.first), name(of.then), name(of.without)];
  const said =
    "without" in of
      ? t("{first}, not followed by {without} within {time}", { first, without, time })
      : t("{first}, then {then} within {time}", { first, then, time });
  return `${said}${windowWords(rule)}`;
}

const DID: Record<string, () => [string, string]> = {
  sent: () => [t("was sent"), t("was sent no")],
  delivered: () => [t("received"), t("received no")],
  opened: () => [t("opened"), t("opened no")],
  clicked: () => [t("clicked in"), t("clicked in no")],
  replied: () => [t("replied to"), t("replied to no")],
  bounced: () => [t("bounced"), t("had bounce no")],
  complained: () => [t("marked as spam"), t("marked as spam no")],
  failed: () => [t("did not get, because it failed,"), t("had fail no")],
  skipped: () => [t("was skipped for"), t("was never skipped for any")],
};

function messageWords(rule: Obj): string {
  const [did, didNot] = DID[String(rule.did)]?.() ?? ["…", "…"];
  if (!isObject(rule.message))
    return t("{did} the message of the step {step}", { did, step: String(rule.message || "…") });
  const { template, campaign, journey, channel, topic, link } = rule.message;
  const about = [
    template ? t("of the template {name}", { name: String(template) }) : "",
    campaign ? t("of the campaign {name}", { name: String(campaign) }) : "",
    journey ? t("of the journey {name}", { name: String(journey) }) : "",
    channel ? t("by {name}", { name: String(channel) }) : "",
    topic ? t("about {name}", { name: String(topic) }) : "",
    link ? t("with the link {name}", { name: String(link) }) : "",
  ].filter(Boolean);
  const message = [rule.never ? t("message") : t("a message"), ...about].join(" ");
  return `${rule.never ? didNot : did} ${message}${timesWords(rule.count)}${windowWords(rule)}`;
}

function consentWords(about: Obj, rule: Obj): string {
  const channel = String(about.channel || "…");
  const topic = about.topic ? t("{topic} by {channel}", { topic: String(about.topic), channel }) : channel;
  const state = String(about.state ?? rule.state ?? "subscribed");
  const words: Record<string, string> = {
    subscribed: t("agreed to {topic}", { topic }),
    unsubscribed: t("unsubscribed from {topic}", { topic }),
    pending: t("has not confirmed {topic} yet", { topic }),
    expired: t("consent to {topic} expired", { topic }),
    none: t("never said anything about {topic}", { topic }),
  };
  return `${words[state] ?? topic}${windowWords({ within: about.within, from: about.since })}`;
}

const REACHED: Record<string, (by: string) => string> = {
  reached: (by) => t("can be reached by {by}", { by }),
  no_address: (by) => t("has no address for {by}", { by }),
  no_consent: (by) => t("has not consented to {by}", { by }),
  suppressed: (by) => t("has a suppressed address for {by}", { by }),
  hold: () => t("is left alone by marketing"),
};

function shareWords(rule: Obj): string {
  const part = (value: unknown) => `${Math.round(Number(value ?? 0) * 10_000) / 100} %`;
  if (typeof rule.share === "number") return t("is in a random {part} of everybody", { part: part(rule.share) });
  const of = isObject(rule.share) ? rule.share : rule;
  return t("is in the random part from {from} to {to}", { from: part(of.from), to: part(of.to ?? 1) });
}

const IN_JOURNEY: Record<string, (name: string) => string> = {
  in: (name) => t("is in the journey {name}", { name }),
  ever: (name) => t("has ever been in the journey {name}", { name }),
  completed: (name) => t("completed the journey {name}", { name }),
  goal: (name) => t("reached the goal of the journey {name}", { name }),
  exited: (name) => t("left the journey {name} early", { name }),
};
const CAMPAIGN_DID: Record<string, (name: string) => string> = {
  sent: (name) => t("was sent the campaign {name}", { name }),
  delivered: (name) => t("received the campaign {name}", { name }),
  opened: (name) => t("opened the campaign {name}", { name }),
  clicked: (name) => t("clicked in the campaign {name}", { name }),
  bounced: (name) => t("the campaign {name} bounced", { name }),
  failed: (name) => t("the campaign {name} failed for them", { name }),
  skipped: (name) => t("was skipped by the campaign {name}", { name }),
};

const WORDS: Record<string, (rule: Obj) => string> = {
  attribute: (rule) => compareWords(String(rule.attribute || "…"), rule),
  property: (rule) => compareWords(String(rule.property || "…"), rule),
  company_attribute: (rule) =>
    compareWords(t("{name} of their company", { name: String(rule.company_attribute || "…") }), rule),
  tag: (rule) => t("has the tag {name}", { name: String(rule.tag || "…") }),
  list: (rule) => t("is on the list {name}", { name: String(rule.list || "…") }),
  segment: (rule) => t("is in the segment {name}", { name: String(rule.segment || "…") }),
  company: (rule) => t("belongs to {name}", { name: String(rule.company || "…") }),
  event: eventWords,
  sequence: sequenceWords,
  message: messageWords,
  campaign: (rule) => CAMPAIGN_DID[String(rule.did)]?.(String(rule.campaign || "…")) ?? "…",
  journey: (rule) => `${IN_JOURNEY[String(rule.is ?? "in")]?.(String(rule.journey || "…")) ?? "…"}${windowWords(rule)}`,
  consent: (rule) => consentWords(isObject(rule.consent) ? rule.consent : {}, rule),
  reach: (rule) => {
    const about = isObject(rule.reach) ? rule.reach : {};
    const channel = String(about.channel || "…");
    const by = about.topic ? t("{channel} about {topic}", { channel, topic: String(about.topic) }) : channel;
    return REACHED[String(about.standing ?? "reached")]?.(by) ?? by;
  },
  share: shareWords,
};

/** One condition; of a kind that is not known here, what is written in it. */
export function conditionWords(rule: Obj): string {
  const kind = Object.keys(WORDS).find((key) => key in rule);
  if (kind) return WORDS[kind]?.(rule) ?? "";
  const [key, value] = Object.entries(rule)[0] ?? ["…", ""];
  return `${key.replaceAll("_", " ")} ${valueWords(value)}`;
}

const NOT: Record<string, (rule: Obj) => string | undefined> = {
  tag: (rule) => t("does not have the tag {name}", { name: String(rule.tag || "…") }),
  list: (rule) => t("is not on the list {name}", { name: String(rule.list || "…") }),
  segment: (rule) => t("is not in the segment {name}", { name: String(rule.segment || "…") }),
  company: (rule) => t("does not belong to {name}", { name: String(rule.company || "…") }),
  event: (rule) => (measuresOnce(rule) ? eventWords({ ...rule, count: undefined, never: true }) : undefined),
};

function measuresOnce(rule: Obj): boolean {
  if (rule.never || ["sum", "min", "max", "avg", "first", "last"].some((key) => key in rule)) return false;
  return rule.count === undefined || JSON.stringify(rule.count) === '{"at_least":1}';
}

/** What is not so, where people have a word for it. */
export function turnedWords(rule: Obj): string | undefined {
  const kind = Object.keys(NOT).find((key) => key in rule);
  return kind ? NOT[kind]?.(rule) : undefined;
}

/** A whole rule as a sentence; nothing where nothing is asked. */
export function ruleWords(rule: Rule, isInside = false): string {
  if (Array.isArray(rule)) return ruleWords({ all: rule }, isInside);
  if (!isObject(rule)) return "";
  for (const [key, joint] of [
    ["all", t("and")],
    ["any", t("or")],
  ] as const) {
    const parts = rule[key];
    if (!Array.isArray(parts)) continue;
    if (parts.length === 0) return key === "all" ? t("everybody") : t("nobody");
    const words = parts.map((one) => ruleWords(one, true)).join(` ${joint} `);
    return isInside && parts.length > 1 ? `(${words})` : words;
  }
  if ("not" in rule) {
    const own = isObject(rule.not) ? turnedWords(rule.not) : undefined;
    return own ?? t("not {rule}", { rule: ruleWords(rule.not, true) });
  }
  return conditionWords(rule);
}
