/** A template as a document. Pure. */
import { t } from "@/app/words";
import { fresh, type Piece } from "./blocks";

export type TemplateDoc = {
  template: string;
  channel?: string;
  class?: string;
  topic?: string;
  subject?: string;
  preheader?: string;
  blocks?: Piece[];
  html?: string;
  text?: string;
  missing?: string;
  must_arrive?: boolean;
} & Record<string, unknown>;

export const CLASSES = ["transactional", "service", "lifecycle", "promotional"];

const WORDS: Record<string, () => string> = {
  transactional: () => t("Transactional"),
  service: () => t("Service"),
  lifecycle: () => t("Lifecycle"),
  promotional: () => t("Promotional"),
};

export function classWord(name: string): string {
  return WORDS[name]?.() ?? name;
}

/** What a class allows, in a sentence. */
export const CLASS_TOLD: Record<string, () => string> = {
  transactional: () => t("They asked for exactly this: no consent is needed, and nothing delays it."),
  service: () => t("A contract is running: no consent is needed, and nothing delays it."),
  lifecycle: () => t("They must have agreed; quiet hours hold, and it can be unsubscribed from."),
  promotional: () => t("They must have agreed; quiet hours hold, and it can be unsubscribed from."),
};

export function tidy(given: Record<string, unknown>): TemplateDoc {
  return { ...given, template: String(given.template ?? "") };
}

/** With a value that is nothing the key goes, so that the same content gives the same document. */
export function written(doc: TemplateDoc, key: string, value: unknown): TemplateDoc {
  const next: TemplateDoc = { ...doc, [key]: value };
  if (value === "" || value === undefined || value === false) delete next[key];
  return next;
}

/** A letter of a heading, a text and a button. */
export function built(name: string): TemplateDoc {
  return {
    template: name,
    subject: "Hello {{ contact.first_name | default('friend') }}",
    blocks: [fresh("heading"), fresh("text"), fresh("button")],
  };
}

export function starter(name: string, channel: string): TemplateDoc {
  if (channel !== "email")
    return { template: name, channel, text: "Hello {{ contact.first_name | default('friend') }}\n" };
  return {
    template: name,
    channel,
    subject: "Hello {{ contact.first_name | default('friend') }}",
    html: [
      '<div style="max-width: 560px; margin: 0 auto; padding: 24px; font: 16px/1.5 sans-serif; color: #222">',
      "  <p>Hello {{ contact.first_name | default('friend') }},</p>",
      "  <p>write here what you want to say.</p>",
      "</div>",
      "",
    ].join("\n"),
  };
}
