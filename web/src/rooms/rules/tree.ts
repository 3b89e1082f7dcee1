/** A rule as the builder sees it: groups of conditions, each at its place. Pure: every change is a new tree. */

export type Rule = unknown;
export type Obj = Record<string, unknown>;
export type How = "all" | "any" | "none" | "not_all";
export type Leaf = { rule: Obj; isTurned: boolean };
export type Branch = { how: How; parts: Node[] };
export type Node = Leaf | Branch;
/** Which part of which part: [] is the rule itself. */
export type Place = number[];

export function isObject(value: unknown): value is Obj {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isBranch(node: Node): node is Branch {
  return "how" in node;
}

function nodeOf(rule: Rule): Node {
  if (Array.isArray(rule)) return { how: "all", parts: rule.map(nodeOf) };
  if (!isObject(rule)) return { rule: {}, isTurned: false };
  if (Array.isArray(rule.all)) return { how: "all", parts: rule.all.map(nodeOf) };
  if (Array.isArray(rule.any)) return { how: "any", parts: rule.any.map(nodeOf) };
  if (!("not" in rule)) return { rule, isTurned: false };
  return turnedRound(nodeOf(rule.not));
}

const OPPOSITE: Record<How, How> = { all: "not_all", not_all: "all", any: "none", none: "any" };

function turnedRound(node: Node): Node {
  return isBranch(node) ? { ...node, how: OPPOSITE[node.how] } : { ...node, isTurned: !node.isTurned };
}

/** A rule as it was written; a lone condition is a group of one. */
export function read(rule: Rule | undefined): Branch {
  if (rule === undefined || rule === null) return { how: "all", parts: [] };
  const node = nodeOf(rule);
  return isBranch(node) ? node : { how: "all", parts: [node] };
}

function ruleOf(node: Node): Rule {
  if (!isBranch(node)) return node.isTurned ? { not: node.rule } : node.rule;
  const rules = node.parts.map(ruleOf);
  if (node.how === "all" || node.how === "any") return { [node.how]: rules };
  return { not: { [node.how === "none" ? "any" : "all"]: rules } };
}

/** As it is written in a document, a lone condition without its group; nothing where nothing is asked. */
export function write(branch: Branch): Rule | undefined {
  const [first] = branch.parts;
  if (branch.how === "all" && first === undefined) return undefined;
  return isLone(branch) && first ? ruleOf(first) : ruleOf(branch);
}

/** Conditions that stand in a list of their own. */
export function writeList(branch: Branch): Rule[] {
  return branch.parts.map(ruleOf);
}

function isLone(branch: Branch): boolean {
  const [first, ...rest] = branch.parts;
  return branch.how === "all" && first !== undefined && rest.length === 0 && !isBranch(first);
}

const KEYS: Record<How, string> = { all: "all", any: "any", none: "not.any", not_all: "not.all" };

/** Where a place stands in the document: `where.all[0]`. */
export function pathOf(branch: Branch, place: Place, root: string, isList = false): string {
  if (!isList && isLone(branch) && place.length) return root;
  let path = root;
  let here: Node | undefined = branch;
  for (const [depth, index] of place.entries()) {
    if (here === undefined || !isBranch(here)) return path;
    const dot = path ? "." : "";
    path = depth === 0 && isList ? `${path}[${index}]` : `${path}${dot}${KEYS[here.how]}[${index}]`;
    here = here.parts[index];
  }
  return path;
}

export function at(branch: Branch, place: Place): Node | undefined {
  return place.reduce<Node | undefined>(
    (node, index) => (node && isBranch(node) ? node.parts[index] : undefined),
    branch,
  );
}

/** What stands at a place becomes these nodes: none, one or several. */
function spliced(branch: Branch, place: Place, nodes: Node[]): Branch {
  const [index, ...rest] = place;
  if (index === undefined) return branch;
  const parts = branch.parts.flatMap((part, i) => {
    if (i !== index) return [part];
    if (rest.length === 0) return nodes;
    return isBranch(part) ? [spliced(part, rest, nodes)] : [part];
  });
  // A group that nothing is left of goes as well.
  return { ...branch, parts: parts.filter((part) => !isBranch(part) || part.parts.length > 0) };
}

export function put(branch: Branch, place: Place, node: Node): Branch {
  if (place.length === 0) return isBranch(node) ? node : branch;
  return spliced(branch, place, [node]);
}

export function removed(branch: Branch, place: Place): Branch {
  return spliced(branch, place, []);
}

/** Behind what stands at a place; behind nothing: at the end of the group at that place. */
export function insertedAfter(branch: Branch, place: Place, node: Node): [Branch, Place] {
  const here = at(branch, place);
  if (here === undefined) return [branch, place];
  return [spliced(branch, place, [here, node]), [...place.slice(0, -1), (place.at(-1) ?? 0) + 1]];
}

export function appended(branch: Branch, group: Place, node: Node): [Branch, Place] {
  const here = at(branch, group);
  if (here === undefined || !isBranch(here)) return [branch, group];
  const next = { ...here, parts: [...here.parts, node] };
  return [put(branch, group, next), [...group, here.parts.length]];
}

export function doubled(branch: Branch, place: Place): [Branch, Place] {
  const here = at(branch, place);
  return here ? insertedAfter(branch, place, structuredClone(here)) : [branch, place];
}

export function turned(branch: Branch, place: Place): Branch {
  const here = at(branch, place);
  return here ? put(branch, place, turnedRound(here)) : branch;
}

export function wrapped(branch: Branch, place: Place, how: How = "any"): [Branch, Place] {
  const here = at(branch, place);
  if (!here || place.length === 0) return [branch, place];
  return [put(branch, place, { how, parts: [here] }), [...place, 0]];
}

/** A group that is taken apart: its parts stand where it stood. */
export function unwrapped(branch: Branch, place: Place): Branch {
  const here = at(branch, place);
  return here && isBranch(here) && place.length ? spliced(branch, place, here.parts) : branch;
}

/** One up or down: past a condition, into a group that is met, out of the own one at its end. */
export function moved(branch: Branch, place: Place, by: 1 | -1): [Branch, Place] {
  const here = at(branch, place);
  const group = place.slice(0, -1);
  const index = place.at(-1);
  const parent = at(branch, group);
  if (!here || index === undefined || !parent || !isBranch(parent)) return [branch, place];
  const met = parent.parts[index + by];
  if (met === undefined) return group.length ? left(branch, place, by) : [branch, place];
  const rest = parent.parts.filter((_, i) => i !== index);
  const spot = by === 1 ? index : index - 1;
  if (!isBranch(met)) {
    rest.splice(index + by, 0, here);
    return [put(branch, group, { ...parent, parts: rest }), [...group, index + by]];
  }
  const inside = by === 1 ? [here, ...met.parts] : [...met.parts, here];
  rest[spot] = { ...met, parts: inside };
  return [put(branch, group, { ...parent, parts: rest }), [...group, spot, by === 1 ? 0 : inside.length - 1]];
}

function left(branch: Branch, place: Place, by: 1 | -1): [Branch, Place] {
  const group = place.slice(0, -1);
  const here = at(branch, place) as Node;
  const parent = at(branch, group) as Branch;
  const stays: Branch = { ...parent, parts: parent.parts.filter((_, i) => i !== place.at(-1)) };
  const spot = group.at(-1) ?? 0;
  const rest = stays.parts.length ? [stays] : [];
  const nodes = by === 1 ? [...rest, here] : [here, ...rest];
  return [spliced(branch, group, nodes), [...group.slice(0, -1), spot + (by === 1 ? rest.length : 0)]];
}

/** Every condition in the order in which it is read. */
export function leaves(branch: Branch, place: Place = []): Place[] {
  return branch.parts.flatMap((part, i) => (isBranch(part) ? leaves(part, [...place, i]) : [[...place, i]]));
}

export function isSame(one: Place | undefined, other: Place): boolean {
  return one !== undefined && one.length === other.length && one.every((index, i) => index === other[i]);
}

/** Whether something stands at a path of the document or below it. */
export function isUnder(path: string, root: string): boolean {
  return path === root || (path.startsWith(root) && /^[.[]/.test(path.slice(root.length)));
}
