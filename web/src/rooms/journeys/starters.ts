/** Words for the journeys that come along, and the empty one. */
import { t } from "@/app/words";
import type { Doc } from "./document";

/** In the reader's language; a starter that is not here speaks for itself. */
export function starterWords(): Record<string, { title: string; told: string }> {
  return {
    welcome: {
      title: t("Welcome with double opt-in"),
      told: t(
        "A form that asks by mail whether it was them; whoever confirms is greeted at once, and hears two days later how to begin, unless they have looked around already.",
      ),
    },
    "abandoned-cart": {
      title: t("Abandoned cart"),
      told: t(
        "Once for each cart: waits four hours for the order, then writes with what is in it, and once more a day later. An order ends it at once.",
      ),
    },
    "post-purchase": {
      title: t("After an order"),
      told: t(
        "Thanks for each order at once, and asks two weeks later how it was, but not who has got their money back.",
      ),
    },
    "win-back": {
      title: t("Win back"),
      told: t(
        "After an order, waits sixty days for the next one, writes when it does not come, and tags who has gone quiet.",
      ),
    },
  };
}

export function blank(name: string): Doc {
  return { journey: name, triggers: [], steps: {} };
}
