/** Publishing a form: what changes for whoever opens it from now on. */
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Note } from "@/kit";
import { Publishing } from "../documents/Publishing";
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

export function PublishForm(props: Props) {
  return <Publishing {...props} title={t("Publish the form")} difference={(plan) => <Difference plan={plan} />} />;
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
