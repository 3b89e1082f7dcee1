/** Rich text between the document and the editor: variables become chips and come back as they were; what Word puts on the
 * clipboard becomes plain paragraphs and lists. Pure. */

const STRINGS = `"[^"]*"|'[^']*'`;
const JINJA = `\\{\\{(?:${STRINGS}|[^"'}]|\\}(?!\\}))*\\}\\}|\\{%(?:${STRINGS}|[^"'%]|%(?!\\}))*%\\}|\\{#[\\s\\S]*?#\\}`;
const PART = new RegExp(`(${JINJA})|<!--[\\s\\S]*?-->|</?[a-zA-Z][^>]*>`, "g");

export const escaped = (text: string) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
export const unescaped = (text: string) =>
  text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&#x27;/g, "'")
    .replace(/&nbsp;/g, " ")
    .replace(/&amp;/g, "&");

const KEPT = new Set(["p", "br", "strong", "em", "u", "a", "ul", "ol", "li", "b", "i"]);
const DROPPED = /<(script|style|head|title|iframe|object)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;

/** A tag as the server keeps it: few kinds, and no attribute but where a link leads. */
function plainTag(tag: string): string {
  const [, end, name = ""] = /^<(\/?)([a-z][a-z0-9]*)/i.exec(tag) ?? [];
  const kind = name.toLowerCase();
  if (!KEPT.has(kind)) return "";
  if (end) return `</${kind}>`;
  const href = kind === "a" ? /\shref\s*=\s*("[^"]*"|'[^']*')/i.exec(tag)?.[1] : undefined;
  return href ? `<a href=${href}>` : kind === "br" ? "<br />" : `<${kind}>`;
}

/** Stored markup for the editor: each variable outside of a tag is an element that cannot be written into. */
export function chipped(html: string): string {
  return html
    .replace(DROPPED, "")
    .replace(PART, (found, jinja: string | undefined) =>
      jinja === undefined ? plainTag(found) : `<span data-variable="${escaped(unescaped(jinja))}"></span>`,
    );
}

/** The editor's markup as it is stored: chips are variables again, list items hold no paragraph of their own. */
export function unchipped(html: string): string {
  return html
    .replace(/<span[^>]*\bdata-variable="([^"]*)"[^>]*>[\s\S]*?<\/span>/g, (_, source: string) => unescaped(source))
    .replace(/<li><p>((?:(?!<\/?p>)[\s\S])*)<\/p>(?=<\/li>|<ul>|<ol>)/g, "<li>$1")
    .replace(/<br\s*\/?>/g, "<br />")
    .replace(/(?:<p><\/p>)+$/, "");
}

/** A variable in words: the last part of its name, and what is read without it. */
export function chipWords(source: string): { name: string; fallback?: string } {
  const path = /^\{\{-?\s*([\w.[\]"' ]+?)\s*(?:\||-?\}\})/.exec(source)?.[1];
  if (path === undefined) return { name: source };
  const fallback = /\|\s*d(?:efault)?\(\s*(?:"([^"]*)"|'([^']*)')/.exec(source);
  const name = path.replace(/^(contact|event)\./, "").replace(/_/g, " ");
  return fallback ? { name, fallback: fallback[1] ?? fallback[2] ?? "" } : { name };
}

/** What a variable is made of, to be changed; undefined when it is more than a name with a fallback. */
export function parsed(source: string): { path: string; fallback: string } | undefined {
  const found = /^\{\{\s*([\w.[\]"' ]+?)\s*(?:\|\s*d(?:efault)?\(\s*("[^"\\]*"|'[^'\\]*')\s*\)\s*)?\}\}$/.exec(source);
  return found ? { path: found[1] as string, fallback: found[2]?.slice(1, -1) ?? "" } : undefined;
}

/** A variable as it is written; an empty fallback means none. */
export function variable(path: string, fallback: string): string {
  return fallback ? `{{ ${path} | default(${JSON.stringify(fallback)}) }}` : `{{ ${path} }}`;
}

/** What Word, Outlook and Google Docs put on the clipboard, without their styles; paragraphs that look like a list are one. */
export function fromWord(html: string): string {
  const body = /<body[^>]*>([\s\S]*)<\/body>/i.exec(html)?.[1] ?? html;
  const marked = body.replace(
    /<p\b([^>]*mso-list:[^>]*)>([\s\S]*?)<\/p>/gi,
    (_, _attributes: string, inner: string) => {
      const bullet = /<!\[if !supportLists\]>([\s\S]*?)<!\[endif\]>/i.exec(inner)?.[1] ?? "";
      const kind = /^\s*(?:\d+|[a-z]{1,4})[.)]/i.test(bullet.replace(/<[^>]+>/g, "")) ? "ol" : "ul";
      return `<wordli ${kind}>${inner.replace(/<!\[if !supportLists\]>[\s\S]*?<!\[endif\]>/gi, "")}</wordli>`;
    },
  );
  const listed = (text: string, kind: string) =>
    text.replace(
      new RegExp(`(?:<wordli ${kind}>(?:(?!<wordli)[\\s\\S])*?</wordli>\\s*)+`, "g"),
      (found) => `<${kind}>${found.replace(/<wordli \w+>/g, "<li>").replace(/<\/wordli>\s*/g, "</li>")}</${kind}>`,
    );
  return listed(listed(marked, "ul"), "ol")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<!\[[\s\S]*?\]>/g, "")
    .replace(/<(style|xml|script|head|title)\b[\s\S]*?<\/\1>/gi, "")
    .replace(/<\/?(o|w|m|v|st1):[^>]*>/gi, "")
    .replace(/<b\b[^>]*font-weight:\s*normal[^>]*>([\s\S]*?)<\/b>/gi, "$1")
    .replace(/<h[1-6]\b[^>]*>([\s\S]*?)<\/h[1-6]>/gi, "<p><strong>$1</strong></p>")
    .replace(/\s(style|class|lang|align|width|id)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, "")
    .replace(/<p[^>]*>(?:\s|&nbsp;|<span[^>]*>|<\/span>)*<\/p>/gi, "");
}
