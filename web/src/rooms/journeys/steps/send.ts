import { IconSend } from "@tabler/icons-react";
import { t } from "@/app/words";
import type { StepLook } from "./index";

export const send: StepLook = {
  icon: IconSend,
  empty: () => ({ send: { channel: "email", template: "" } }),
  sentence: (step) => {
    const { channel, template } = (step.send ?? {}) as { channel?: string; template?: string };
    if (!template) return t("Send a message: choose a template");
    return channel === "email"
      ? t("Send the email “{template}”", { template })
      : t("Send “{template}” by {channel}", { template, channel: channel ?? "…" });
  },
  exit: (key) => ({ on_skipped: t("skipped"), on_failed: t("failed") })[key] ?? "",
};
