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

export const TYPES = ["text", "number", "boolean", "date", "json"] as const;
export type Type = (typeof TYPES)[number];

/** What was written, as the type that was chosen; undefined where it is none of that type. */
export function typed(text: string, type: Type): unknown {
  const plain = text.trim();
  switch (type) {
    case "text":
      return text;
    case "number":
      return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : undefined;
    case "boolean":
      return plain === "true" || plain === "false" ? plain === "true" : undefined;
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(plain) && !Number.isNaN(Date.parse(plain)) ? plain : undefined;
    case "json":
      try {
        return JSON.parse(plain);
      } catch {
        return undefined;
      }
  }
}
