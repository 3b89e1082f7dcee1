/** Values of attributes as people write them. */

/** A value as text: texts as they are, everything else as JSON. */
export function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What was written, of the kind that stood there: a text stays a text; else numbers, yes and no, lists and objects are read. */
export function parsed(text: string, before: unknown): unknown {
  if (typeof before === "string") return text;
  const isPlain = /^(true|false|-?\d+(\.\d+)?)$/.test(text.trim());
  if (before === undefined && !isPlain && !/^[[{]/.test(text.trim())) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
