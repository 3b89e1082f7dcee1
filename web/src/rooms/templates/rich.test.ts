import { expect, test } from "vitest";
import { chipped, chipWords, fromWord, parsed, unchipped, variable } from "./rich";

const rendered = (html: string) => html.replace(/(<span data-variable="[^"]*">)<\/span>/g, "$1words</span>");

test.each([
  '<p>Hello {{ contact.first_name | default("you") }}, <strong>tea</strong>?<br />Yes</p>',
  "<p>{% if contact.visits > 3 and contact.visits < 9 %}again{% endif %}</p>",
  '<p><a href="{{ event.url }}">here</a> &amp; there</p>',
  "<ul><li>one</li><li>two {{ '}}' }}</li></ul>",
])("what is stored comes back as it was: %s", (html) => {
  expect(unchipped(rendered(chipped(html)))).toBe(html);
});

test("a variable in the address of a link stays there", () => {
  expect(chipped('<a href="{{ event.url }}">x</a>')).toBe('<a href="{{ event.url }}">x</a>');
});

test("what a letter does not hold does not come into the editor", () => {
  const html = `<div style="color:red"><P onclick='x()'>a<script>x()</script><a class=b href='/x' onclick="y()">b</a></P></div><img src=x onerror=z()>`;
  expect(chipped(html)).toBe("<p>a<a href='/x'>b</a></p>");
  expect(chipped("<p>1 < 2 <!-- x > y --></p>")).toBe("<p>1 < 2 </p>");
});

test("what an editor writes is stored without its own habits", () => {
  expect(unchipped("<ul><li><p>one</p><ul><li><p>in</p></li></ul></li></ul><p></p>")).toBe(
    "<ul><li>one<ul><li>in</li></ul></li></ul>",
  );
});

test("a chip says the name and what is read without it", () => {
  expect(chipWords('{{ contact.first_name | default("you") }}')).toEqual({ name: "first name", fallback: "you" });
  expect(chipWords("{{ event.total }}")).toEqual({ name: "total" });
  expect(chipWords("{% if contact.plan %}")).toEqual({ name: "{% if contact.plan %}" });
  expect(variable("contact.plan", 'a "b"')).toBe('{{ contact.plan | default("a \\"b\\"") }}');
});

test("a variable is taken apart only when it is a name with a fallback", () => {
  expect(parsed("{{ contact.plan | default('free') }}")).toEqual({ path: "contact.plan", fallback: "free" });
  expect(parsed(variable("event.total", ""))).toEqual({ path: "event.total", fallback: "" });
  expect(parsed("{{ contact.plan | upper }}")).toBeUndefined();
  expect(parsed("{% if contact.plan %}")).toBeUndefined();
});

test("what Word copies becomes paragraphs and lists", () => {
  const word = `<html><head><style>p.MsoNormal{}</style></head><body lang=EN><!--StartFragment-->
<p class=MsoNormal style='margin:0'><b><span style='color:red'>Tea</span></b> for two<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'>·<span>&nbsp;&nbsp;</span></span><![endif]>green</p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span>·</span><![endif]>black</p>
<p class=MsoNormal style='mso-list:l1 level1 lfo2'><![if !supportLists]>1.<span>&nbsp;</span><![endif]>first</p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p><!--EndFragment--></body></html>`;
  const clean = fromWord(word)
    .replace(/<\/?span>/g, "")
    .replace(/\s*\n\s*/g, "");
  expect(clean).toBe("<p><b>Tea</b> for two</p><ul><li>green</li><li>black</li></ul><ol><li>first</li></ol>");
});
