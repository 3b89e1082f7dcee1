/** The step that is selected: its form, where it leads, who is there, what failed. */
import { ActionIcon, Button, Select } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash, IconX } from "@tabler/icons-react";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { type Schema, SchemaForm } from "@/kit";
import type { Suggestions } from "../documents/suggestions";
import { RuleBuilder } from "../rules/RuleBuilder";
import { changed, type Doc, END, exitsOf, kindOf, led, OPTIONAL, type Rule, type Step } from "./document";
import { fields } from "./Fields";
import { type Forms, sendSteps } from "./forms";
import { Failure, Here } from "./Here";
import { lookOf } from "./steps";

type Props = {
  name: string;
  doc: Doc;
  forms: Forms;
  suggestions: Suggestions;
  problems: Shapes["DocumentProblem"][];
  detail: Shapes["JourneyDetail"];
  isReadOnly?: boolean;
  onChange: (doc: Doc, tag?: string) => void;
  onRemove: () => void;
  onClose: () => void;
};

export function StepPanel(props: Props) {
  const { name, doc, forms, onChange } = props;
  const step = doc.steps[name];
  if (!step) return null;
  const kind = forms.steps.find((one) => one.kind === kindOf(step));
  const Icon = lookOf(step).icon;
  const put = (next: Step) => onChange(changed(doc, name, next), name);
  return (
    <>
      <div className="panel-head">
        <Icon size={18} stroke={1.7} />
        <div className="grow">
          <h2 className="cut">{kind?.title ?? name}</h2>
          <div className="faint small cut">{name}</div>
        </div>
        <ActionIcon aria-label={t("Take this step away")} onClick={props.onRemove}>
          <IconTrash size={17} />
        </ActionIcon>
        <ActionIcon aria-label={t("Close")} onClick={props.onClose}>
          <IconX size={18} />
        </ActionIcon>
      </div>
      <Failure journey={props.detail} step={name} />
      {kind ? <StepForm {...props} step={step} kind={kind} onPut={put} /> : null}
      {exitsOf(step).length ? <Exits {...props} step={step} kind={kind} onPut={put} /> : null}
      <Here journey={props.detail} step={name} />
    </>
  );
}

type Inner = Props & { step: Step; kind?: Forms["steps"][number]; onPut: (step: Step) => void };

function StepForm({ step, kind, onPut, name, doc, forms, suggestions, problems }: Inner) {
  if (!kind) return null;
  const known = { forms, suggestions, steps: sendSteps(doc) };
  const places = problems;
  const loose = problems.filter((one) => one.path === `steps.${name}` || one.path === `steps.${name}.${kind.kind}`);
  const options = kind.options as Schema;
  return (
    <div className="panel-part" data-form>
      <p className="faint small">{kind.sentence}</p>
      {loose.map((one) => (
        <p key={one.message} className="field-error">
          {one.message} {one.hint}
        </p>
      ))}
      {kind.kind === "branch" ? (
        <Cases step={step} onPut={onPut} name={name} problems={problems} steps={known.steps} />
      ) : (
        <SchemaForm
          schema={kind.schema as Schema}
          value={(step[kind.kind] ?? {}) as Record<string, unknown>}
          onChange={(next) => onPut({ ...step, [kind.kind]: next })}
          path={`steps.${name}.${kind.kind}`}
          places={places}
          custom={fields(known)}
          suggestions={suggestions}
        />
      )}
      {Object.keys(options.properties ?? {}).length ? (
        <SchemaForm
          schema={options}
          value={step}
          onChange={(next) => onPut(next)}
          path={`steps.${name}`}
          places={places}
          custom={fields(known)}
          suggestions={suggestions}
        />
      ) : null}
    </div>
  );
}

type Case = { when: Rule; next: string };
type CasesProps = {
  step: Step;
  name: string;
  onPut: (step: Step) => void;
  problems: Shapes["DocumentProblem"][];
  steps: string[];
};

function Cases({ step, name, onPut, problems, steps }: CasesProps) {
  const cases = (Array.isArray(step.branch) ? step.branch : []) as Case[];
  const put = (next: Case[]) => onPut({ ...step, branch: next });
  const move = (i: number, to: number) => {
    const next = [...cases];
    const [one] = next.splice(i, 1);
    if (one) next.splice(to, 0, one);
    put(next);
  };
  return (
    <div className="stack">
      {cases.map((one, i) => (
        <div key={i} className="stack tight">
          <div className="row apart keep">
            <span className="field-label">{cases.length > 1 ? t("Case {n}", { n: i + 1 }) : t("When")}</span>
            {cases.length > 1 ? (
              <span className="row keep">
                <ActionIcon size="sm" aria-label={t("Earlier")} disabled={i === 0} onClick={() => move(i, i - 1)}>
                  <IconArrowUp size={15} />
                </ActionIcon>
                <ActionIcon
                  size="sm"
                  aria-label={t("Later")}
                  disabled={i === cases.length - 1}
                  onClick={() => move(i, i + 1)}
                >
                  <IconArrowDown size={15} />
                </ActionIcon>
                <ActionIcon
                  size="sm"
                  aria-label={t("Take away {what}", { what: t("Case {n}", { n: i + 1 }) })}
                  onClick={() => put(cases.filter((_, k) => k !== i))}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              </span>
            ) : null}
          </div>
          <RuleBuilder
            isInRun
            steps={steps}
            path={`steps.${name}.branch[${i}].when`}
            problems={problems}
            value={one.when}
            onChange={(when) => put(cases.map((was, k) => (k === i ? { ...was, when: when ?? { all: [] } } : was)))}
          />
          {problems
            .filter((problem) => problem.path.startsWith(`steps.${name}.branch[${i}]`))
            .filter((problem) => !problem.path.startsWith(`steps.${name}.branch[${i}].when`))
            .map((problem) => (
              <p key={problem.message} className="field-error">
                {problem.message} {problem.hint}
              </p>
            ))}
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => put([...cases, { when: { attribute: "", eq: "" }, next: END }])}
        >
          {t("Add a case")}
        </Button>
      </div>
    </div>
  );
}

/** Where each exit leads: to any step, so that ways may meet again. */
function Exits({ step, kind, onPut, doc, name, problems }: Inner) {
  const targets = [
    ...Object.keys(doc.steps)
      .filter((one) => one !== name)
      .map((one) => ({ value: one, label: `${one}: ${lookOf(doc.steps[one]).sentence(doc.steps[one] ?? {})}` })),
    { value: END, label: t("The end") },
  ];
  const known = kindOf(step);
  const exits = exitsOf(step);
  const optional = (known ? OPTIONAL[known] : []).filter((key) => !exits.some((exit) => exit.key === key));
  const titleOf = (key: string) => {
    const words = lookOf(step).exit(key, step);
    return words || kind?.exits.find((one) => one.key === key)?.title || key;
  };
  return (
    <div className="panel-part">
      <h3>{t("Where it leads")}</h3>
      {exits.map((exit) => (
        <Select
          key={exit.key}
          label={exits.length > 1 || exit.key !== "next" ? titleOf(exit.key) : t("then")}
          data={targets}
          value={exit.target}
          searchable
          clearable={OPTIONAL[known ?? "exit"].includes(exit.key)}
          error={problems.find((one) => one.path === `steps.${name}.${exit.key}`)?.message}
          onChange={(next) => onPut(led(step, exit.key, next ?? undefined))}
        />
      ))}
      {optional.length ? (
        <div className="row">
          {optional.map((key) => (
            <Button key={key} variant="subtle" size="compact-sm" onClick={() => onPut(led(step, key, END))}>
              {t("Own way when {what}", { what: kind?.exits.find((one) => one.key === key)?.title ?? key })}
            </Button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
