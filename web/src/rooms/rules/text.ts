/** A rule as text: YAML as it stands in files, JSON as programs send it; read back with the line of what is wrong. */
import { isMap, isSeq, LineCounter, parseDocument, stringify } from "yaml";
import type { Place } from "@/app/client";
import type { Rule } from "./tree";

export type Way = "yaml" | "json";
export type Read = {
  rule: Rule | undefined;
  lineOf: (path: string) => number;
  wrong: { line: number; message: string }[];
};

export function textOf(rule: Rule | undefined, way: Way): string {
  if (rule === undefined) return "";
  return way === "json" ? `${JSON.stringify(rule, null, 2)}\n` : stringify(rule, { lineWidth: 0 });
}

/** Both ways are read alike: JSON is YAML. A whole document is taken as well, its `where` is the rule. */
export function readText(text: string): Read {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const wrong = document.errors.map((one) => ({ line: lines.linePos(one.pos[0]).line, message: one.message }));
  if (wrong.length) return { rule: undefined, lineOf: () => 1, wrong };
  const found: unknown = document.toJS({ maxAliasCount: 100 });
  const isDocument = typeof found === "object" && found !== null && "where" in found;
  const start = isDocument ? ["where"] : [];
  const lineOf = (path: string) => {
    let node: unknown = document.contents;
    let line = 1;
    for (const key of [...start, ...keysOf(path)]) {
      if (isMap(node)) node = node.get(key, true);
      else if (isSeq(node)) node = node.get(Number(key), true);
      else break;
      const range = (node as { range?: [number, number, number] } | undefined)?.range;
      if (range) line = lines.linePos(range[0]).line;
    }
    return line;
  };
  const rule = isDocument ? (found as { where: unknown }).where : found;
  return { rule: rule ?? undefined, lineOf, wrong };
}

/** "all[0].not" → ["all", "0", "not"]. */
export function keysOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter(Boolean);
}

/** What the server found wrong, at the lines of the text. */
export function placed(read: Read, problems: Place[], root: string): { line: number; message: string }[] {
  return problems.map((one) => {
    const inside = one.path.startsWith(root) ? one.path.slice(root.length).replace(/^\./, "") : one.path;
    return { line: read.lineOf(inside), message: [one.message, one.hint].filter(Boolean).join(" ") };
  });
}
