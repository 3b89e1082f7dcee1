import { expect, test } from "vitest";
import { type Draft, deedOf } from "./deeds";

const EMPTY: Draft = { kind: "tag", name: "", value: "", channel: "email", topic: "", statement: "" };

test("a draft that misses something is no deed", () => {
  expect(deedOf(EMPTY)).toBeUndefined();
  expect(deedOf({ ...EMPTY, kind: "set", name: "plan" })).toBeUndefined();
  expect(deedOf({ ...EMPTY, kind: "subscribe", topic: "news" })).toBeUndefined();
});

test("numbers and yes or no are what they look like, and dots go into objects", () => {
  expect(deedOf({ ...EMPTY, kind: "set", name: "company.size", value: " 12 " })).toEqual({
    attributes: { company: { size: 12 } },
  });
  expect(deedOf({ ...EMPTY, kind: "set", name: "vip", value: "true" })).toEqual({ attributes: { vip: true } });
  expect(deedOf({ ...EMPTY, kind: "set", name: "zip", value: "01234" })).toEqual({ attributes: { zip: "01234" } });
  expect(deedOf({ ...EMPTY, kind: "clear", name: "plan" })).toEqual({ attributes: { plan: null } });
});
