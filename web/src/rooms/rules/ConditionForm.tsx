/** The form of one condition: its own where a person fills it more easily so, else what its schema says. */
import { Autocomplete, Input, NumberInput } from "@mantine/core";
import { t } from "@/app/words";
import { type Custom, type FieldProps, type Schema, SchemaForm, worded } from "@/kit";
import { ComparedForm, Unknown } from "./Compared";
import type { Operator } from "./compare";
import { EventForm, WindowFields } from "./EventForm";
import { useNames, type What } from "./forms";
import { DateInput, DurationInput, NameInput, Pick, TimesInput } from "./inputs";
import { didOptions, MessageForm } from "./MessageForm";
import { SequenceForm } from "./SequenceForm";
import { isObject, type Obj } from "./tree";
import type { ConditionForm as Form } from "./types";

type Props = {
  form: Form | undefined;
  rule: Obj;
  operators: Operator[];
  steps: string[];
  isInRun?: boolean;
  onChange: (rule: Obj) => void;
};

const NAMED: Record<string, What> = {
  tag: "tags",
  list: "lists",
  segment: "segments",
  company: "companies",
  campaign: "campaigns",
  journey: "journeys",
};

export function ConditionForm(props: Props) {
  const { form, rule, operators, steps, isInRun, onChange } = props;
  const kind = form?.kind ?? Object.keys(rule)[0] ?? "";
  if (kind === "attribute" || kind === "property" || kind === "company_attribute")
    return <ComparedForm of={kind} rule={rule} operators={operators} onChange={onChange} />;
  if (kind === "event") return <EventForm rule={rule} operators={operators} isInRun={isInRun} onChange={onChange} />;
  if (kind === "sequence") return <SequenceForm rule={rule} operators={operators} onChange={onChange} />;
  if (kind === "message") return <MessageForm rule={rule} steps={steps} onChange={onChange} />;
  if (kind === "share" && typeof rule.share === "number") return <ShareForm rule={rule} onChange={onChange} />;
  if (kind in NAMED && !isObject(rule[kind])) return <NamedForm kind={kind} {...props} />;
  if (!form)
    return <p className="faint small">{t("This kind of condition is not known here. Change it in the text.")}</p>;
  return <SchemaForm schema={form.schema as Schema} value={rule} onChange={onChange} custom={custom} />;
}

/** What stands beside a name, for the kinds that have something there. */
function NamedForm({ kind, form, rule, onChange }: Props & { kind: string }) {
  const properties = ((form?.schema as Schema | undefined)?.properties ?? {}) as Record<string, Schema>;
  const states = properties.is?.enum?.map(String) ?? [];
  return (
    <div className="stack tight">
      <div className="rule-fields">
        <NameInput
          label={form?.title ?? worded(kind)}
          what={NAMED[kind]}
          placeholder={properties[kind]?.title}
          value={String(rule[kind] ?? "")}
          onChange={(next) => onChange({ ...rule, [kind]: next })}
        />
        {"did" in properties ? (
          <Pick
            label={t("What became of it")}
            options={didOptions(false).filter((one) => properties.did?.enum?.includes(one.value) ?? true)}
            value={String(rule.did ?? "")}
            width={170}
            onChange={(did) => onChange({ ...rule, did })}
          />
        ) : null}
        {states.length ? (
          <Pick
            label={t("How they stand to it")}
            options={states.map((value) => ({ value, label: standing(value) }))}
            value={String(rule.is ?? states[0])}
            onChange={(is) => onChange({ ...rule, is })}
          />
        ) : null}
        {"within" in properties && rule.is !== "in" ? <WindowFields rule={rule} isRolling onChange={onChange} /> : null}
      </div>
      {"missing" in properties ? <Unknown rule={rule} onChange={onChange} /> : null}
    </div>
  );
}

function standing(value: string): string {
  const words: Record<string, string> = {
    in: t("is in it now"),
    ever: t("has ever been in it"),
    completed: t("went through it"),
    goal: t("reached its goal"),
    exited: t("left it early"),
  };
  return words[value] ?? worded(value);
}

function ShareForm({ rule, onChange }: { rule: Obj; onChange: (rule: Obj) => void }) {
  return (
    <div className="rule-fields">
      <NumberInput
        aria-label={t("How many of a hundred")}
        min={0}
        max={100}
        step={5}
        suffix=" %"
        w={110}
        value={Math.round(Number(rule.share) * 10_000) / 100}
        onChange={(next) => onChange({ ...rule, share: (Number(next) || 0) / 100 })}
      />
      <span className="soft">{t("of everybody, always the same ones for")}</span>
      <NameInput
        label={t("Name of the draw")}
        what={undefined}
        names={[]}
        width={140}
        value={String(rule.salt ?? "")}
        onChange={(salt) => onChange({ ...rule, salt })}
      />
    </div>
  );
}

const DURATIONS = ["within", "for", "timeout", "offset", "after"];
const SUGGESTED: Record<string, What> = {
  attribute: "attributes",
  event: "events",
  topic: "topics",
  channel: "channels",
  template: "templates",
  ...NAMED,
};

/** Fields of a schema that are more than a text. */
const custom: Custom = (field) => {
  if (DURATIONS.includes(field.name) && !field.schema.enum && field.schema.type === "string")
    return <Length {...field} />;
  if (field.name === "since" && !field.schema.enum) return <Day {...field} />;
  if (field.name === "count" || field.name === "length") return <Times {...field} />;
  const what = (field.schema["x-suggest"] as What | undefined) ?? SUGGESTED[field.name];
  if (what && field.schema.type === "string" && !field.schema.enum) return <Named {...field} what={what} />;
  return undefined;
};

function labelled({ schema, name, error, isRequired }: FieldProps) {
  return { label: schema.title ?? worded(name), description: schema.description, error, withAsterisk: isRequired };
}

function Length(field: FieldProps) {
  const shared = labelled(field);
  return (
    <Input.Wrapper {...shared} labelElement="div">
      <DurationInput label={shared.label} value={field.value ?? field.schema.default} onChange={field.onChange} />
    </Input.Wrapper>
  );
}

function Day(field: FieldProps) {
  const shared = labelled(field);
  return (
    <Input.Wrapper {...shared} labelElement="div">
      <DateInput
        label={shared.label}
        value={field.value}
        onChange={(next) => field.onChange(next === "" ? undefined : next)}
      />
    </Input.Wrapper>
  );
}

function Times(field: FieldProps) {
  const shared = labelled(field);
  return (
    <Input.Wrapper {...shared} labelElement="div">
      <TimesInput label={shared.label} value={field.value} onChange={field.onChange} />
    </Input.Wrapper>
  );
}

function Named({ what, ...field }: FieldProps & { what: What }) {
  const value = String(field.value ?? "");
  const { names } = useNames(what, value);
  const example = field.schema.examples?.[0];
  return (
    <Autocomplete
      {...labelled(field)}
      data={names}
      limit={20}
      value={value}
      placeholder={typeof example === "string" ? example : undefined}
      onChange={(next) => field.onChange(next === "" && !field.isRequired ? undefined : next)}
    />
  );
}
