/** What a document says, in the words of a person. */
import { t } from "@/app/words";
import { isObject } from "../rules/tree";
import { durationWords, listed, ruleWords, whereWords } from "../rules/words";

export { durationWords, listed, ruleWords, whereWords };

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
  if (trigger.segment !== undefined) {
    const name = String(trigger.segment || "…");
    return trigger.on === "left"
      ? t("somebody leaves the segment {name}", { name })
      : t("somebody comes into the segment {name}", { name });
  }
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
