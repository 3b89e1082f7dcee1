import { IconWebhook } from "@tabler/icons-react";
import { t } from "@/app/words";
import type { StepLook } from "./index";

export const webhook: StepLook = {
  icon: IconWebhook,
  empty: () => ({ webhook: { url: "https://" } }),
  sentence: (step) => {
    const { url = "" } = (step.webhook ?? {}) as { url?: string };
    const host = URL.canParse(url) ? new URL(url).host : "";
    return host ? t("Tell {host}, and wait for its answer", { host }) : t("Call a webhook: say which address");
  },
  exit: (key) => (key === "on_failed" ? t("failed") : ""),
};
