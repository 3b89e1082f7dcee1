/** Publishing a segment: what changes, who comes in and goes, and that none of it starts a journey. */
import type { Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Asking, Note } from "@/kit";
import { Publishing } from "../documents/Publishing";
import { usePreview } from "../rules/use-preview";
import { ruleWords } from "../rules/words";
import type { SegmentDoc } from "./document";

type Props = {
  isOpen: boolean;
  doc: SegmentDoc;
  /** Journeys that whoever comes in enters from now on. */
  starts: string[];
  isLive: boolean;
  onClose: () => void;
  onPublish: () => Promise<unknown>;
};

export function PublishSegment({ starts, isLive, ...props }: Props) {
  return (
    <Publishing
      {...props}
      size="lg"
      title={t("Publish “{name}”", { name: props.doc.title || props.doc.segment })}
      difference={(plan) => <Difference plan={plan} />}
      after={props.isOpen ? <Moves doc={props.doc} starts={starts} isLive={isLive} /> : null}
    />
  );
}

function Moves({ doc, starts, isLive }: { doc: SegmentDoc; starts: string[]; isLive: boolean }) {
  const found = usePreview(doc.where, isLive ? doc.segment : undefined);
  return (
    <Asking of={found} bones={2}>
      {(of) => (
        <div className="stack tight">
          <p>
            {of.changes
              ? t("{enter} come in and {leave} go; then {count} are in it.", {
                  enter: people(of.changes.enter),
                  leave: people(of.changes.leave),
                  count: people(of.count),
                })
              : t("{count} are in it from the beginning.", { count: people(of.count) })}
          </p>
          <Note>
            {t("Publishing itself starts no journey.")}{" "}
            {starts.length ? (
              <>
                {t("From then on whoever comes in enters")}{" "}
                {starts.map((name, i) => (
                  <span key={name}>
                    {i ? ", " : ""}
                    <A to={`/journeys/${name}`}>{name}</A>
                  </span>
                ))}
                . {t("Those who are in it by publishing can be let in afterwards, so many a minute.")}
              </>
            ) : null}
          </Note>
        </div>
      )}
    </Asking>
  );
}

function people(count: number): string {
  return t("{count, plural, one {# person} other {{shown} people}}", { count, shown: number(count) });
}

function Difference({ plan }: { plan: Shapes["DocumentPlan"] }) {
  if (plan.is_new) return <Note>{t("This segment is new; rules can ask about it from now on.")}</Note>;
  if (!plan.is_changed) return <Note>{t("Nothing differs from what is live.")}</Note>;
  return <SegmentChanges fields={plan.fields} />;
}

type Field = { path: string; before?: unknown; after?: unknown };
const FIELDS: Record<string, () => string> = {
  where: () => t("the rule"),
  title: () => t("the title"),
  description: () => t("what it is for"),
  owner: () => t("the owner"),
  review: () => t("the next look"),
  definition: () => t("whether it is a definition"),
};

/** What differs, in words. */
export function SegmentChanges({ fields }: { fields: Field[] }) {
  const words = (path: string, value: unknown) => {
    if (path === "where") return ruleWords(value) || t("everybody");
    if (typeof value === "boolean") return value ? t("yes") : t("no");
    return value === null || value === undefined || value === "" ? t("nothing") : String(value);
  };
  return (
    <ul className="stack" aria-label={t("What changes")}>
      {fields.map((field) => (
        <li key={field.path} className="stack tight">
          <span className="strong small">{t("Changes {what}", { what: FIELDS[field.path]?.() ?? field.path })}</span>
          <span className="wrap">
            <span className="faint">{words(field.path, field.before)}</span> → {words(field.path, field.after)}
          </span>
        </li>
      ))}
    </ul>
  );
}
