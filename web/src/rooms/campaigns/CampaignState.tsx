/** Where a campaign stands, in a word. */
import { t } from "@/app/words";
import { StateBadge } from "@/kit";

export function CampaignState({ state }: { state: string }) {
  const words: Record<string, { state: string; word: string }> = {
    draft: { state: "draft", word: t("Draft") },
    ready: { state: "queued", word: t("Ready") },
    counting: { state: "queued", word: t("Leaves soon") },
    asking: { state: "sending", word: t("Leaves") },
    testing: { state: "sending", word: t("Tried on a part") },
    sending: { state: "sending", word: t("Leaves") },
    paused: { state: "paused", word: t("Paused") },
    done: { state: "sent", word: t("Through") },
    cancelled: { state: "cancelled", word: t("Cancelled") },
  };
  const found = words[state] ?? { state, word: state };
  return <StateBadge state={found.state} word={found.word} />;
}
