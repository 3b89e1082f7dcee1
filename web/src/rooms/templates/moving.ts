/** Where blocks stand, and how they go from one place to another, also into columns and out of them. Pure. */
import { KINDS, kindOf, type Piece } from "./blocks";

/** The list that holds blocks, from the outermost: `[2, "columns", "columns", 1]` is the second column of the third block. */
export type Way = (string | number)[];
export type Place = { way: Way; index: number };

const into = (value: unknown, key: string | number): unknown => (value as Record<string | number, unknown>)?.[key];

export function listAt(blocks: Piece[], way: Way): Piece[] {
  return (way.reduce(into, blocks as unknown) ?? []) as Piece[];
}

/** The same with one list changed; everything else stays the very thing that it was. */
export function withList(blocks: Piece[], way: Way, change: (list: Piece[]) => Piece[]): Piece[] {
  const [key, ...rest] = way;
  if (key === undefined) return change(blocks);
  const go = (value: unknown, [next, ...more]: Way): unknown => {
    if (next === undefined) return change((value ?? []) as Piece[]);
    if (Array.isArray(value)) return value.map((one, i) => (i === next ? go(one, more) : one));
    return { ...(value as object), [next]: go(into(value, next), more) };
  };
  return blocks.map((one, i) => (i === key ? (go(one, rest) as Piece) : one));
}

/** The lists inside a block, each with the way to it. */
export function inner(piece: Piece): { way: Way; blocks: Piece[] }[] {
  const kind = kindOf(piece);
  const said = piece[kind] ?? {};
  if (kind === "columns")
    return ((said.columns ?? []) as Piece[][]).map((blocks, i) => ({ way: ["columns", "columns", i], blocks }));
  if (kind === "conditional")
    return ["blocks", "else"].map((key) => ({
      way: ["conditional", key],
      blocks: (said[key] ?? []) as Piece[],
    }));
  return [];
}

const NEVER_INSIDE = ["columns", "products"];
const inColumns = (way: Way) => way.includes("columns");
export const kindsFor = (way: Way) => (inColumns(way) ? KINDS.filter((kind) => !NEVER_INSIDE.includes(kind)) : KINDS);

/** Whether a block may stand in a list: columns hold no columns and no products, however deep. */
export function fits(piece: Piece, way: Way): boolean {
  if (!inColumns(way)) return true;
  if (NEVER_INSIDE.includes(kindOf(piece))) return false;
  return inner(piece).every(({ blocks }) => blocks.every((one) => fits(one, way)));
}

const isBelow = (way: Way, { way: above, index }: Place) =>
  way.length > above.length && [...above, index].every((key, i) => way[i] === key);

/** A block taken from one place and put at another, before what stands there; where that cannot be, nothing changes. */
export function carried(blocks: Piece[], from: Place, to: Place): Piece[] {
  const piece = listAt(blocks, from.way)[from.index];
  if (!piece || isBelow(to.way, from) || !fits(piece, to.way)) return blocks;
  const hole: Piece = { hole: {} };
  const marked = withList(blocks, from.way, (list) => list.map((one, i) => (i === from.index ? hole : one)));
  const put = withList(marked, to.way, (list) => [...list.slice(0, to.index), piece, ...list.slice(to.index)]);
  return without(put, hole);
}

function without(blocks: Piece[], hole: Piece): Piece[] {
  if (blocks.includes(hole)) return blocks.filter((one) => one !== hole);
  return blocks.map((piece, i) =>
    inner(piece).reduce((now, { way, blocks: inside }) => {
      const next = without(inside, hole);
      return next.some((one, j) => one !== inside[j]) || next.length !== inside.length
        ? (withList([now], [0, ...way], () => next)[0] as Piece)
        : now;
    }, blocks[i] ?? piece),
  );
}

/** Where a block is after a change; undefined when it is gone. */
export function placeOf(blocks: Piece[], piece: Piece, way: Way = []): Place | undefined {
  const index = blocks.indexOf(piece);
  if (index >= 0) return { way, index };
  for (const [i, one] of blocks.entries()) {
    for (const part of inner(one)) {
      const found = placeOf(part.blocks, piece, [...way, i, ...part.way]);
      if (found) return found;
    }
  }
  return undefined;
}

export type Step = "up" | "down" | "in" | "out";

/** Where a block goes by one step of the keyboard: up and down, also out of what holds it; into the neighbour or the next column;
 * back to the column before, or out. */
export function stepped(blocks: Piece[], { way, index }: Place, step: Step): Place | undefined {
  const list = listAt(blocks, way);
  const holder = holding(way);
  if (step === "up") {
    if (index > 0) return { way, index: index - 1 };
    return holder && { way: holder.way, index: holder.index };
  }
  if (step === "down") {
    if (index < list.length - 1) return { way, index: index + 2 };
    return holder && { way: holder.way, index: holder.index + 1 };
  }
  if (step === "in") {
    const beside = holder && neighbours(blocks, way, holder);
    const next = beside?.[beside.findIndex((one) => same(one, way)) + 1];
    if (next) return { way: next, index: listAt(blocks, next).length };
    for (const i of [index + 1, index - 1]) {
      const first = list[i] && inner(list[i] as Piece)[0];
      if (first) return { way: [...way, i, ...first.way], index: first.blocks.length };
    }
    return undefined;
  }
  const beside = holder && neighbours(blocks, way, holder);
  const before = beside?.[beside.findIndex((one) => same(one, way)) - 1];
  if (before) return { way: before, index: listAt(blocks, before).length };
  return holder && { way: holder.way, index: holder.index };
}

const same = (one: Way, other: Way) => one.join(".") === other.join(".");

/** The block that holds a list. */
function holding(way: Way): Place | undefined {
  if (way.length === 0) return undefined;
  const parts = typeof way.at(-1) === "number" ? 4 : 3;
  return { way: way.slice(0, -parts), index: way.at(-parts) as number };
}

function neighbours(blocks: Piece[], way: Way, holder: Place): Way[] {
  const piece = listAt(blocks, holder.way)[holder.index];
  return piece ? inner(piece).map((one) => [...holder.way, holder.index, ...one.way]) : [way];
}
