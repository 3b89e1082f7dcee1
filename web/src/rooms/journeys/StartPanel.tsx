/** The beginning of a journey: what starts it, who may enter, how often, what for, and who leaves early. */
import { ActionIcon, Button, Select, TextInput } from "@mantine/core";
import { IconFlag3, IconPlus, IconTrash, IconX } from "@tabler/icons-react";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { type Schema, SchemaForm } from "@/kit";
import type { Suggestions } from "../documents/suggestions";
import { NameInput } from "../rules/inputs";
import { RuleBuilder, RuleList } from "../rules/RuleBuilder";
import type { Doc, Trigger } from "./document";
import { fields } from "./Fields";
import { type Forms, sendSteps } from "./forms";

type Props = {
  doc: Doc;
  forms: Forms;
  suggestions: Suggestions;
  problems: Shapes["DocumentProblem"][];
  onChange: (doc: Doc, tag?: string) => void;
  onClose: () => void;
};

const NO_RULES: never[] = [];

export function StartPanel(props: Props) {
  const { doc, problems, onChange } = props;
  const steps = sendSteps(doc);
  const set = (key: keyof Doc, value: unknown) => {
    const next: Doc = { ...doc, [key]: value };
    if (value === undefined || value === "") delete next[key];
    onChange(next, String(key));
  };
  const errorsOf = (path: string) =>
    problems
      .filter((one) => one.path.startsWith(path))
      .map((one) => (
        <p key={`${one.path} ${one.message}`} className="field-error">
          {one.message} {one.hint}
        </p>
      ));
  return (
    <>
      <div className="panel-head">
        <IconFlag3 size={18} stroke={1.7} />
        <h2 className="grow">{t("Start")}</h2>
        <ActionIcon aria-label={t("Close")} onClick={props.onClose}>
          <IconX size={18} />
        </ActionIcon>
      </div>
      <div className="panel-part" data-form>
        <h3>{t("What starts it")}</h3>
        <Triggers {...props} onPut={(triggers) => set("triggers", triggers)} />
        {errorsOf("triggers")}
      </div>
      <div className="panel-part">
        <h3>{t("Who may enter")}</h3>
        <p className="faint small">{t("Everybody, or only those for whom this is true when they come.")}</p>
        <RuleBuilder
          path="audience"
          problems={problems}
          value={doc.audience}
          onChange={(rule) => set("audience", rule)}
        />
      </div>
      <div className="panel-part">
        <h3>{t("How often")}</h3>
        <Reentry {...props} onPut={(reentry) => set("reentry", reentry)} />
        {errorsOf("reentry")}
      </div>
      <div className="panel-part">
        <h3>{t("What it is for")}</h3>
        <Goal {...props} onPut={(goal) => set("goal", goal)} />
        {errorsOf("goal")}
      </div>
      <div className="panel-part">
        <h3>{t("Who leaves early")}</h3>
        <p className="faint small">{t("As soon as one of these is true, wherever they stand.")}</p>
        <RuleList
          isInRun
          joint="or"
          steps={steps}
          path="exit"
          problems={problems}
          value={doc.exit ?? NO_RULES}
          onChange={(rules) => set("exit", rules.length ? rules : undefined)}
        />
      </div>
      <div className="panel-part">
        <h3>{t("About")}</h3>
        <TextInput
          label={t("What it does")}
          value={doc.description ?? ""}
          onChange={(event) => set("description", event.currentTarget.value)}
        />
        <TextInput
          label={t("Who looks after it")}
          value={doc.owner ?? ""}
          onChange={(event) => set("owner", event.currentTarget.value)}
        />
      </div>
    </>
  );
}

function Triggers({ doc, forms, suggestions, problems, onPut }: Props & { onPut: (triggers: Trigger[]) => void }) {
  const known = { forms, suggestions, steps: [] };
  const put = (i: number, next: Trigger) => onPut(doc.triggers.map((one, k) => (k === i ? next : one)));
  const whole = forms.trigger as Schema;
  const schema: Schema = { ...whole, "x-order": ["event", "where"], required: ["event"] };
  return (
    <>
      {doc.triggers.map((trigger, i) => (
        <div key={i} className="rule-one stack tight">
          <div className="row keep">
            <Select
              aria-label={t("How people enter")}
              data={[
                { value: "event", label: t("Somebody does something") },
                { value: "entered", label: t("Somebody comes into a segment") },
                { value: "left", label: t("Somebody leaves a segment") },
                { value: "api", label: t("By hand or by the API") },
              ]}
              value={startOf(trigger)}
              styles={{ root: { flex: 1 } }}
              onChange={(next) => put(i, triggerOf(next, trigger))}
            />
            <ActionIcon
              size="sm"
              aria-label={t("Take away {what}", { what: t("this start") })}
              onClick={() => onPut(doc.triggers.filter((_, k) => k !== i))}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </div>
          {trigger.segment !== undefined ? (
            <div className="stack tight">
              <NameInput
                label={t("Segment")}
                what="segments"
                value={trigger.segment}
                onChange={(segment) => put(i, { ...trigger, segment })}
              />
              <p className="faint small">{t("Publishing or changing the segment itself starts nobody.")}</p>
              {problems
                .filter((one) => one.path.startsWith(`triggers[${i}]`))
                .map((one) => (
                  <p key={one.message} className="field-error">
                    {one.message} {one.hint}
                  </p>
                ))}
            </div>
          ) : null}
          {trigger.api || trigger.segment !== undefined ? null : (
            <SchemaForm
              schema={schema}
              value={trigger}
              onChange={(next) => put(i, next)}
              path={`triggers[${i}]`}
              places={problems}
              custom={fields(known)}
              suggestions={suggestions}
            />
          )}
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onPut([...doc.triggers, { event: "" }])}
        >
          {doc.triggers.length ? t("Add another start") : t("Add a start")}
        </Button>
      </div>
    </>
  );
}

function startOf(trigger: Trigger): string {
  if (trigger.segment !== undefined) return trigger.on ?? "entered";
  return trigger.api ? "api" : "event";
}

function triggerOf(how: string | null, was: Trigger): Trigger {
  if (how === "api") return { api: true };
  if (how === "entered") return { segment: was.segment ?? "" };
  if (how === "left") return { segment: was.segment ?? "", on: "left" };
  return { event: "" };
}

function Reentry({ doc, forms, suggestions, onPut }: Props & { onPut: (reentry: unknown) => void }) {
  const value = typeof doc.reentry === "object" ? doc.reentry : {};
  const how = Object.keys(value)[0] ?? "never";
  const empty: Record<string, Record<string, string>> = {
    after: { after: "90d" },
    after_exit: { after_exit: "0d" },
    by: { by: "" },
  };
  const options = [
    { value: "never", label: t("Everybody enters once") },
    { value: "by", label: t("Once for each order, cart or the like") },
    { value: "after", label: t("Again some time after they entered") },
    { value: "after_exit", label: t("Again some time after they left") },
  ];
  const whole = forms.reentry as Schema;
  const schema: Schema = { ...whole, properties: { [how]: whole.properties?.[how] ?? {} }, "x-order": [how] };
  return (
    <>
      <Select
        aria-label={t("How often")}
        data={options}
        value={how}
        onChange={(next) => onPut(next && next !== "never" ? empty[next] : undefined)}
      />
      {how === "never" ? null : (
        <SchemaForm
          schema={schema}
          value={value}
          onChange={(next) => onPut(Object.keys(next).length ? next : { [how]: "" })}
          path="reentry"
          custom={fields({ forms, suggestions, steps: [] })}
          suggestions={suggestions}
        />
      )}
    </>
  );
}

function Goal({ doc, forms, suggestions, problems, onPut }: Props & { onPut: (goal: unknown) => void }) {
  if (!doc.goal) {
    return (
      <div className="stack tight">
        <p className="faint small">{t("Whoever reaches the goal leaves, and is counted.")}</p>
        <div>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => onPut({ event: "" })}
          >
            {t("Set a goal")}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <>
      <SchemaForm
        schema={forms.goal as Schema}
        value={doc.goal as Record<string, unknown>}
        onChange={onPut}
        path="goal"
        places={problems}
        custom={fields({ forms, suggestions, steps: [] })}
        suggestions={suggestions}
      />
      <div>
        <Button variant="subtle" size="compact-sm" onClick={() => onPut(undefined)}>
          {t("No goal")}
        </Button>
      </div>
    </>
  );
}
