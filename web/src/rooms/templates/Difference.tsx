/** What changes in a letter: fields from one value to another, long texts line by line, blocks one by one. */
import { t } from "@/app/words";
import { kindOf, kindWord, type Piece } from "./blocks";
import { type BlockChange, blockChanges, linesOf } from "./difference";

const FIELDS: Record<string, () => string> = {
  subject: () => t("the subject"),
  preheader: () => t("the preheader"),
  blocks: () => t("the blocks"),
  html: () => t("the HTML"),
  text: () => t("the plain text"),
  translations: () => t("the other languages"),
  title: () => t("the name"),
  topic: () => t("the topic"),
  class: () => t("the kind"),
  channel: () => t("the channel"),
  missing: () => t("what happens when a name is missing"),
  must_arrive: () => t("whether it must arrive"),
};

function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === "" || value === false) return t("nothing");
  return String(value);
}

type Field = { path: string; before?: unknown; after?: unknown };

export function Changes({ fields }: { fields: Field[] }) {
  return (
    <ul className="stack" aria-label={t("What changes")}>
      {fields.map((field) => (
        <li key={field.path} className="stack tight">
          <span className="strong small">{t("Changes {what}", { what: FIELDS[field.path]?.() ?? field.path })}</span>
          <One field={field} />
        </li>
      ))}
    </ul>
  );
}

const LONG = ["html", "text"];

function One({ field: { path, before, after } }: { field: Field }) {
  if (path === "blocks") return <BlockChanges before={(before ?? []) as Piece[]} after={(after ?? []) as Piece[]} />;
  if (path === "translations") return <Languages before={before as Sayings} after={after as Sayings} />;
  if (LONG.includes(path)) return <Lines before={String(before ?? "")} after={String(after ?? "")} />;
  return (
    <span className="wrap">
      <span className="faint">{valueWords(before)}</span> → {valueWords(after)}
    </span>
  );
}

type Sayings = Record<string, Record<string, unknown>> | null | undefined;

/** What differs between two documents, field by field. */
export function fieldsOf(before: Record<string, unknown>, after: Record<string, unknown>): Field[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((path) => JSON.stringify(before[path]) !== JSON.stringify(after[path]))
    .map((path) => ({ path, before: before[path], after: after[path] }));
}

function Languages({ before, after }: { before: Sayings; after: Sayings }) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.map((name) => {
    const fields = fieldsOf(before?.[name] ?? {}, after?.[name] ?? {});
    const isNew = before?.[name] === undefined;
    const isGone = after?.[name] === undefined;
    if (!fields.length && !isNew) return null;
    return (
      <div key={name} className="stack tight">
        <span className="small">
          <span className="mono">{name}</span> {isNew ? t("is new") : isGone ? t("was taken out") : null}
        </span>
        {fields.length && !isGone ? <Changes fields={fields} /> : null}
      </div>
    );
  });
}

const MARKS: Record<BlockChange["how"], () => string> = {
  same: () => "",
  added: () => t("New"),
  removed: () => t("Taken out"),
  changed: () => t("Changed"),
};

function BlockChanges({ before, after }: { before: Piece[]; after: Piece[] }) {
  const changes = blockChanges(before, after);
  const same = changes.filter((one) => one.how === "same").length;
  return (
    <>
      <ul className="stack tight">
        {changes.map((one, i) => {
          if (one.how === "same") return null;
          const piece = one.how === "removed" ? one.before : one.after;
          return (
            <li key={i} className={`change is-${one.how}`}>
              <span className="small">
                <span className="strong">{MARKS[one.how]()}:</span> {kindWord(kindOf(piece))}
              </span>
              <Lines
                before={one.how === "added" ? "" : linesOf(one.before).join("\n")}
                after={one.how === "removed" ? "" : linesOf(one.after).join("\n")}
              />
            </li>
          );
        })}
      </ul>
      {same ? (
        <p className="small soft">
          {t("{count, plural, one {# block stays} other {# blocks stay}} as before.", { count: same })}
        </p>
      ) : null}
    </>
  );
}

/** Lines that went, and lines that came; those that stayed are left out. */
function Lines({ before, after }: { before: string; after: string }) {
  const [old, now] = [before ? before.split("\n") : [], after ? after.split("\n") : []];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return (
    <pre className="lines">
      {old.slice(head, old.length - tail).map((line, i) => (
        <del key={`old${i}`}>− {line}</del>
      ))}
      {now.slice(head, now.length - tail).map((line, i) => (
        <ins key={`new${i}`}>+ {line}</ins>
      ))}
    </pre>
  );
}
