/** Where the cards of a journey stand: top to bottom, the main path straight. Pure; nothing of it is stored. */
import { type Doc, END, exitsOf, type Place, reached, START, startOf } from "./document";

export const WIDTH = 240;
const GAP_X = 56;
const GAP_Y = 76;
const END_HEIGHT = 24;
/** How far from a card its exits turn. */
const TURN = 20;

export type Spot = { id: string; kind: "start" | "step" | "end"; x: number; y: number; width: number; height: number };
export type Edge = {
  id: string;
  place: Place;
  from: string;
  to: string;
  path: string;
  label: [number, number];
  plus: [number, number];
};
export type Plan = { spots: Spot[]; edges: Edge[]; width: number; height: number };

type Arc = { from: string; to: string; exits: string[]; target: string; isBack: boolean };

/** Exits of each node; those that lead to one place are one arc, each end stands alone. */
function arcsOf(doc: Doc): Map<string, Arc[]> {
  const arcs = new Map<string, Arc[]>();
  const start = startOf(doc);
  arcs.set(START, [{ from: START, to: start ?? `${START}:end`, exits: [], target: start ?? END, isBack: false }]);
  for (const [name, step] of Object.entries(doc.steps)) {
    const found: Arc[] = [];
    for (const { key, target } of exitsOf(step)) {
      const isEnd = target === END || !(target in doc.steps);
      const same = isEnd ? undefined : found.find((arc) => arc.target === target);
      if (same) same.exits.push(key);
      else found.push({ from: name, to: isEnd ? `${name}:${key}` : target, exits: [key], target, isBack: false });
    }
    arcs.set(name, found);
  }
  return arcs;
}

/** Arcs that lead back are marked, so that what is left has an order; the order is returned. */
function ordered(arcs: Map<string, Arc[]>, roots: string[]): string[] {
  const order: string[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (name: string) => {
    state.set(name, "open");
    for (const arc of arcs.get(name) ?? []) {
      if (state.get(arc.to) === "open") arc.isBack = true;
      else if (!state.has(arc.to)) visit(arc.to);
    }
    state.set(name, "done");
    order.push(name);
  };
  for (const root of roots) if (!state.has(root)) visit(root);
  return order.reverse();
}

function ranked(arcs: Map<string, Arc[]>, order: string[], loose: string[]): Map<string, number> {
  const rank = new Map<string, number>(order.map((name) => [name, loose.includes(name) ? 1 : 0]));
  for (const name of order)
    for (const arc of arcs.get(name) ?? [])
      if (!arc.isBack) rank.set(arc.to, Math.max(rank.get(arc.to) ?? 0, (rank.get(name) ?? 0) + 1));
  return rank;
}

function columned(arcs: Map<string, Arc[]>, rank: Map<string, number>, roots: string[]): Map<string, number> {
  const column = new Map<string, number>();
  const taken = new Set<string>();
  const rankOf = (name: string) => rank.get(name) ?? 0;
  /** The ranks that a node and its straight way ahead need. */
  const chain = (name: string): number[] => {
    const found = [rankOf(name)];
    let here = name;
    for (;;) {
      const ahead = (arcs.get(here) ?? []).find((arc) => !arc.isBack);
      if (!ahead || column.has(ahead.to)) return found;
      for (let r = rankOf(here) + 1; r <= rankOf(ahead.to); r++) found.push(r);
      here = ahead.to;
    }
  };
  const isFree = (c: number, ranks: number[]) => ranks.every((r) => !taken.has(`${c}:${r}`));
  const put = (name: string, c: number, above: number) => {
    column.set(name, c);
    for (let r = above + 1; r <= rankOf(name); r++) taken.add(`${c}:${r}`);
    const children = (arcs.get(name) ?? []).filter((arc) => !arc.isBack);
    children.forEach((arc, i) => {
      if (column.has(arc.to)) return;
      const ranks = [...chain(arc.to)];
      for (let r = rankOf(name) + 1; r < rankOf(arc.to); r++) ranks.push(r);
      let to = i === 0 ? c : c + 1;
      while (!isFree(to, ranks)) to++;
      put(arc.to, to, rankOf(name));
    });
  };
  for (const root of roots) {
    if (column.has(root)) continue;
    let c = 0;
    while (!isFree(c, chain(root))) c++;
    put(root, c, rankOf(root) - 1);
  }
  return column;
}

/** `heightOf` says how high the card of a step will be. */
export function layout(doc: Doc, heightOf: (name: string) => number): Plan {
  const arcs = arcsOf(doc);
  const inside = reached(doc);
  const loose = Object.keys(doc.steps).filter((name) => !inside.has(name));
  const roots = [START, ...loose];
  const order = ordered(arcs, roots);
  const rank = ranked(arcs, order, loose);
  const column = columned(arcs, rank, roots);
  const sizeOf = (name: string) => (name === START || name in doc.steps ? heightOf(name) : END_HEIGHT);
  const rows: number[] = [];
  for (const name of order) {
    const r = rank.get(name) ?? 0;
    rows[r] = Math.max(rows[r] ?? 0, sizeOf(name));
  }
  const tops: number[] = [];
  let height = 0;
  for (let r = 0; r < rows.length; r++) {
    tops[r] = height;
    height += (rows[r] ?? 0) + GAP_Y;
  }
  const spots = order.map((name): Spot => {
    const kind = name === START ? "start" : name in doc.steps ? "step" : "end";
    const x = (column.get(name) ?? 0) * (WIDTH + GAP_X);
    return { id: name, kind, x, y: tops[rank.get(name) ?? 0] ?? 0, width: WIDTH, height: sizeOf(name) };
  });
  const width = Math.max(WIDTH, ...spots.map((spot) => spot.x + WIDTH));
  const at = new Map(spots.map((spot) => [spot.id, spot]));
  let backs = 0;
  const edges = [...arcs.values()].flat().map((arc): Edge => {
    const from = at.get(arc.from) as Spot;
    const to = at.get(arc.to) as Spot;
    const side = arc.isBack ? width + 24 + 16 * backs++ : undefined;
    return {
      id: `${arc.from}→${arc.exits.join("+") || "start"}`,
      place: { from: arc.from === START ? null : arc.from, exits: arc.exits, target: to.kind === "end" ? END : arc.to },
      from: arc.from,
      to: arc.to,
      ...drawn(from, to, side),
    };
  });
  return { spots, edges, width: width + 24 + 16 * backs, height };
}

type Drawn = { path: string; label: [number, number]; plus: [number, number] };

/** Down, across, down; out of a branch soon, into a merge late; back along the side. */
function drawn(from: Spot, to: Spot, side: number | undefined): Drawn {
  const [sx, sy] = [from.x + WIDTH / 2, from.y + from.height];
  const [tx, ty] = [to.x + WIDTH / 2, to.y];
  if (side !== undefined) {
    const path = `M${sx},${sy} V${sy + TURN} H${side} V${ty - TURN} H${tx} V${ty}`;
    return { path, label: [sx, sy + TURN + 14], plus: [side, (sy + ty) / 2] };
  }
  if (sx === tx) return { path: `M${sx},${sy} V${ty}`, label: [sx, sy + 22], plus: [sx, ty - 26] };
  if (tx > sx) {
    const y = sy + TURN;
    return { path: `M${sx},${sy} V${y} H${tx} V${ty}`, label: [tx, y + 2], plus: [tx, ty - 26] };
  }
  const y = ty - TURN;
  return { path: `M${sx},${sy} V${y} H${tx} V${ty}`, label: [sx, sy + 22], plus: [sx, y - 6] };
}
