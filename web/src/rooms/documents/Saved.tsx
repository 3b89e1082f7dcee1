/** "Draft, saved": what stands of the document on the server. */
import { t } from "@/app/words";
import { StateBadge } from "@/kit";
import type { Written } from "./use-draft";

export function Saved({ of }: { of: Pick<Written<never>, "saved"> }) {
  const words = {
    none: "",
    unsaved: t("Draft, not saved yet"),
    saving: t("Draft, saving"),
    saved: t("Draft, saved"),
    failed: t("Draft, not saved"),
  };
  if (of.saved === "none") return null;
  return (
    <span aria-live="polite">
      <StateBadge state={of.saved === "failed" ? "attention" : "draft"} word={words[of.saved]} />
    </span>
  );
}
