import { describe, expect, it } from "vitest";
import { groupOf, meant, ruleOf, shownValue, withOperator } from "./rules";
import { durationWords, ruleWords, windowWords } from "./sentences";
import { lookOf } from "./steps";

const OPERATORS = [
  { key: "eq", takes: "value" },
  { key: "in", takes: "list" },
  { key: "gt", takes: "number" },
  { key: "between", takes: "range" },
  { key: "empty", takes: "yes or no" },
];

describe("a rule in the editor", () => {
  it("is a group, and is written as short as it came", () => {
    const lone = { tag: "vip" };
    for (const rule of [lone, { any: [lone, lone] }, { not: lone }, { not: { any: [lone, lone] } }, undefined])
      expect(ruleOf(groupOf(rule))).toEqual(rule);
    expect(ruleOf(groupOf([lone, lone]))).toEqual({ all: [lone, lone] });
  });

  it("keeps the value where another operator can use it", () => {
    expect(withOperator({ attribute: "plan", eq: "pro" }, "in", OPERATORS)).toEqual({ attribute: "plan", in: ["pro"] });
    expect(withOperator({ attribute: "n", eq: "x" }, "gt", OPERATORS)).toEqual({ attribute: "n", gt: 0 });
    expect(withOperator({ attribute: "n", gt: 5 }, "between", OPERATORS)).toEqual({ attribute: "n", between: [5, 5] });
    expect(withOperator({ attribute: "n", gt: 5 }, "empty", OPERATORS)).toEqual({ attribute: "n", empty: true });
  });

  it("takes numbers, true and quoted texts as they are meant", () => {
    expect([meant("5"), meant("true"), meant('"5"'), meant("pro"), meant("5 apples")]).toEqual([
      5,
      true,
      "5",
      "pro",
      "5 apples",
    ]);
    for (const value of [5, true, "5", "pro", null, { property: "a" }]) expect(meant(shownValue(value))).toEqual(value);
  });
});

describe("sentences", () => {
  it("say rules as a person would", () => {
    expect(ruleWords({ all: [{ attribute: "plan", eq: "pro" }, { not: { tag: "vip" } }] })).toBe(
      "plan is “pro” and they do not have the tag “vip”",
    );
    expect(ruleWords({ event: "Order Completed", count: { at_least: 3 }, within: "30d" })).toBe(
      "they did “Order Completed” at least 3 times in 30 days",
    );
    expect(ruleWords({ any: [{ event: "A", never: true }, { consent: { channel: "email", topic: "news" } }] })).toBe(
      "they never did “A” or they agreed to “news” by email",
    );
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
