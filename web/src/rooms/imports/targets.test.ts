import { expect, test } from "vitest";
import { targetOf, targetWords } from "./targets";

test("what a column means is told in words and read back", () => {
  for (const target of [
    "identifier:email",
    "attribute:shoe_size",
    "property:a.b",
    "identifier:crm",
    "ignore",
    "status",
  ])
    expect(targetOf(targetWords(target))).toBe(target);
  expect(targetWords("identifier:email")).toBe("Email address");
  expect(targetWords("attribute:shoe_size")).toBe("Attribute: shoe_size");
});

test("what is typed in the API's own words is taken as well", () => {
  expect(targetOf("attribute:plan")).toBe("attribute:plan");
  expect(targetOf(" Attribute:plan ")).toBe("attribute:plan");
});
