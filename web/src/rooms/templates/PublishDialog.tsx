/** Publishing a template: what changes, and who sends it from now on. */
import { Button, Group, Modal } from "@mantine/core";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Note, useDeed } from "@/kit";
import { Problems } from "../documents/Problems";
import { usePlan } from "../documents/use-plan";
import { Changes } from "./Difference";
import type { TemplateDoc } from "./document";

type Props = {
  isOpen: boolean;
  doc: TemplateDoc;
  usedIn: string[];
  onClose: () => void;
  onPublish: () => Promise<unknown>;
};

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
  return <Changes fields={plan.fields} />;
}
