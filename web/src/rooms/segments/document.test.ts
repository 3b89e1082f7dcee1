import { describe, expect, it } from "vitest";
import { isOverdue, ruleOfFilters, tidy, written } from "./document";

describe("a segment as a document", () => {
  it("keeps nothing that says nothing", () => {
    const doc = tidy({ segment: "at-risk", title: "At risk", where: { tag: "vip" } });
    expect(written(doc, "title", "")).toEqual({ segment: "at-risk", where: { tag: "vip" } });
    expect(written(doc, "definition", false)).toEqual(doc);
  });

  it("is made of the filters of the list of contacts", () => {
    const found = ruleOfFilters({
      tag: "vip",
      subscribed: "email:news",
      where: '{"attribute":"plan","eq":"pro"}',
      q: "ada",
    });
    expect(found).toEqual({
      where: {
        all: [{ tag: "vip" }, { consent: { channel: "email", topic: "news" } }, { attribute: "plan", eq: "pro" }],
      },
      left: ["q"],
    });
    expect(ruleOfFilters({ list: "spring", sort: "changed" })).toEqual({ where: { list: "spring" }, left: [] });
    expect(ruleOfFilters({})).toEqual({ where: undefined, left: [] });
  });

  it("is overdue on the day after", () => {
    expect([
      isOverdue("2026-11-01", "2026-11-01"),
      isOverdue("2026-10-31", "2026-11-01"),
      isOverdue("", "2026-11-01"),
    ]).toEqual([false, true, false]);
  });
});
