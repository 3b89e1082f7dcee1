/** How well colours are read on each other (WCAG). Pure; the server's checks count the same. */
function luminance(colour: string): number {
  const channels = [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16) / 255);
  const [red, green, blue] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

const COLOUR = /^#[0-9a-f]{6}$/i;
export const isColour = (text: string) => COLOUR.test(text);

/** 1 to 21; text needs 4.5. */
export function contrast(one: string, other: string): number {
  const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

/** The colour of words on a ground, where none was chosen. */
export const wordsOn = (ground: string) => (luminance(ground) > 0.179 ? "#000000" : "#ffffff");
