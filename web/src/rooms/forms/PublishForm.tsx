/** Publishing a form: what changes for whoever opens it from now on. */
import { Button, Group, Modal } from "@mantine/core";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Note, useDeed } from "@/kit";
import { Problems } from "../documents/Problems";
import { usePlan } from "../documents/use-plan";
import type { FormDoc } from "./document";

type Props = { isOpen: boolean; doc: FormDoc; onClose: () => void; onPublish: () => Promise<unknown> };

const PARTS: Record<string, () => string> = {
  title: () => t("the title"),
  description: () => t("the description"),
  fields: () => t("the questions"),
  topic: () => t("the topic"),
  consent: () => t("what filling it in means"),
  double_opt_in: () => t("whether a mail asks for a confirmation"),
  list: () => t("the list"),
  tags: () => t("the tags"),
  button: () => t("the button"),
  thanks: () => t("the thanks"),
  proof_of_work: () => t("the proof of work"),
};

export function PublishForm({ isOpen, doc, onClose, onPublish }: Props) {
  const found = usePlan(doc, isOpen);
  const [publish, isBusy] = useDeed(onPublish);
  return (
    <Modal opened={isOpen} onClose={onClose} title={<span className="strong">{t("Publish the form")}</span>}>
      <Asking of={found}>
        {({ plan, problems }) => (
          <div className="stack">
            <Problems of={problems} />
            {plan ? <Difference plan={plan} /> : <p>{t("Mend this first; what is live stays as it is.")}</p>}
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
  if (plan.is_new)
    return <Note>{t("This form is new; everybody who has its address can fill it in from now on.")}</Note>;
  if (!plan.is_changed) return <Note>{t("Nothing differs from what is live.")}</Note>;
  const names = [...new Set(plan.fields.map((one) => one.path.split(/[.[]/)[0] ?? ""))];
  return (
    <ul className="stack tight" aria-label={t("What changes")}>
      {names.map((name) => (
        <li key={name}>{t("Changes {what}", { what: PARTS[name]?.() ?? name })}</li>
      ))}
    </ul>
  );
}
