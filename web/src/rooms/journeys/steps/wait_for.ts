import { IconBell } from "@tabler/icons-react";
import { t } from "@/app/words";
import { durationWords, whereWords } from "../sentences";
import type { StepLook } from "./index";

export const wait_for: StepLook = {
  icon: IconBell,
  empty: () => ({ wait_for: { event: "", timeout: "5d" } }),
  sentence: (step) => {
    const { event, where, timeout } = (step.wait_for ?? {}) as { event?: string; where?: unknown; timeout?: string };
    if (!event) return t("Wait for an event: say which");
    const first = `${t("Wait for “{event}”", { event })}${whereWords(where)}`;
    return timeout ? t("{first}, at most {time}", { first, time: durationWords(timeout) }) : first;
  },
  exit: (key, step) => {
    const timeout = (step.wait_for as { timeout?: string } | undefined)?.timeout;
    if (key === "next") return "on_timeout" in step ? t("happened") : "";
    return timeout ? t("after {time}", { time: durationWords(timeout) }) : t("time is up");
  },
};
