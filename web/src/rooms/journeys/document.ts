/** A journey as a document: where its steps lead, and how it changes. Pure: every change is a new document. */

export type Kind = "send" | "wait" | "wait_for" | "branch" | "update" | "webhook" | "exit";
export type Step = Record<string, unknown>;
export type Rule = unknown;
export type Trigger = { event?: string; where?: Rule[]; segment?: string; on?: "entered" | "left"; api?: boolean };
export type Doc = {
  journey: string;
  description?: string;
  owner?: string;
  triggers: Trigger[];
  audience?: Rule;
  reentry?: "never" | Record<string, string>;
  goal?: { event: string; where?: Rule[]; within?: string };
  exit?: Rule[];
  priority?: number;
  start?: string;
  steps: Record<string, Step>;
} & Record<string, unknown>;

export const END = "end";
/** The name under which the card of the beginning is known. */
export const START = "·start";
export const KINDS: Kind[] = ["send", "wait", "wait_for", "branch", "update", "webhook", "exit"];

type Case = { when: Rule; next: string };
/** `key` is "next", "else", "on_…" or "case0", "case1", … */
export type Exit = { key: string; target: string };
/** Between which steps something is put: the exits of a step that lead to the same place; no step is the beginning. */
export type Place = { from: string | null; exits: string[]; target: string };

/** What a document holds, whatever was written in it: a draft need not be whole. */
export function tidy(given: Record<string, unknown>): Doc {
  const steps = typeof given.steps === "object" && given.steps !== null ? (given.steps as Record<string, unknown>) : {};
  const whole = Object.entries(steps).filter(([, step]) => typeof step === "object" && step !== null);
  return {
    ...given,
    journey: String(given.journey ?? ""),
    triggers: Array.isArray(given.triggers) ? given.triggers : [],
    steps: Object.fromEntries(whole) as Record<string, Step>,
  };
}

export function kindOf(step: Step): Kind | undefined {
  return KINDS.find((kind) => kind in step);
}

export function startOf(doc: Doc): string | undefined {
  const first = doc.start || Object.keys(doc.steps)[0];
  return first && first in doc.steps ? first : undefined;
}

function casesOf(step: Step): Case[] {
  return Array.isArray(step.branch) ? (step.branch as Case[]) : [];
}

function text(value: unknown, other = END): string {
  return typeof value === "string" && value ? value : other;
}

/** The optional exits of each kind, which without a target of their own lead where `next` does. */
export const OPTIONAL: Record<Kind, string[]> = {
  send: ["on_skipped", "on_failed"],
  wait: ["on_past"],
  wait_for: ["on_timeout"],
  branch: ["on_unknown"],
  update: [],
  webhook: ["on_failed"],
  exit: [],
};

/** Where a step leads, the main way first; exits without a target of their own are left out. */
export function exitsOf(step: Step): Exit[] {
  const kind = kindOf(step);
  if (!kind || kind === "exit") return [];
  const own = OPTIONAL[kind]
    .filter((key) => typeof step[key] === "string" && step[key])
    .map((key) => ({ key, target: text(step[key]) }));
  if (kind !== "branch") return [{ key: "next", target: text(step.next) }, ...own];
  const cases = casesOf(step).map((one, i) => ({ key: `case${i}`, target: text(one.next) }));
  return [...cases, ...own, { key: "else", target: text(step.else) }];
}

/** The exit by which a step is left when nothing special happens. */
export function mainExit(step: Step): string | undefined {
  const kind = kindOf(step);
  return kind === "branch" ? "else" : kind === "exit" ? undefined : "next";
}

/** How many went through these exits; whoever left by an exit without a way of its own went the main way. */
export function passedBy(step: Step, exits: string[], passed: Record<string, number>): number {
  const own = new Set(exitsOf(step).map((exit) => exit.key));
  const main = mainExit(step);
  return Object.entries(passed)
    .filter(([key]) => exits.includes(own.has(key) || main === undefined ? key : main))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** A step whose exit leads somewhere else; without a target an optional exit goes. */
export function led(step: Step, key: string, target: string | undefined): Step {
  const number = /^case(\d+)$/.exec(key)?.[1];
  if (number !== undefined) {
    const cases = casesOf(step).map((one, i) => (i === Number(number) ? { ...one, next: target ?? END } : one));
    return { ...step, branch: cases };
  }
  const next = { ...step };
  if (target === undefined || (target === END && (key === "next" || key === "else"))) delete next[key];
  else next[key] = target;
  return next;
}

export function changed(doc: Doc, name: string, step: Step): Doc {
  return { ...doc, steps: { ...doc.steps, [name]: step } };
}

/** A name that no step has: "send", "send-2", … */
export function freeName(doc: Doc, wanted: string): string {
  const base = wanted.replace(/[^a-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "") || "step";
  let name = base === END ? "step" : base;
  for (let i = 2; name in doc.steps; i++) name = `${base}-${i}`;
  return name;
}

/** Put a step where an edge is; it leads where the edge led. Returns the document and the name of the step. */
export function inserted(doc: Doc, place: Place, step: Step): [Doc, string] {
  const name = freeName(doc, (kindOf(step) ?? "step").replace("_", "-"));
  const main = mainExit(step);
  const own = main ? led(step, main, place.target) : step;
  const steps: Record<string, Step> = {};
  if (place.from === null) steps[name] = own;
  for (const [key, one] of Object.entries(doc.steps)) {
    steps[key] = key === place.from ? place.exits.reduce((last, exit) => led(last, exit, name), one) : one;
    if (key === place.from) steps[name] = own;
  }
  return [place.from === null ? begun({ ...doc, steps }, name) : { ...doc, steps }, name];
}

/** The beginning is said only where it is not the first step that is written. */
function begun(doc: Doc, start: string | undefined): Doc {
  const next = { ...doc };
  if (!start || Object.keys(doc.steps)[0] === start) delete next.start;
  else next.start = start;
  return next;
}

export function reached(doc: Doc): Set<string> {
  const found = new Set<string>();
  const left = [startOf(doc)];
  while (left.length) {
    const name = left.pop();
    const step = name === undefined ? undefined : doc.steps[name];
    if (!name || !step || found.has(name)) continue;
    found.add(name);
    left.push(...exitsOf(step).map((exit) => exit.target));
  }
  return found;
}

/** Take a step away: whatever led to it leads on. Steps that only it led to go as well; their names are returned. */
export function removed(doc: Doc, name: string): [Doc, string[]] {
  const step = doc.steps[name];
  if (!step) return [doc, []];
  const main = mainExit(step);
  const ahead = exitsOf(step).find((exit) => exit.key === main)?.target ?? END;
  const target = ahead === name ? END : ahead;
  const wasReached = reached(doc);
  const steps: Record<string, Step> = {};
  for (const [key, one] of Object.entries(doc.steps)) {
    if (key === name) continue;
    steps[key] = exitsOf(one)
      .filter((exit) => exit.target === name)
      .reduce((last, exit) => led(last, exit.key, target), one);
  }
  const start = startOf(doc) === name ? (target === END ? undefined : target) : startOf(doc);
  const next = begun({ ...doc, steps }, start);
  const still = start === undefined ? new Set<string>() : reached(next);
  const gone = Object.keys(steps).filter((key) => wasReached.has(key) && !still.has(key));
  for (const key of gone) delete steps[key];
  return [begun({ ...next, steps }, start), gone];
}

/** The steps of the main way from one on, until it ends or meets a step that is known. */
export function chainOf(doc: Doc, from: string, known: Set<string>): string[] {
  const found: string[] = [];
  let here: string | undefined = from;
  while (here !== undefined && here in doc.steps && !known.has(here) && !found.includes(here)) {
    found.push(here);
    here = exitsOf(doc.steps[here] as Step)[0]?.target;
  }
  return found;
}

/** Where one can go from a step with an arrow: by structure, not by pixels. */
export function beside(doc: Doc, name: string, way: "up" | "down" | "left" | "right"): string | undefined {
  const start = startOf(doc);
  if (name === START) return way === "down" ? start : undefined;
  const step = doc.steps[name];
  if (!step) return undefined;
  const exits = exitsOf(step).filter((exit) => exit.target !== END && exit.target in doc.steps);
  if (way === "down") return exits[0]?.target;
  const parents = Object.keys(doc.steps).filter((key) =>
    exitsOf(doc.steps[key] as Step).some((exit) => exit.target === name),
  );
  if (way === "up") return name === start ? START : parents[0];
  const siblings = parents.flatMap((key) => exitsOf(doc.steps[key] as Step).map((exit) => exit.target));
  const row = [...new Set(siblings)].filter((one) => one !== END);
  return row[row.indexOf(name) + (way === "right" ? 1 : -1)];
}

/** The problems of a step, or of what is no step. */
export function problemsAt<P extends { path: string }>(problems: P[], name: string): P[] {
  const of = (path: string) => /^steps\.([^.[]+)/.exec(path)?.[1];
  return problems.filter((one) => (name === START ? of(one.path) === undefined : of(one.path) === name));
}
