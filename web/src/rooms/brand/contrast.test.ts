import { expect, test } from "vitest";
import { contrast, isColour, wordsOn } from "./contrast";

test("contrast is counted as the guidelines count it", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

test("words on a colour are black or white, whichever is read", () => {
  expect(wordsOn("#ffdd00")).toBe("#000000");
  expect(wordsOn("#0f766e")).toBe("#ffffff");
});

test("half a colour is none", () => {
  expect(isColour("#fff")).toBe(false);
  expect(isColour("#0F766E")).toBe(true);
});
