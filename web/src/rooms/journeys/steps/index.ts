/** Every kind of step: the same names as on the server, one file each. */
import { IconHelp } from "@tabler/icons-react";
import type { ComponentType } from "react";
import { t } from "@/app/words";
import { type Kind, kindOf, type Step } from "../document";
import { branch } from "./branch";
import { exit } from "./exit";
import { send } from "./send";
import { update } from "./update";
import { wait } from "./wait";
import { wait_for } from "./wait_for";
import { webhook } from "./webhook";

export type StepLook = {
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** What stands in a new one. */
  empty: () => Step;
  sentence: (step: Step) => string;
  /** What an exit is called on its edge; nothing where it needs no name. */
  exit: (key: string, step: Step) => string;
};

export const looks: Record<Kind, StepLook> = { send, wait, wait_for, branch, update, webhook, exit };

const unknown: StepLook = {
  icon: IconHelp,
  empty: () => ({}),
  sentence: () => t("This step has no kind that is known"),
  exit: () => "",
};

export function lookOf(step: Step | undefined): StepLook {
  const kind = step && kindOf(step);
  return kind ? looks[kind] : unknown;
}
