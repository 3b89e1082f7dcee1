import { IconClock } from "@tabler/icons-react";
import { t } from "@/app/words";
import { durationWords, windowWords } from "../sentences";
import type { StepLook } from "./index";

type Config = { for?: string; until?: { attribute?: string; property?: string; offset?: string }; window?: unknown };

function untilWords(until: NonNullable<Config["until"]>): string {
  const date = until.attribute || until.property || "…";
  const offset = until.offset ?? "0s";
  if (/^-?0/.test(offset)) return t("Wait until their {date}", { date });
  const time = durationWords(offset);
  return offset.startsWith("-")
    ? t("Wait until {time} before their {date}", { time, date })
    : t("Wait until {time} after their {date}", { time, date });
}

export const wait: StepLook = {
  icon: IconClock,
  empty: () => ({ wait: { for: "1d" } }),
  sentence: (step) => {
    const config = (step.wait ?? {}) as Config;
    const window = config.window ? windowWords(config.window) : "";
    if (config.for) {
      const time = durationWords(config.for);
      return window ? t("Wait {time}, then until {window}", { time, window }) : t("Wait {time}", { time });
    }
    if (config.until) {
      const first = untilWords(config.until);
      return window ? t("{first}, then until {window}", { first, window }) : first;
    }
    return window ? t("Wait until {window}", { window }) : t("Wait: say how long");
  },
  exit: (key) => (key === "on_past" ? t("already past") : ""),
};
