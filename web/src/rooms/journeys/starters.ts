/** Journeys to begin with, each whole enough to read. */
import { t } from "@/app/words";
import type { Doc } from "./document";

export type StarterTemplate = { template: string; class: string; topic?: string; subject: string; html: string };
export type Starter = {
  id: string;
  title: string;
  told: string;
  make: (name: string) => Doc;
  /** What its steps send; made where there is none of that name. */
  templates: () => StarterTemplate[];
};

function letter(name: string, kind: "service" | "lifecycle", subject: string, lines: string[]): StarterTemplate {
  const html = lines.map((line) => `<p>${line}</p>`).join("\n");
  return { template: name, class: kind, ...(kind === "service" ? {} : { topic: "news" }), subject, html };
}

/** How a letter greets; a template, so it is not translated with the screens. */
const HELLO = 'Hello {{ contact.first_name | default("there") }},';

export function starters(): Starter[] {
  return [
    {
      id: "welcome",
      title: t("Welcome"),
      told: t("Greet who signs up, wait two days, and write again to those who did not open it."),
      make: (name) => ({
        journey: name,
        description: t("Greet who signs up"),
        triggers: [{ event: "Signed Up" }],
        steps: {
          hello: { send: { channel: "email", template: "hello" }, next: "pause" },
          pause: { wait: { for: "2d", window: { days: "weekdays", from: "09:00", to: "17:00" } }, next: "opened" },
          opened: { branch: [{ when: { message: "hello", did: "opened" }, next: "end" }], else: "reminder" },
          reminder: { send: { channel: "email", template: "reminder" } },
        },
      }),
      templates: () => [
        letter("hello", "service", "Good to have you here", [
          HELLO,
          "good to have you here. This is the first letter of your welcome journey: change its words under Templates.",
        ]),
        letter("reminder", "lifecycle", "Did you see this?", [
          HELLO,
          "two days ago we wrote to you, and perhaps it went under. This is the short version.",
        ]),
      ],
    },
    {
      id: "cart",
      title: t("Abandoned cart"),
      told: t("Once for each cart: wait for the order, and write when it does not come."),
      make: (name) => ({
        journey: name,
        description: t("Bring back carts that were left"),
        triggers: [{ event: "Checkout Started" }],
        reentry: { by: "cart_id" },
        goal: { event: "Order Completed", within: "3d" },
        steps: {
          order: { wait_for: { event: "Order Completed", timeout: "4h" }, next: "end", on_timeout: "remind" },
          remind: { send: { channel: "email", template: "cart" }, next: "day" },
          day: { wait: { for: "1d" }, next: "again" },
          again: { send: { channel: "email", template: "cart-again" } },
        },
      }),
      templates: () => [
        letter("cart", "lifecycle", "Your cart is still here", [HELLO, "what you chose is kept for you."]),
        letter("cart-again", "lifecycle", "Shall we keep it?", [HELLO, "your cart is kept until tomorrow."]),
      ],
    },
    {
      id: "win-back",
      title: t("Win back"),
      told: t("After an order, wait sixty days for the next one, and write when it does not come."),
      make: (name) => ({
        journey: name,
        description: t("Write to customers who have gone quiet"),
        triggers: [{ event: "Order Completed" }],
        reentry: { by: "order_id" },
        goal: { event: "Order Completed" },
        steps: {
          next: { wait_for: { event: "Order Completed", since: "now", timeout: "60d" }, on_timeout: "miss" },
          miss: { send: { channel: "email", template: "we-miss-you" }, next: "tag" },
          tag: { update: { add_tags: ["lapsed"] } },
        },
      }),
      templates: () => [
        letter("we-miss-you", "lifecycle", "It has been a while", [
          HELLO,
          "here is what is new since your last order.",
        ]),
      ],
    },
  ];
}

export function blank(name: string): Doc {
  return { journey: name, triggers: [], steps: {} };
}
