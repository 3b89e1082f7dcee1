import { IconPencil } from "@tabler/icons-react";
import { t } from "@/app/words";
import { listed } from "../sentences";
import type { StepLook } from "./index";

type Config = { attributes?: Record<string, unknown>; add_tags?: string[]; remove_tags?: string[] };

function valueWords(value: unknown): string {
  if (value && typeof value === "object") {
    const { property, attribute } = value as { property?: string; attribute?: string };
    if (property) return t("{property} of the event", { property });
    if (attribute) return t("their {attribute}", { attribute });
  }
  return typeof value === "string" ? `“${value}”` : JSON.stringify(value);
}

export const update: StepLook = {
  icon: IconPencil,
  empty: () => ({ update: { attributes: {} } }),
  sentence: (step) => {
    const config = (step.update ?? {}) as Config;
    const parts = Object.entries(config.attributes ?? {}).map(([name, value]) =>
      value === null ? t("take {name} away", { name }) : t("set {name} to {value}", { name, value: valueWords(value) }),
    );
    if (config.add_tags?.length) parts.push(t("add the tag {tags}", { tags: listed(config.add_tags) }));
    if (config.remove_tags?.length) parts.push(t("take the tag {tags} away", { tags: listed(config.remove_tags) }));
    const words = listed(parts);
    return words ? words.charAt(0).toUpperCase() + words.slice(1) : t("Change the contact: say what");
  },
  exit: () => "",
};
