import { expect, test } from "vitest";
import type { Piece } from "./blocks";
import { blockChanges, linesOf } from "./difference";

const text = (html: string): Piece => ({ text: { html } });
const button: Piece = { button: { label: "Go", href: "https://x.y" } };
const told = (before: Piece[], after: Piece[]) => blockChanges(before, after).map((one) => one.how);

test("blocks that came, went and stayed are told apart", () => {
  expect(told([text("a"), button], [text("a"), { divider: {} }, button])).toEqual(["same", "added", "same"]);
  expect(told([text("a"), button], [button])).toEqual(["removed", "same"]);
  expect(told([], [])).toEqual([]);
});

test("a block where one of its kind was has changed", () => {
  const [, change] = blockChanges([button, text("a")], [button, text("b")]);
  expect(change).toEqual({ how: "changed", before: text("a"), after: text("b") });
  expect(told([text("a")], [button])).toEqual(["removed", "added"]);
});

test("a block is read line by line, those inside it among them", () => {
  const columns: Piece = {
    columns: { columns: [[text('<p>Hi <a href="https://x.y">there</a></p><ul><li>one</li></ul>')], [button]] },
  };
  expect(linesOf(columns)).toEqual([
    "1.",
    "  text",
    "    Hi there (https://x.y)",
    "    - one",
    "2.",
    "  button",
    "    label: Go",
    "    href: https://x.y",
  ]);
});
