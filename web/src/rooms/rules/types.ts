/** What the server says about rules and segments. */

export type ConditionForm = {
  kind: string;
  group: string;
  title: string;
  sentence: string;
  schema: Record<string, unknown>;
  compares: boolean;
  example: unknown;
};
export type RuleForms = {
  groups: { name: string; title: string }[];
  conditions: ConditionForm[];
  operators: { key: string; title: string; takes: string; types: string[] }[];
  templates: { name: string; title: string; description: string; where: unknown }[];
};
export type PartCount = { path: string; depth: number; sentence: string; count: number | null; is_exact: boolean };
export type Sample = { id: number; label: string; email: string | null };
export type Near = Sample & { failed: string; seen?: string | null };
export type RulePreview = {
  count: number;
  is_exact: boolean;
  sentence: string;
  samples: Sample[];
  near: Near[];
  parts: PartCount[];
  changes: { enter: number; leave: number } | null;
  ms: number;
};
