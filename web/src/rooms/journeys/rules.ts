/** Rules as an editor sees them: always a group. Pure. */
import type { Rule } from "./document";

export type Group = { how: "all" | "any" | "none"; rules: Rule[] };
type Operator = { key: string; takes: string };

function isObject(rule: Rule): rule is Record<string, unknown> {
  return typeof rule === "object" && rule !== null && !Array.isArray(rule);
}

export function isGroup(rule: Rule): boolean {
  return Array.isArray(rule) || (isObject(rule) && ("all" in rule || "any" in rule || "not" in rule));
}

/** A rule as a group; a lone condition is a group of one. */
export function groupOf(rule: Rule | undefined): Group {
  if (rule === undefined || rule === null) return { how: "all", rules: [] };
  if (Array.isArray(rule)) return { how: "all", rules: rule };
  if (!isObject(rule)) return { how: "all", rules: [] };
  if (Array.isArray(rule.all)) return { how: "all", rules: rule.all };
  if (Array.isArray(rule.any)) return { how: "any", rules: rule.any };
  if ("not" in rule) {
    const inner = rule.not;
    return { how: "none", rules: isObject(inner) && Array.isArray(inner.any) ? inner.any : [inner] };
  }
  return { how: "all", rules: [rule] };
}

/** A group as it is written, as short as it can be; nothing where nothing is asked. */
export function ruleOf(group: Group): Rule | undefined {
  const [first, ...rest] = group.rules;
  if (first === undefined) return undefined;
  if (group.how === "none") return { not: rest.length ? { any: group.rules } : first };
  return rest.length ? { [group.how]: group.rules } : first;
}

export function operatorOf<O extends Operator>(rule: Record<string, unknown>, operators: O[]): O | undefined {
  return operators.find((one) => one.key in rule);
}

/** The same condition with another operator; what was compared with stays where it still fits. */
export function withOperator(rule: Record<string, unknown>, key: string, operators: Operator[]): Rule {
  const before = operatorOf(rule, operators);
  const value = before ? rule[before.key] : "";
  const next = { ...rule };
  if (before) delete next[before.key];
  const takes = operators.find((one) => one.key === key)?.takes;
  const single = Array.isArray(value) ? value[0] : typeof value === "boolean" ? "" : value;
  next[key] =
    takes === "yes or no"
      ? true
      : takes === "range"
        ? [single, single]
        : takes === "list"
          ? [single].filter((one) => one !== "")
          : takes === "number" && typeof single !== "number"
            ? Number(single) || 0
            : takes === "text"
              ? String(single ?? "")
              : single;
  return next;
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
