import { expect, test } from "vitest";
import { gist, marked, moved, typed } from "./blocks";

test("what is typed becomes markup and comes back as it was", () => {
  const text = "Hello {{ contact.first_name }} & **you**\nagain\n\n[here](https://x.y/?a=1&b=2)";
  expect(marked(text)).toContain('<a href="https://x.y/?a=1&amp;b=2">here</a>');
  expect(typed(marked(text))).toBe(text);
});

test("markup that cannot be typed is left as it is", () => {
  expect(typed("<ul><li>a</li></ul>")).toBeUndefined();
});

test("blocks move within their list and not out of it", () => {
  expect(moved([1, 2, 3], 0, 2)).toEqual([2, 3, 1]);
  expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3]);
});

test("a block is known by its first words", () => {
  expect(gist({ text: { html: "<p>Hi there</p>" } })).toBe("Hi there");
});
