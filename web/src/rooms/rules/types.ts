/** What the server says about rules. */
import type { Shapes } from "@/app/client";

export type ConditionForm = Shapes["ConditionKind"];
export type RuleForms = Shapes["RuleFormsPage"];
export type RulePreview = Shapes["RulePreview"];
export type PartCount = RulePreview["parts"][number];
export type Sample = RulePreview["samples"][number];
export type Near = RulePreview["near"][number] & { seen?: string | null };
