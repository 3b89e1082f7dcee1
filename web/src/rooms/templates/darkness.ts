/** A mail as programs show it in the light and in the dark, whatever the looker's own screen does. Pure. */
const DARK = /@media[^{]*prefers-color-scheme:\s*dark[^{]*\{/gi;

export const knowsTheDark = (html: string) => html.search(DARK) >= 0;

/** Turned round, as programs do it with mails that say nothing about the dark; pictures stay. */
const TURNED =
  "<style>html{background:#111;filter:invert(1) hue-rotate(180deg)} img{filter:invert(1) hue-rotate(180deg)}</style>";

export function inTheDark(html: string): string {
  if (!knowsTheDark(html)) return `${html}${TURNED}`;
  return `${html.replace(DARK, "@media all {")}<style>html{color-scheme:dark}</style>`;
}

export const inTheLight = (html: string) => html.replace(DARK, "@media not all {");
