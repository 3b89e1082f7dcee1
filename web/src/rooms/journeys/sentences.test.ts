import { describe, expect, it } from "vitest";
import { durationWords, ruleWords, triggerWords, windowWords } from "./sentences";
import { lookOf } from "./steps";

describe("sentences", () => {
  it("say rules as the builder does", () => {
    expect(ruleWords({ all: [{ attribute: "plan", eq: "pro" }, { not: { tag: "vip" } }] })).toBe(
      "plan is pro and does not have the tag vip",
    );
    expect(triggerWords({ event: "Signed Up", where: [{ property: "plan", eq: "pro" }] })).toBe(
      "somebody does “Signed Up” where plan is pro",
    );
    expect(triggerWords({ segment: "at-risk" })).toBe("somebody comes into the segment at-risk");
    expect(triggerWords({ segment: "at-risk", on: "left" })).toBe("somebody leaves the segment at-risk");
  });

  it("say steps as a person would", () => {
    const words = (step: Record<string, unknown>) => lookOf(step).sentence(step);
    expect(words({ wait: { for: "2d", window: { days: "weekdays", from: "09:00", to: "17:00" } } })).toBe(
      "Wait 2 days, then until a weekday between 09:00 and 17:00 in their time zone",
    );
    expect(words({ wait: { until: { attribute: "renews_on", offset: "-3d" } } })).toBe(
      "Wait until 3 days before their renews_on",
    );
    expect(words({ update: { attributes: { stage: "x", old: null }, add_tags: ["a", "b"] } })).toBe(
      "Set stage to “x”, take old away and add the tag a and b",
    );
    expect(words({ send: { channel: "email", template: "" } })).toBe("Send a message: choose a template");
    expect(words({ nothing: 1 })).toBe("This step has no kind that is known");
  });

  it("leave alone what is no duration", () => {
    expect([durationWords("1h"), durationWords("soon"), windowWords({ days: ["monday", "friday"] })]).toEqual([
      "1 hour",
      "soon",
      "Monday or Friday in their time zone",
    ]);
  });
});
