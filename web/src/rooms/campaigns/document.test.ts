import { describe, expect, it } from "vitest";
import { tidy, withTrial, written } from "./document";

describe("a campaign as a document", () => {
  const doc = tidy({ campaign: "spring", template: "news", audience: { tag: "vip" } });

  it("becomes a trial of two and is one again", () => {
    const tried = withTrial(doc, true);
    expect(tried.template).toBeUndefined();
    expect(tried.variants).toEqual({ a: { template: "news" }, b: { template: "" } });
    expect(withTrial(tried, false)).toEqual(doc);
  });

  it("leaves out what says nothing", () => {
    expect(written(doc, "at", "")).toEqual(doc);
    expect(written(doc, "per_hour", 10).per_hour).toBe(10);
  });
});
