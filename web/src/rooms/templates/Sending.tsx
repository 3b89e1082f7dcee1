/** How a template is sent: what it may do, about what, by which channel. */
import { Select, Switch, TextInput } from "@mantine/core";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Card } from "@/kit";
import { useSuggestions } from "../documents/suggestions";
import { CLASS_TOLD, CLASSES, classWord, type TemplateDoc } from "./document";
import { errorOf } from "./Letter";

type Props = {
  doc: TemplateDoc;
  problems: Shapes["DocumentProblem"][];
  onSet: (key: string, value: unknown) => void;
};

export function Sending({ doc, problems, onSet }: Props) {
  const { topics, channels } = useSuggestions();
  const channel = doc.channel ?? "email";
  const kind = doc.class ?? "promotional";
  return (
    <Card title={t("How it is sent")}>
      <div className="stack">
        <Select
          label={t("Kind")}
          description={CLASS_TOLD[kind]?.()}
          error={errorOf(problems, "class")}
          data={CLASSES.map((one) => ({ value: one, label: classWord(one) }))}
          value={kind}
          onChange={(next) => onSet("class", next === "promotional" ? undefined : next)}
        />
        <TextInput
          label={t("Topic")}
          description={t("What people agree to and unsubscribe from; the whole channel when empty.")}
          error={errorOf(problems, "topic")}
          list="topics"
          value={doc.topic ?? ""}
          onChange={(event) => onSet("topic", event.currentTarget.value)}
        />
        <datalist id="topics">
          {topics.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <Select
          label={t("Channel")}
          error={errorOf(problems, "channel")}
          data={[...new Set(["email", channel, ...channels])]}
          value={channel}
          onChange={(next) => onSet("channel", next)}
        />
        <Select
          label={t("When a name is missing")}
          data={[
            { value: "fail", label: t("The message fails, and somebody is told") },
            { value: "default", label: t("The place stays empty") },
            { value: "skip", label: t("The message is skipped") },
          ]}
          value={doc.missing ?? "fail"}
          onChange={(next) => onSet("missing", next === "fail" ? undefined : next)}
        />
        {kind === "transactional" ? (
          <Switch
            label={t("It must arrive")}
            description={t("When nobody can say whether it left, it is sent once more after five minutes.")}
            checked={doc.must_arrive === true}
            onChange={(event) => onSet("must_arrive", event.currentTarget.checked)}
          />
        ) : null}
      </div>
    </Card>
  );
}
