import { expect, test } from "vitest";
import { inTheDark, inTheLight, knowsTheDark } from "./darkness";

const html = "<style>@media (prefers-color-scheme: dark) { p { color: white } }</style><p>a</p>";

test("a mail that has looks for the dark shows them, and only there", () => {
  expect(knowsTheDark(html)).toBe(true);
  expect(inTheDark(html)).toContain("@media all { p { color: white } }");
  expect(inTheLight(html)).toContain("@media not all { p { color: white } }");
  expect(knowsTheDark(html)).toBe(true);
});

test("a mail without is turned round, as programs do", () => {
  expect(inTheDark("<p>a</p>")).toContain("invert(1)");
  expect(inTheLight("<p>a</p>")).toBe("<p>a</p>");
});
