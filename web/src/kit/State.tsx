/** A state is an icon, a word and a colour, never a colour alone. */
import {
  IconAlertTriangle,
  IconArchive,
  IconArrowBackUp,
  IconBan,
  IconCheck,
  IconChecks,
  IconCircleDashed,
  IconClock,
  IconFlag,
  IconHandStop,
  IconHelp,
  IconHourglass,
  IconPlayerPause,
  IconPlayerPlay,
  IconSend,
  IconX,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import { t } from "@/app/words";

type Tone = "done" | "warn" | "failed" | "info" | "idle" | "accent";
type Look = { tone: Tone; icon: ComponentType<{ size?: number }>; word: string };

const looks: Record<string, () => Look> = {
  // messages
  queued: () => ({ tone: "info", icon: IconClock, word: t("Queued") }),
  held: () => ({ tone: "warn", icon: IconHandStop, word: t("Held") }),
  deferred: () => ({ tone: "warn", icon: IconHourglass, word: t("Deferred") }),
  sending: () => ({ tone: "info", icon: IconSend, word: t("Sending") }),
  committing: () => ({ tone: "info", icon: IconSend, word: t("Sending") }),
  sent: () => ({ tone: "done", icon: IconCheck, word: t("Sent") }),
  delivered: () => ({ tone: "done", icon: IconChecks, word: t("Delivered") }),
  bounced: () => ({ tone: "failed", icon: IconArrowBackUp, word: t("Bounced") }),
  complained: () => ({ tone: "failed", icon: IconFlag, word: t("Complained") }),
  failed: () => ({ tone: "failed", icon: IconX, word: t("Failed") }),
  skipped: () => ({ tone: "idle", icon: IconBan, word: t("Skipped") }),
  cancelled: () => ({ tone: "idle", icon: IconBan, word: t("Cancelled") }),
  expired: () => ({ tone: "warn", icon: IconClock, word: t("Too late") }),
  uncertain: () => ({ tone: "warn", icon: IconHelp, word: t("Uncertain") }),
  // journeys, runs, accounts
  live: () => ({ tone: "done", icon: IconPlayerPlay, word: t("Live") }),
  active: () => ({ tone: "done", icon: IconPlayerPlay, word: t("Active") }),
  paused: () => ({ tone: "warn", icon: IconPlayerPause, word: t("Paused") }),
  resting: () => ({ tone: "failed", icon: IconPlayerPause, word: t("Resting") }),
  archived: () => ({ tone: "idle", icon: IconArchive, word: t("Archived") }),
  draft: () => ({ tone: "info", icon: IconCircleDashed, word: t("Draft") }),
  completed: () => ({ tone: "done", icon: IconCheck, word: t("Completed") }),
  goal: () => ({ tone: "done", icon: IconFlag, word: t("Goal reached") }),
  exited: () => ({ tone: "idle", icon: IconBan, word: t("Left early") }),
  merged: () => ({ tone: "idle", icon: IconArchive, word: t("Merged") }),
  // consent
  subscribed: () => ({ tone: "done", icon: IconCheck, word: t("Subscribed") }),
  unsubscribed: () => ({ tone: "failed", icon: IconX, word: t("Unsubscribed") }),
  pending: () => ({ tone: "warn", icon: IconHourglass, word: t("Not confirmed") }),
  none: () => ({ tone: "idle", icon: IconCircleDashed, word: t("No consent") }),
  // anything
  ok: () => ({ tone: "done", icon: IconCheck, word: t("All right") }),
  attention: () => ({ tone: "warn", icon: IconAlertTriangle, word: t("Needs you") }),
};

/** `<StateBadge state="deferred" />`; a word of its own may be given. */
export function StateBadge({ state, word }: { state: string; word?: string }) {
  const look = looks[state]?.() ?? { tone: "idle" as Tone, icon: IconCircleDashed, word: state };
  const Icon = look.icon;
  return (
    <span className={`badge tone-${look.tone}`}>
      <Icon size={13} aria-hidden />
      {word ?? look.word}
    </span>
  );
}

/** The word of a state alone, for filters. */
export function stateWord(state: string): string {
  return looks[state]?.().word ?? state;
}
