import { IconDoorExit } from "@tabler/icons-react";
import { t } from "@/app/words";
import type { StepLook } from "./index";

export const exit: StepLook = {
  icon: IconDoorExit,
  empty: () => ({ exit: {} }),
  sentence: (step) => {
    const { reason } = (step.exit ?? {}) as { reason?: string };
    return reason ? t("Leave the journey: {reason}", { reason }) : t("Leave the journey");
  },
  exit: () => "",
};
