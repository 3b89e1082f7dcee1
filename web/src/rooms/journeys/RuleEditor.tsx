/** A rule as a form: groups of conditions, drawn from what the server knows to ask. */
import { ActionIcon, Button, Select, TagsInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { t } from "@/app/words";
import { type Schema, SchemaForm } from "@/kit";
import type { Suggestions } from "../documents/suggestions";
import type { Rule } from "./document";
import { fields, ValueInput } from "./Fields";
import type { Forms } from "./forms";
import { type Group, groupOf, isGroup, meant, operatorOf, ruleOf, shownValue, withOperator } from "./rules";

type Known = { forms: Forms; suggestions: Suggestions; steps: string[] };
type Props = Known & {
  value: Rule | undefined;
  onChange: (rule: Rule | undefined) => void;
  /** Only these kinds of condition. */
  kinds?: string[];
  /** A plain list, all of which must be true. */
  isList?: boolean;
  depth?: number;
};

export function RuleEditor({ value, onChange, kinds, isList, depth = 0, ...known }: Props) {
  const group = groupOf(value);
  const put = (next: Group) => onChange(ruleOf(next));
  const offered = known.forms.conditions.filter((one) => !kinds || kinds.includes(one.kind));
  const first = offered[0]?.kind ?? "attribute";
  const how = [
    { value: "all", label: t("All of these are true") },
    { value: "any", label: t("Any of these is true") },
    { value: "none", label: t("None of these is true") },
  ];
  const swap = (i: number, rule: Rule | undefined) =>
    put({ ...group, rules: group.rules.flatMap((one, k) => (k === i ? (rule === undefined ? [] : [rule]) : [one])) });
  return (
    <div className={depth > 0 ? "rule-group stack tight" : "stack tight"}>
      {!isList && (group.rules.length > 1 || group.how !== "all") ? (
        <Select
          aria-label={t("How the conditions are joined")}
          data={how}
          value={group.how}
          onChange={(next) => put({ ...group, how: (next ?? "all") as Group["how"] })}
        />
      ) : null}
      {group.rules.map((rule, i) =>
        isGroup(rule) ? (
          <div key={i} className="row keep top">
            <div className="grow">
              <RuleEditor {...known} kinds={kinds} value={rule} depth={depth + 1} onChange={(next) => swap(i, next)} />
            </div>
            <Drop onDrop={() => swap(i, undefined)} what={t("this group")} />
          </div>
        ) : (
          <Condition
            key={i}
            {...known}
            rule={rule as Record<string, unknown>}
            offered={offered}
            onChange={(next) => swap(i, next)}
          />
        ),
      )}
      <div className="row">
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => put({ ...group, rules: [...group.rules, emptyOf(first)] })}
        >
          {t("Add a condition")}
        </Button>
        {!isList && depth < 2 && group.rules.length > 0 ? (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => put({ ...group, rules: [...group.rules, { any: [emptyOf(first), emptyOf(first)] }] })}
          >
            {t("Add a group")}
          </Button>
        ) : null}
        {!isList && group.how === "all" && group.rules.length === 1 ? (
          <Button variant="subtle" size="compact-sm" onClick={() => put({ ...group, how: "none" })}>
            {t("Turn round")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function Drop({ onDrop, what }: { onDrop: () => void; what: string }) {
  return (
    <ActionIcon size="sm" aria-label={t("Take away {what}", { what })} onClick={onDrop}>
      <IconTrash size={15} />
    </ActionIcon>
  );
}

function emptyOf(kind: string): Record<string, unknown> {
  const made: Record<string, Record<string, unknown>> = {
    attribute: { attribute: "", eq: "" },
    property: { property: "", eq: "" },
    tag: { tag: "" },
    list: { list: "" },
    company: { company: "" },
    company_attribute: { company_attribute: "", eq: "" },
    event: { event: "" },
    message: { message: "", did: "opened" },
    consent: { consent: { channel: "email" } },
  };
  return made[kind] ?? { [kind]: "" };
}

type ConditionProps = Known & {
  rule: Record<string, unknown>;
  offered: Forms["conditions"];
  onChange: (rule: Rule | undefined) => void;
};

function Condition({ rule, offered, onChange, ...known }: ConditionProps) {
  const kind = offered.find((one) => one.kind in rule) ?? offered[0];
  if (!kind) return null;
  const operator = operatorOf(rule, known.forms.operators);
  return (
    <div className="rule-one stack tight">
      <div className="row keep">
        {offered.length > 1 ? (
          <Select
            aria-label={t("What is asked")}
            data={offered.map((one) => ({ value: one.kind, label: one.title }))}
            value={kind.kind}
            styles={{ root: { flex: 1 } }}
            onChange={(next) => next && next !== kind.kind && onChange(emptyOf(next))}
          />
        ) : (
          <span className="grow faint small">{t("Condition")}</span>
        )}
        <Drop onDrop={() => onChange(undefined)} what={t("this condition")} />
      </div>
      <SchemaForm
        schema={kind.schema as Schema}
        value={rule}
        onChange={onChange}
        custom={fields(known)}
        suggestions={known.suggestions}
      />
      {kind.compares ? (
        <div className="row keep">
          <Select
            aria-label={t("How it is compared")}
            data={known.forms.operators.map((one) => ({ value: one.key, label: one.title }))}
            value={operator?.key ?? null}
            styles={{ root: { flex: 1 } }}
            onChange={(next) => next && onChange(withOperator(rule, next, known.forms.operators))}
          />
          {operator ? <Compared rule={rule} operator={operator} onChange={onChange} /> : null}
        </div>
      ) : null}
    </div>
  );
}

type ComparedProps = {
  rule: Record<string, unknown>;
  operator: Forms["operators"][number];
  onChange: (rule: Rule) => void;
};

function Compared({ rule, operator, onChange }: ComparedProps) {
  const value = rule[operator.key];
  const set = (next: unknown) => onChange({ ...rule, [operator.key]: next });
  if (operator.takes === "yes or no") {
    const options = [
      { value: "true", label: t("yes") },
      { value: "false", label: t("no") },
    ];
    return (
      <Select
        aria-label={t("Value")}
        data={options}
        value={String(value)}
        w={90}
        onChange={(next) => set(next === "true")}
      />
    );
  }
  if (operator.takes === "list") {
    return (
      <TagsInput
        aria-label={t("Values")}
        value={(Array.isArray(value) ? value : []).map(shownValue)}
        styles={{ root: { flex: 1 } }}
        onChange={(next) => set(next.map(meant))}
      />
    );
  }
  if (operator.takes === "range") {
    const [low, high] = Array.isArray(value) ? (value as unknown[]) : [0, 0];
    return (
      <>
        <ValueInput label={t("From")} value={low} onChange={(next) => set([next, high])} />
        <ValueInput label={t("To")} value={high} onChange={(next) => set([low, next])} />
      </>
    );
  }
  return <ValueInput label={t("Value")} value={value} onChange={set} />;
}
