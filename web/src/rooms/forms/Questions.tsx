/** The questions of a form, in their order. */
import { ActionIcon, Button, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { t } from "@/app/words";
import { Card, Note } from "@/kit";
import { useSuggestions } from "../documents/suggestions";
import { type FormField, field, fieldName } from "./document";
import { type Part, wrongAt } from "./What";

export function Questions({ doc, problems, onChange }: Part) {
  const fields = doc.fields ?? [];
  const put = (next: FormField[], tag?: string) => onChange({ ...doc, fields: next.map(field) }, tag);
  const wrong = wrongAt(problems, "fields");
  const move = (from: number, to: number) => {
    const next = [...fields];
    const [one] = next.splice(from, 1);
    if (one) next.splice(to, 0, one);
    put(next);
  };
  return (
    <Card title={t("Questions")}>
      <div className="stack">
        {wrong ? <Note tone="failed">{wrong}</Note> : null}
        <ol className="questions stack">
          {fields.map((one, i) => (
            <Question
              key={i}
              of={one}
              at={i}
              count={fields.length}
              wrong={(key) => wrongAt(problems, `fields[${i}].${key}`)}
              onChange={(next, tag) =>
                put(
                  fields.map((other, k) => (k === i ? next : other)),
                  `${i}.${tag}`,
                )
              }
              onMove={(to) => move(i, to)}
              onDrop={() => put(fields.filter((_, k) => k !== i))}
            />
          ))}
        </ol>
        <div>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => put([...fields, { name: "", label: "" }])}
          >
            {t("Add a question")}
          </Button>
        </div>
      </div>
    </Card>
  );
}

type QuestionProps = {
  of: FormField;
  at: number;
  count: number;
  wrong: (key: string) => string | undefined;
  onChange: (next: FormField, tag: string) => void;
  onMove: (to: number) => void;
  onDrop: () => void;
};

function Question({ of, at, count, wrong, onChange, onMove, onDrop }: QuestionProps) {
  const { attributes } = useSuggestions();
  const isAddress = of.name === "email";
  const label = (text: string) => {
    const follows = of.name === "" || (!isAddress && of.name === fieldName(of.label));
    onChange({ ...of, label: text, name: follows ? fieldName(text) : of.name }, "label");
  };
  return (
    <li className="question stack tight" aria-label={of.label || t("A new question")}>
      <div className="row keep">
        <TextInput
          className="grow"
          label={t("Question")}
          error={wrong("label")}
          maxLength={200}
          value={of.label}
          onChange={(event) => label(event.currentTarget.value)}
        />
        <span className="row keep tools">
          <ActionIcon aria-label={t("Up")} disabled={at === 0} onClick={() => onMove(at - 1)}>
            <IconArrowUp size={16} />
          </ActionIcon>
          <ActionIcon aria-label={t("Down")} disabled={at === count - 1} onClick={() => onMove(at + 1)}>
            <IconArrowDown size={16} />
          </ActionIcon>
          <ActionIcon aria-label={t("Take the question away")} disabled={isAddress} onClick={onDrop}>
            <IconTrash size={16} />
          </ActionIcon>
        </span>
      </div>
      {isAddress ? (
        <span className="faint small">{t("The address is always asked; without it nobody knows who they are.")}</span>
      ) : (
        <>
          <div className="two">
            <TextInput
              label={t("Attribute")}
              description={t("Where the answer is kept.")}
              list="form-attributes"
              error={wrong("name")}
              value={of.name}
              onChange={(event) => onChange({ ...of, name: event.currentTarget.value }, "name")}
            />
            <Select
              label={t("Answer")}
              description={t("How it is given.")}
              data={[
                { value: "text", label: t("A line of text") },
                { value: "email", label: t("An email address") },
                { value: "choice", label: t("One of several") },
                { value: "checkbox", label: t("A box to check") },
              ]}
              allowDeselect={false}
              value={of.type ?? "text"}
              onChange={(next) => onChange({ ...of, type: (next ?? "text") as FormField["type"] }, "type")}
            />
          </div>
          <datalist id="form-attributes">
            {attributes.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
          {of.type === "choice" ? (
            <TagsInput
              label={t("Choices")}
              description={t("Press Enter behind each.")}
              error={wrong("options")}
              value={of.options ?? []}
              onChange={(options) => onChange({ ...of, options }, "options")}
            />
          ) : null}
          <Switch
            label={t("It must be answered")}
            checked={of.required ?? false}
            onChange={(event) => onChange({ ...of, required: event.currentTarget.checked }, "required")}
          />
        </>
      )}
    </li>
  );
}
