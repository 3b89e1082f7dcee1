/** A segment as a document. Pure. */
import type { Rule } from "../rules/tree";

export type SegmentDoc = {
  segment: string;
  title?: string;
  description?: string;
  definition?: boolean;
  owner?: string;
  review?: string;
  where?: Rule;
} & Record<string, unknown>;

export function tidy(given: Record<string, unknown>): SegmentDoc {
  return { ...given, segment: String(given.segment ?? "") };
}

/** With a value that is nothing the key goes, so that the same content gives the same document. */
export function written(doc: SegmentDoc, key: string, value: unknown): SegmentDoc {
  const next: SegmentDoc = { ...doc, [key]: value };
  if (value === "" || value === undefined || value === false || value === null) delete next[key];
  return next;
}

/** What a person calls it. */
export function titleOf(one: { name: string; title: string }): string {
  return one.title || one.name;
}

/** A day that has passed, on which somebody should have looked at it again. */
export function isOverdue(reviewOn: string, today: string): boolean {
  return reviewOn !== "" && reviewOn < today;
}

/** The filters of the list of contacts as a rule; those that no rule can say are left out and told. */
export function ruleOfFilters(filters: Record<string, string | undefined>): {
  where: Rule | undefined;
  left: string[];
} {
  const rules: Rule[] = [];
  const left: string[] = [];
  for (const [name, value] of Object.entries(filters)) {
    if (!value || name === "sort" || name === "cursor") continue;
    const rule = asRule(name, value);
    if (rule === undefined) left.push(name);
    else rules.push(rule);
  }
  return { where: rules.length > 1 ? { all: rules } : rules[0], left };
}

function asRule(name: string, value: string): Rule | undefined {
  switch (name) {
    case "tag":
    case "list":
    case "company":
    case "segment":
      return { [name]: value };
    case "has":
      return { attribute: value, empty: false };
    case "subscribed": {
      const [channel, topic] = value.split(":");
      return { consent: topic ? { channel, topic } : { channel } };
    }
    case "reachable":
      return { reach: { channel: value, class: "transactional" } };
    case "in_journey":
      return { journey: value, is: "in" };
    case "where":
      try {
        return JSON.parse(value);
      } catch {
        return undefined;
      }
    default:
      return undefined;
  }
}
