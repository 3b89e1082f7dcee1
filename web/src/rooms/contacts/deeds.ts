/** What can be done to many people: its kinds, what each asks for, and its sentence. Pure. */
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";

export type Deed = Shapes["Deed"];

export type Draft = {
  kind: Kind;
  name: string;
  value: string;
  channel: string;
  topic: string;
  statement: string;
};

export const KINDS = ["tag", "untag", "join", "leave", "set", "clear", "subscribe", "unsubscribe", "suppress"] as const;
export type Kind = (typeof KINDS)[number];

export function kindName(kind: Kind): string {
  const names: Record<Kind, string> = {
    tag: t("Add a tag"),
    untag: t("Take a tag off"),
    join: t("Put on a list"),
    leave: t("Take off a list"),
    set: t("Set an attribute"),
    clear: t("Clear an attribute"),
    subscribe: t("Record that they agreed"),
    unsubscribe: t("Unsubscribe"),
    suppress: t("Never write marketing to them again"),
  };
  return names[kind];
}

/** Numbers and yes or no are what they look like; all else is text. */
function typed(text: string): unknown {
  const value = text.trim();
  if (value === "true" || value === "false") return value === "true";
  return /^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$/.test(value) ? Number(value) : value;
}

/** A path with dots goes into objects. */
function at(path: string, value: unknown): Record<string, unknown> {
  const [last = "", ...before] = path.split(".").reverse();
  return before.reduce<Record<string, unknown>>((inner, name) => ({ [name]: inner }), { [last]: value });
}

/** The deed of a draft; undefined while something is missing. */
export function deedOf(draft: Draft): Deed | undefined {
  const name = draft.name.trim();
  const about = { channel: draft.channel.trim(), topic: draft.topic.trim() };
  switch (draft.kind) {
    case "tag":
      return name ? { add_tags: [name] } : undefined;
    case "untag":
      return name ? { remove_tags: [name] } : undefined;
    case "join":
      return name ? { join: name } : undefined;
    case "leave":
      return name ? { leave: name } : undefined;
    case "set":
      return name && draft.value.trim() ? { attributes: at(name, typed(draft.value)) } : undefined;
    case "clear":
      return name ? { attributes: at(name, null) } : undefined;
    case "subscribe": {
      const statement = draft.statement.trim();
      return about.channel && statement ? { subscribe: { ...about, statement } } : undefined;
    }
    case "unsubscribe":
      return about.channel ? { unsubscribe: about } : undefined;
    case "suppress":
      return { suppress: true };
  }
}

/** What was done, in a line. */
export function told(deed: Deed): string {
  const parts = [
    ...(deed.add_tags ?? []).map((tag) => t("tagged {tag}", { tag })),
    ...(deed.remove_tags ?? []).map((tag) => t("tag {tag} taken off", { tag })),
    deed.join ? t("put on the list {name}", { name: deed.join }) : "",
    deed.leave ? t("taken off the list {name}", { name: deed.leave }) : "",
    ...Object.entries(deed.attributes ?? {}).map(([name, value]) =>
      value === null
        ? t("{name} cleared", { name })
        : t("{name} set to {value}", {
            name,
            value: typeof value === "object" ? JSON.stringify(value) : String(value),
          }),
    ),
    deed.subscribe ? t("subscribed to {what}", { what: about(deed.subscribe) }) : "",
    deed.unsubscribe ? t("unsubscribed from {what}", { what: about(deed.unsubscribe) }) : "",
    deed.mend ? mendTold(deed.mend) : "",
    deed.suppress ? t("never written to again") : "",
  ];
  return parts.filter(Boolean).join(", ");
}

function mendTold(mend: NonNullable<Deed["mend"]>): string {
  const words: Record<string, string> = {
    mistyped_address: t("mistyped addresses corrected"),
    invalid_address: t("addresses that are none taken away"),
    numbers: t("{name}: texts made numbers", { name: mend.path ?? "" }),
    dates: t("{name}: texts made dates", { name: mend.path ?? "" }),
  };
  return words[mend.kind] ?? mend.kind;
}

function about(one: { channel: string; topic?: string }): string {
  return one.topic ? `${one.channel} · ${one.topic}` : one.channel;
}
