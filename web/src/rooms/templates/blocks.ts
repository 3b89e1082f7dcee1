/** Blocks of a letter as data: what there is, where it goes, how its words are written. Pure. */
import { t } from "@/app/words";

export type Piece = Record<string, Record<string, unknown>>;

export const KINDS = [
  "heading",
  "text",
  "image",
  "button",
  "columns",
  "products",
  "divider",
  "social",
  "html",
  "conditional",
  "saved",
];

const WORDS: Record<string, () => string> = {
  heading: () => t("Heading"),
  text: () => t("Text"),
  image: () => t("Picture"),
  button: () => t("Button"),
  columns: () => t("Columns"),
  products: () => t("Products"),
  divider: () => t("Line"),
  social: () => t("Social links"),
  html: () => t("HTML"),
  conditional: () => t("Condition"),
  saved: () => t("Saved block"),
};

export const kindOf = (piece: Piece): string => Object.keys(piece)[0] ?? "text";
export const kindWord = (kind: string): string => WORDS[kind]?.() ?? kind;

/** What a new block says. */
export function fresh(kind: string): Piece {
  const begun: Record<string, Record<string, unknown>> = {
    heading: { text: t("A heading") },
    text: { html: `<p>${t("Write here what you want to say.")}</p>` },
    image: { src: "", alt: "" },
    button: { label: t("Go on"), href: "https://" },
    columns: { columns: [[], []] },
    html: { html: "" },
    conditional: { if: "contact.first_name is defined", blocks: [] },
    saved: { block: "" },
  };
  return { [kind]: begun[kind] ?? {} };
}

/** A block's first words, for the outline. */
export function gist(piece: Piece): string {
  const said = piece[kindOf(piece)] ?? {};
  const words = said.text ?? said.label ?? said.alt ?? said.block ?? said.if ?? said.from ?? said.html ?? "";
  return String(words)
    .replace(/<\/?(a|strong|em|u|b|i|span)\b[^>]*>/g, "")
    .replace(/<[^>]+>/g, " ")
    .trim()
    .slice(0, 60);
}
