import { expect, test } from "vitest";
import { embed, field, fieldName, written } from "./document";

test("what says nothing but the default is not in the document", () => {
  const doc = { form: "news", consent: false, thanks: "Hello", tags: ["a"] };

  expect(written(doc, "consent", true)).toEqual({ form: "news", thanks: "Hello", tags: ["a"] });
  expect(written(doc, "tags", [])).toEqual({ form: "news", consent: false, thanks: "Hello" });
  expect(written(doc, "double_opt_in", false).double_opt_in).toBe(false);
  expect(written(doc, "button", "Sign up")).toEqual(doc);
});

test("a question names its attribute", () => {
  expect(fieldName("Größe, in cm")).toBe("gro_e_in_cm");
  expect(fieldName("2nd name")).toBe("nd_name");
});

test("a question keeps only what its type needs", () => {
  expect(field({ name: "a", label: "A", type: "text", required: false, options: ["x"] })).toEqual({
    name: "a",
    label: "A",
  });
  expect(field({ name: "a", label: "A", type: "choice", options: ["x"] })).toEqual({
    name: "a",
    label: "A",
    type: "choice",
    options: ["x"],
  });
});

test("a title cannot leave its attribute in the code to copy", () => {
  expect(embed("https://x.example/f/main/a", 'A "<b>')).toContain('title="A &quot;&lt;b>"');
});
