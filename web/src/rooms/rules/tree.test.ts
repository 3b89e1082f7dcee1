import { describe, expect, it } from "vitest";
import {
  appended,
  doubled,
  insertedAfter,
  leaves,
  moved,
  pathOf,
  read,
  removed,
  turned,
  unwrapped,
  wrapped,
  write,
} from "./tree";

const [a, b, c] = [{ tag: "a" }, { tag: "b" }, { tag: "c" }];

describe("a rule in the builder", () => {
  it("is written as it came", () => {
    const rules = [
      a,
      { all: [a, b] },
      { any: [a] },
      { not: a },
      { not: { any: [a, b] } },
      { not: { all: [a, b] } },
      { all: [{ any: [a, { not: b }] }] },
      { all: [a, { any: [b, { all: [c, { not: { any: [a] } }] }] }] },
      undefined,
    ];
    for (const rule of rules) expect(write(read(rule))).toEqual(rule);
    expect(write(read([a, b]))).toEqual({ all: [a, b] });
    expect(write(read({ not: { not: a } }))).toEqual(a);
  });

  it("knows where each condition stands in the document", () => {
    const branch = read({ all: [a, { any: [b, { not: c }] }, { not: { any: [a, b] } }] });
    expect(leaves(branch).map((place) => pathOf(branch, place, "where"))).toEqual([
      "where.all[0]",
      "where.all[1].any[0]",
      "where.all[1].any[1]",
      "where.all[2].not.any[0]",
      "where.all[2].not.any[1]",
    ]);
    expect(pathOf(read(a), [0], "where")).toBe("where");
    expect(pathOf(read({ all: [a, b] }), [1], "exit", true)).toBe("exit[1]");
  });

  it("takes conditions in, doubles them, turns them round and takes them away", () => {
    const branch = read({ all: [a, { any: [b] }] });
    const [more, place] = insertedAfter(branch, [0], { rule: c, isTurned: false });
    expect([write(more), place]).toEqual([{ all: [a, c, { any: [b] }] }, [1]]);
    expect(write(appended(branch, [1], { rule: c, isTurned: false })[0])).toEqual({ all: [a, { any: [b, c] }] });
    expect(write(doubled(branch, [1, 0])[0])).toEqual({ all: [a, { any: [b, b] }] });
    expect(write(turned(branch, [0]))).toEqual({ all: [{ not: a }, { any: [b] }] });
    expect(write(turned(branch, [1]))).toEqual({ all: [a, { not: { any: [b] } }] });
    expect(write(removed(branch, [1, 0]))).toEqual(a);
  });

  it("moves past conditions, into groups and out of them", () => {
    const branch = read({ all: [a, { any: [b, c] }] });
    expect(moved(branch, [0], 1).map((one) => (Array.isArray(one) ? one : write(one)))).toEqual([
      { all: [{ any: [a, b, c] }] },
      [0, 0],
    ]);
    expect(moved(branch, [1, 0], -1).map((one) => (Array.isArray(one) ? one : write(one)))).toEqual([
      { all: [a, b, { any: [c] }] },
      [1],
    ]);
    expect(write(moved(branch, [1, 0], 1)[0])).toEqual({ all: [a, { any: [c, b] }] });
    expect(write(moved(branch, [1, 1], 1)[0])).toEqual({ all: [a, { any: [b] }, c] });
    expect(write(moved(branch, [0], -1)[0])).toEqual({ all: [a, { any: [b, c] }] });
  });

  it("puts a condition into a group of its own, and takes groups apart", () => {
    const [inside, place] = wrapped(read({ all: [a, b] }), [1]);
    expect([write(inside), place]).toEqual([{ all: [a, { any: [b] }] }, [1, 0]]);
    expect(write(unwrapped(inside, [1]))).toEqual({ all: [a, b] });
  });

  it("is the same after any sequence of moves and the way back", () => {
    let branch = read({ all: [a, { any: [b, { all: [c, a] }] }, c] });
    const before = leaves(branch).length;
    let place = [0];
    for (let i = 0; i < 12; i++) [branch, place] = moved(branch, place, 1);
    expect(leaves(branch).length).toBe(before);
    expect(place).toEqual([branch.parts.length - 1]);
    for (let i = 0; i < 14; i++) [branch, place] = moved(branch, place, -1);
    expect(place).toEqual([0]);
  });
});
