/** JSON Schemas of the server, read as forms need them. */

/** As much of JSON Schema as msgspec writes. */
export type Schema = {
  title?: string;
  description?: string;
  type?: string | string[];
  format?: string;
  enum?: (string | number | null)[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema | boolean;
  prefixItems?: Schema[];
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  writeOnly?: boolean;
  minimum?: number;
  maximum?: number;
  "x-order"?: string[];
  /** "text": several lines. */
  "x-widget"?: string;
  /** What the server can suggest for it: "events", "attributes", "topics", "templates", "tags". */
  "x-suggest"?: string;
};

/** The schema behind a `$ref`, or itself. */
export function resolved(schema: Schema, root: Schema): Schema {
  if (!schema.$ref) return schema;
  const name = schema.$ref.split("/").at(-1) ?? "";
  return { ...(root.$defs?.[name] ?? {}), ...schema, $ref: undefined };
}

/** A field that may be null is drawn like one that may be empty. */
export function plain(schema: Schema, root: Schema): Schema {
  const known = resolved(schema, root);
  const ways = (known.anyOf ?? known.oneOf)?.map((one) => resolved(one, root)).filter((one) => one.type !== "null");
  if (ways?.length === 1)
    return {
      ...ways[0],
      ...known,
      ...ways[0],
      title: known.title ?? ways[0]?.title,
      description: known.description ?? ways[0]?.description,
      anyOf: undefined,
      oneOf: undefined,
    };
  return known;
}

export function kindOf(schema: Schema): string {
  if (schema.enum) return "enum";
  if (schema.anyOf || schema.oneOf) return "any";
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  if (type === "object" && !schema.properties) return "map";
  return type ?? "any";
}

/** "webhook_secret" as words, where a schema has no title. */
export function worded(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
