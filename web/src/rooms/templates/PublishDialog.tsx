/** Publishing a template: what changes, and who sends it from now on. */
import { Button, Group, Modal } from "@mantine/core";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Note, useDeed } from "@/kit";
import { Problems } from "../documents/Problems";
import { usePlan } from "../documents/use-plan";
import type { TemplateDoc } from "./document";

type Props = {
  isOpen: boolean;
  doc: TemplateDoc;
  usedIn: string[];
  onClose: () => void;
  onPublish: () => Promise<unknown>;
};

const FIELDS: Record<string, () => string> = {
  subject: () => t("the subject"),
  html: () => t("the HTML"),
  text: () => t("the plain text"),
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

export function PublishDialog({ isOpen, doc, usedIn, onClose, onPublish }: Props) {
  const found = usePlan(doc, isOpen);
  const [publish, isBusy] = useDeed(onPublish);
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      size="lg"
      title={<span className="strong">{t("Publish “{name}”", { name: doc.template })}</span>}
    >
      <Asking of={found}>
        {({ plan, problems }) => (
          <div className="stack">
            <Problems of={problems} />
            {plan ? <Difference plan={plan} /> : <p>{t("Mend this first; what is live stays as it is.")}</p>}
            {usedIn.length ? (
              <p className="soft">
                {t("{journeys} {count, plural, one {sends} other {send}} it from now on, to people inside as well.", {
                  journeys: usedIn.map((name) => `“${name}”`).join(", "),
                  count: usedIn.length,
                })}
              </p>
            ) : null}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t("Not now")}
              </Button>
              <Button
                disabled={!plan?.is_changed}
                loading={isBusy}
                data-autofocus
                onClick={() => void publish().then(onClose)}
              >
                {t("Publish")}
              </Button>
            </Group>
          </div>
        )}
      </Asking>
    </Modal>
  );
}

function Difference({ plan }: { plan: Shapes["DocumentPlan"] }) {
  if (plan.is_new) return <Note>{t("This template is new; journeys can send it from now on.")}</Note>;
  if (!plan.is_changed) return <Note>{t("Nothing differs from what is live.")}</Note>;
  return (
    <ul className="stack" aria-label={t("What changes")}>
      {plan.fields.map((field) => {
        const isLong = field.path === "html" || field.path === "text";
        return (
          <li key={field.path} className="stack tight">
            <span className="strong small">{t("Changes {what}", { what: FIELDS[field.path]?.() ?? field.path })}</span>
            {isLong ? (
              <Lines before={String(field.before ?? "")} after={String(field.after ?? "")} />
            ) : (
              <span className="wrap">
                <span className="faint">{valueWords(field.before)}</span> → {valueWords(field.after)}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Lines that went, and lines that came; those that stayed are left out. */
function Lines({ before, after }: { before: string; after: string }) {
  const [old, now] = [before.split("\n"), after.split("\n")];
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
