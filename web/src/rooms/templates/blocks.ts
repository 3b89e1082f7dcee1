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
    .replace(/<[^>]+>/g, " ")
    .trim()
    .slice(0, 60);
}

export function moved<T>(items: T[], from: number, to: number): T[] {
  if (to < 0 || to >= items.length) return items;
  const next = items.filter((_, i) => i !== from);
  next.splice(to, 0, items[from] as T);
  return next;
}

const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const unescaped = (text: string) =>
  text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");

/** Paragraphs as people type them: an empty line between, `**strong**`, `[words](address)`. */
export function typed(html: string): string | undefined {
  const text = unescaped(
    html
      .replace(/<a href="([^"]*)">([^<]*)<\/a>/g, "[$2]($1)")
      .replace(/<strong>([^<]*)<\/strong>/g, "**$1**")
      .replace(/<br \/>/g, "\n")
      .replace(/<\/p>\s*<p>/g, "\n\n")
      .replace(/^\s*<p>|<\/p>\s*$/g, ""),
  );
  return marked(text).replace(/\s+/g, " ") === html.trim().replace(/\s+/g, " ").replace(/> </g, "><")
    ? text
    : undefined;
}

export function marked(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((part) =>
      escaped(part)
        .replace(/\[([^\]]*)\]\(([^)\s]*)\)/g, '<a href="$2">$1</a>')
        .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
        .replace(/\n/g, "<br />"),
    )
    .map((part) => `<p>${part}</p>`)
    .join("");
}
