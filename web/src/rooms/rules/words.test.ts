import { describe, expect, it } from "vitest";
import { fitting, meant, shownValue, withOperator } from "./compare";
import { changed, measured, measureOf } from "./kinds";
import { readText, textOf } from "./text";
import { conditionWords, ruleWords } from "./words";

const OPERATORS = [
  { key: "eq", title: "is", takes: "value" },
  { key: "in", title: "is one of", takes: "list" },
  { key: "gt", title: "is more than", takes: "number" },
  { key: "between", title: "is between", takes: "range" },
  { key: "in_last", title: "is in the last", takes: "duration" },
  { key: "anniversary", title: "has its anniversary", takes: "text" },
  { key: "has", title: "has", takes: "value" },
  { key: "empty", title: "is empty", takes: "yes or no" },
];

describe("a condition in one line", () => {
  it("reads as a sentence", () => {
    const said: [Record<string, unknown>, string][] = [
      [{ attribute: "country", eq: "NL" }, "country is NL"],
      [{ attribute: "country", in: ["NL", "DE"] }, "country is one of NL or DE"],
      [{ attribute: "born", anniversary: "today" }, "the anniversary of born is today"],
      [{ attribute: "trial_ends", in_next: "3d" }, "trial_ends is in the next 3 days"],
      [{ attribute: "born", month: 2 }, "born is in February"],
      [{ attribute: "used", gte: { attribute: "limit", times: 0.8 } }, "used is at least 0.8 × limit"],
      [
        { event: "Order Completed", count: { at_least: 3 }, within: "30d" },
        "Order Completed at least 3 times in the last 30 days",
      ],
      [{ event: "App Opened", never: true, within: "2w" }, "never App Opened in the last 2 weeks"],
      [
        { event: "Order Completed", sum: { property: "total", gte: 100 }, where: [{ property: "plan", eq: "pro" }] },
        "the sum of total of Order Completed is at least 100 where plan is pro",
      ],
      [{ event: "Signed Up", first: { in_last: "7d" } }, "the first Signed Up is in the last 7 days"],
      [
        { message: { channel: "email" }, did: "opened", never: true, within: "14d" },
        "opened no message by email in the last 14 days",
      ],
      [{ message: { template: "hello" }, did: "clicked" }, "clicked in a message of the template hello"],
      [
        {
          // biome-ignore lint/suspicious/noThenProperty: so it is called in the language of rules
          sequence: { first: { event: "Cart Updated" }, then: { event: "Order Completed" }, within: "3d" },
          within: "90d",
        },
        "Cart Updated, then Order Completed within 3 days in the last 90 days",
      ],
      [{ share: 0.1, salt: "spring" }, "is in a random 10 % of everybody"],
      [{ journey: "welcome", is: "completed" }, "completed the journey welcome"],
      [{ weather: "fine" }, "weather fine"],
    ];
    for (const [rule, words] of said) expect(conditionWords(rule)).toBe(words);
    expect(ruleWords({ all: [{ tag: "a" }, { not: { any: [{ tag: "b" }, { list: "c" }] } }] })).toBe(
      "has the tag a and not (has the tag b or is on the list c)",
    );
    expect(ruleWords({ any: [{ not: { tag: "a" } }, { not: { event: "B", within: "7d" } }] })).toBe(
      "does not have the tag a or never B in the last 7 days",
    );
  });
});

describe("a comparison", () => {
  it("keeps the value where another operator can use it", () => {
    expect(withOperator({ attribute: "plan", eq: "pro" }, "in", OPERATORS)).toEqual({ attribute: "plan", in: ["pro"] });
    expect(withOperator({ attribute: "n", eq: "x" }, "gt", OPERATORS)).toEqual({ attribute: "n", gt: 0 });
    expect(withOperator({ attribute: "n", gt: 5 }, "between", OPERATORS)).toEqual({ attribute: "n", between: [5, 5] });
    expect(withOperator({ attribute: "n", gt: 5 }, "empty", OPERATORS)).toEqual({ attribute: "n", empty: true });
    expect(withOperator({ attribute: "d", eq: "x" }, "in_last", OPERATORS)).toEqual({ attribute: "d", in_last: "30d" });
    expect(withOperator({ attribute: "d", in_last: "7d", zone: "contact" }, "eq", OPERATORS)).toEqual({
      attribute: "d",
      eq: "7d",
    });
  });

  it("offers what fits the type, and what is in use", () => {
    expect(fitting(OPERATORS, "number").map((one) => one.key)).toEqual(["eq", "in", "gt", "between", "empty"]);
    expect(fitting(OPERATORS, "date", "has").map((one) => one.key)).toContain("has");
    expect(fitting(OPERATORS, "")).toEqual(OPERATORS);
  });

  it("takes numbers, true and quoted texts as they are meant", () => {
    expect([meant("5"), meant("true"), meant('"5"'), meant("pro"), meant("5 apples")]).toEqual([
      5,
      true,
      "5",
      "pro",
      "5 apples",
    ]);
    for (const value of [5, true, "5", "pro", "5 apples", "true"]) expect(meant(shownValue(value))).toBe(value);
  });
});

describe("what they did", () => {
  it("is measured in one way at a time, and keeps its property", () => {
    const often = { event: "Order Completed", count: { at_least: 3 }, within: "30d" };
    const sum = measured(often, "sum");
    expect(sum).toEqual({ event: "Order Completed", within: "30d", sum: { property: "", gte: 100 } });
    expect(measured({ ...sum, sum: { property: "total", gte: 5 } }, "max").max).toEqual({
      property: "total",
      gte: 100,
    });
    expect(measureOf(measured(often, "never"))).toBe("never");
    expect(changed({ event: "x", where: [1] }, { where: undefined })).toEqual({ event: "x" });
  });
});

describe("a rule as text", () => {
  const rule = {
    all: [
      { attribute: "country", eq: "NL" },
      { event: "Order Completed", count: { at_least: 3 } },
    ],
  };

  it("goes to YAML and JSON and back", () => {
    for (const way of ["yaml", "json"] as const) expect(readText(textOf(rule, way)).rule).toEqual(rule);
    expect(readText(`segment: at-risk\nwhere:\n  tag: vip\n`).rule).toEqual({ tag: "vip" });
  });

  it("says at which line something is wrong", () => {
    const read = readText(textOf(rule, "yaml"));
    expect([read.lineOf("all[0]"), read.lineOf("all[1].count")]).toEqual([2, 6]);
    const broken = readText("all:\n  - tag: [vip\n");
    expect(broken.rule).toBeUndefined();
    expect(broken.wrong[0]?.line).toBeGreaterThan(1);
  });
});
