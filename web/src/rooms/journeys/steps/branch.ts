import { IconArrowsSplit2 } from "@tabler/icons-react";
import { t } from "@/app/words";
import { ruleWords } from "../sentences";
import type { StepLook } from "./index";

type Case = { when?: unknown };

export const branch: StepLook = {
  icon: IconArrowsSplit2,
  empty: () => ({ branch: [{ when: { attribute: "", eq: "" }, next: "end" }] }),
  sentence: (step) => {
    const cases = Array.isArray(step.branch) ? (step.branch as Case[]) : [];
    if (cases.length === 0) return t("Go different ways: add a case");
    if (cases.length === 1) return t("Do they fit: {rule}?", { rule: ruleWords(cases[0]?.when) || "…" });
    return t("Go one of {count} ways, the first that fits", { count: cases.length + 1 });
  },
  exit: (key, step) => {
    if (key === "else") return Array.isArray(step.branch) && step.branch.length === 1 ? t("no") : t("else");
    if (key === "on_unknown") return t("nobody can say");
    const cases = Array.isArray(step.branch) ? (step.branch as Case[]) : [];
    if (cases.length === 1) return t("yes");
    return ruleWords(cases[Number(key.replace("case", ""))]?.when) || "…";
  },
};
