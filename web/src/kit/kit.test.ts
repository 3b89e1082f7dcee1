import { describe, expect, it } from "vitest";
import { compact, number, percent, t } from "@/app/words";
import { quoted } from "./csv";
import { plain, resolved, worded } from "./schema";

describe("words", () => {
  it("counts as English does", () => {
    const text = "{count, plural, one {# person} other {# people}} of {name}";
    expect(t(text, { count: 1, name: "Ada" })).toBe("1 person of Ada");
    expect(t(text, { count: 2_000, name: "Bob" })).toBe("2,000 people of Bob");
  });

  it("never reads a value as a pattern", () => {
    expect(t("Hello {name}", { name: "{count, plural, one {x} other {y}} <b>" })).toBe(
      "Hello {count, plural, one {x} other {y}} <b>",
    );
  });

  it("writes numbers as people read them", () => {
    expect([number(12_480), compact(9_999), compact(12_480)]).toEqual(["12,480", "9,999", "12.5K"]);
    expect([percent(1, 0), percent(1, 30), percent(1, 2)]).toEqual(["–", "3.3 %", "50 %"]);
  });
});

describe("a schema", () => {
  const root = { $defs: { Window: { type: "object", title: "Window", properties: { from: { type: "string" } } } } };

  it("is followed behind its reference", () => {
    expect(resolved({ $ref: "#/$defs/Window" }, root).title).toBe("Window");
  });

  it("that may be null is drawn like one that may be empty, with its own words", () => {
    const found = plain(
      { anyOf: [{ $ref: "#/$defs/Window" }, { type: "null" }], description: "When it may leave" },
      root,
    );
    expect(found).toMatchObject({ type: "object", title: "Window", description: "When it may leave" });
  });

  it("without a title is named by its field", () => {
    expect(worded("webhook_secret")).toBe("Webhook secret");
  });
});

describe("CSV", () => {
  it("keeps quotes and lines, and no spreadsheet takes a text for a formula", () => {
    expect(quoted('a "b"')).toBe('"a ""b"""');
    expect(quoted("a\nb")).toBe('"a\nb"');
    expect(quoted("=cmd()")).toBe("'=cmd()");
    expect([quoted(-5), quoted(null), quoted(undefined)]).toEqual(["-5", "", ""]);
  });
});
