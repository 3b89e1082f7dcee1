/** How far an import has come, in a word. */
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { StateBadge } from "@/kit";

export function ImportState({ of }: { of: Shapes["ImportJob"] }) {
  const words: Record<string, { state: string; word: string }> = {
    ready: { state: "draft", word: t("Not brought in yet") },
    running: { state: "running", word: t("Comes in") },
    stopped: { state: "paused", word: t("Stopped") },
    done: { state: "done", word: t("Brought in") },
    rolling_back: { state: "running", word: t("Is taken back") },
    rolled_back: { state: "cancelled", word: t("Taken back") },
  };
  const { state, word } = words[of.state] ?? { state: of.state, word: of.state };
  return <StateBadge state={state} word={word} />;
}
