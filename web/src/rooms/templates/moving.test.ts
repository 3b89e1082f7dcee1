import { expect, test } from "vitest";
import { gist, type Piece } from "./blocks";
import { carried, fits, listAt, placeOf, stepped } from "./moving";

const text = (html: string): Piece => ({ text: { html } });
const [a, b, c, d] = ["a", "b", "c", "d"].map(text) as [Piece, Piece, Piece, Piece];
const columns = (...of: Piece[][]): Piece => ({ columns: { columns: of } });
const first = ["columns", "columns", 0];

test("a block is known by its first words", () => {
  expect(gist({ text: { html: "<p>Hi there</p>" } })).toBe("Hi there");
});

test("a block is carried within its list, before what stands there", () => {
  expect(carried([a, b, c], { way: [], index: 0 }, { way: [], index: 3 })).toEqual([b, c, a]);
  expect(carried([a, b, c], { way: [], index: 2 }, { way: [], index: 0 })).toEqual([c, a, b]);
  expect(carried([a, b], { way: [], index: 0 }, { way: [], index: 1 })).toEqual([a, b]);
});

test("a block is carried into a column and out of it", () => {
  const before = [a, columns([b], [c])];
  const inside = carried(before, { way: [], index: 0 }, { way: [1, ...first], index: 1 });
  expect(inside).toEqual([columns([b, a], [c])]);
  expect(carried(inside, { way: [0, ...first], index: 0 }, { way: [], index: 1 })).toEqual([columns([a], [c]), b]);
});

test("a block does not go into itself, and columns hold no columns, however deep", () => {
  const nested = columns([a], []);
  expect(carried([nested], { way: [], index: 0 }, { way: [0, ...first], index: 0 })).toEqual([nested]);
  const wrapped: Piece = { conditional: { if: "true", blocks: [nested] } };
  expect(fits(wrapped, [1, ...first])).toBe(false);
  const both = [wrapped, columns([], [])];
  expect(carried(both, { way: [], index: 0 }, { way: [1, ...first], index: 0 })).toBe(both);
});

test("what does not move stays the very thing that it was", () => {
  const held = columns([c], [d]);
  const after = carried([a, b, held], { way: [], index: 0 }, { way: [], index: 2 });
  expect(after[1]).toBe(a);
  expect(after[2]).toBe(held);
  expect(placeOf(after, d)).toEqual({ way: [2, "columns", "columns", 1], index: 0 });
});

test("steps of the keyboard lead along, into columns, across them and out again", () => {
  const blocks = [a, columns([b], [c, d])];
  const [left, right] = [
    [1, "columns", "columns", 0],
    [1, "columns", "columns", 1],
  ];
  expect(stepped(blocks, { way: [], index: 0 }, "in")).toEqual({ way: left, index: 1 });
  expect(stepped(blocks, { way: left, index: 0 }, "in")).toEqual({ way: right, index: 2 });
  expect(stepped(blocks, { way: right, index: 0 }, "out")).toEqual({ way: left, index: 1 });
  expect(stepped(blocks, { way: left, index: 0 }, "out")).toEqual({ way: [], index: 1 });
  expect(stepped(blocks, { way: right, index: 1 }, "down")).toEqual({ way: [], index: 2 });
  expect(stepped(blocks, { way: [], index: 0 }, "up")).toBeUndefined();
  expect(listAt(blocks, right)).toEqual([c, d]);
});

test("the other side of a condition is reached although nothing was written there", () => {
  const blocks: Piece[] = [a, { conditional: { if: "true", blocks: [b] } }];
  const there = { way: [1, "conditional", "else"], index: 0 };
  expect(stepped(blocks, { way: [1, "conditional", "blocks"], index: 0 }, "in")).toEqual(there);
  expect(carried(blocks, { way: [], index: 0 }, there)).toEqual([
    { conditional: { if: "true", blocks: [b], else: [a] } },
  ]);
});
