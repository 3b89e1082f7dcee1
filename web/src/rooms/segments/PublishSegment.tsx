/** Publishing a segment: what changes, who comes in and goes, and that none of it starts a journey. */
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Note } from "@/kit";
import { Publishing } from "../documents/Publishing";
import { ruleWords } from "../rules/words";
import type { SegmentDoc } from "./document";

type Props = {
  isOpen: boolean;
  doc: SegmentDoc;
  /** Journeys that whoever comes in enters from now on. */
  starts: string[];
  onClose: () => void;
  onPublish: () => Promise<unknown>;
};

export function PublishSegment({ starts, ...props }: Props) {
  return (
    <Publishing
      {...props}
      size="lg"
      title={t("Publish “{name}”", { name: props.doc.title || props.doc.segment })}
      difference={(plan) => <Difference plan={plan} />}
      wordsOf={(path) => (path === "where" ? t("Who is in it:") : path)}
      after={<Starts of={starts} />}
    />
  );
}

/** What the server counted (who comes in and goes) stands above; here is what it means for journeys. */
function Starts({ of }: { of: string[] }) {
  return (
    <p className="soft">
      {t("Publishing itself starts no journey.")}{" "}
      {of.length ? (
        <>
          {t("From then on whoever comes in enters")}{" "}
          {of.map((name, i) => (
            <span key={name}>
              {i ? ", " : ""}
              <A to={`/journeys/${name}`}>{name}</A>
            </span>
          ))}
          . {t("Those who are in it by publishing can be let in afterwards, so many a minute.")}
        </>
      ) : null}
    </p>
  );
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
