import { expect, test } from "vitest";
import { parsed, typed, written } from "./values";

test("a value is of the type that was chosen, or none", () => {
  expect(typed("01067", "text")).toBe("01067");
  expect(typed(" 12.5 ", "number")).toBe(12.5);
  expect(typed("twelve", "number")).toBeUndefined();
  expect(typed("true", "boolean")).toBe(true);
  expect(typed("yes", "boolean")).toBeUndefined();
  expect(typed("2026-01-31", "date")).toBe("2026-01-31");
  expect(typed("2026-13-31", "date")).toBeUndefined();
  expect(typed('["a", 1]', "json")).toEqual(["a", 1]);
  expect(typed("{", "json")).toBeUndefined();
});

test("what is changed stays of the kind that it was", () => {
  expect(parsed("41", "40")).toBe("41");
  expect(parsed("41", 40)).toBe(41);
  expect(written(["a"])).toBe('["a"]');
});
