/** Publishing a template: what changes, and who sends it from now on. */
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Note } from "@/kit";
import { Publishing } from "../documents/Publishing";
import { Changes } from "./Difference";
import type { TemplateDoc } from "./document";

type Props = {
  isOpen: boolean;
  doc: TemplateDoc;
  usedIn: string[];
  onClose: () => void;
  onPublish: () => Promise<unknown>;
};

export function PublishDialog({ usedIn, ...props }: Props) {
  const told = usedIn.length ? (
    <p className="soft">
      {t("{journeys} {count, plural, one {sends} other {send}} it from now on, to people inside as well.", {
        journeys: usedIn.map((name) => `“${name}”`).join(", "),
        count: usedIn.length,
      })}
    </p>
  ) : null;
  return (
    <Publishing
      {...props}
      size="lg"
      title={t("Publish “{name}”", { name: props.doc.template })}
      difference={(plan) => <Difference plan={plan} />}
      after={told}
    />
  );
}

function Difference({ plan }: { plan: Shapes["DocumentPlan"] }) {
  if (plan.is_new) return <Note>{t("This template is new; journeys can send it from now on.")}</Note>;
  if (!plan.is_changed) return <Note>{t("Nothing differs from what is live.")}</Note>;
  return <Changes fields={plan.fields} />;
}
