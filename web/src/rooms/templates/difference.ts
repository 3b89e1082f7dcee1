/** What differs between two letters, block by block, in words that can be read line by line. Pure. */
import { kindOf, type Piece } from "./blocks";
import { inner } from "./moving";

export type BlockChange =
  | { how: "same"; after: Piece }
  | { how: "added"; after: Piece }
  | { how: "removed"; before: Piece }
  | { how: "changed"; before: Piece; after: Piece };

/** The fewest blocks that come and go; one that went where one of its kind came has changed. */
export function blockChanges(before: Piece[], after: Piece[]): BlockChange[] {
  const [old, now] = [before.map((one) => JSON.stringify(one)), after.map((one) => JSON.stringify(one))];
  const longest = old.map(() => now.map(() => 0));
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      (longest[i] as number[])[j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: BlockChange[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      found.push({ how: "same", after: after[j] as Piece });
      i++;
      j++;
    } else if (i < old.length && (j >= now.length || at(i + 1, j) >= at(i, j + 1))) {
      found.push({ how: "removed", before: before[i++] as Piece });
    } else {
      found.push({ how: "added", after: after[j++] as Piece });
    }
  }
  return paired(found);
}

function paired(changes: BlockChange[]): BlockChange[] {
  const found: BlockChange[] = [];
  for (const one of changes) {
    const i = one.how === "added" ? found.findLastIndex((x) => x.how === "removed" || x.how === "same") : -1;
    const last = found[i];
    if (one.how === "added" && last?.how === "removed" && kindOf(last.before) === kindOf(one.after))
      found[i] = { how: "changed", before: last.before, after: one.after };
    else found.push(one);
  }
  return found;
}

/** What a block says, a line for each thing. */
export function linesOf(piece: Piece): string[] {
  const kind = kindOf(piece);
  const held = inner(piece);
  const lines = Object.entries(piece[kind] ?? {}).flatMap(([key, value]) => {
    if (held.length && (Array.isArray(value) || key === "blocks" || key === "else")) return [];
    if (kind === "text" && key === "html") return textLines(String(value));
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return text.split("\n").map((line, i) => (i ? line : `${key}: ${line}`));
  });
  const inside = held.flatMap(({ blocks }, i) => [
    `${i + 1}.`,
    ...blocks.flatMap((one) => [`  ${kindOf(one)}`, ...linesOf(one).map((line) => `    ${line}`)]),
  ]);
  return [...lines, ...inside];
}

const textLines = (html: string) =>
  html
    .replace(/<li>/g, "- ")
    .replace(/<br \/>|<\/p>|<\/li>/g, "\n")
    .replace(/<a href="([^"]*)">([\s\S]*?)<\/a>/g, "$2 ($1)")
    .replace(/<[^>]+>/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
