/** A rule that a person builds: groups of conditions, each a line that reads as a sentence and opens into its form. */
import { useMemo } from "react";
import type { Place as Problem } from "@/app/client";
import { t } from "@/app/words";
import { Asking } from "@/kit";
import { offeredOf, useRuleForms } from "./forms";
import { Lines } from "./Lines";
import "./rules.css";
import { type Branch, isUnder, leaves, pathOf, type Rule, read, write, writeList } from "./tree";
import type { PartCount, RuleForms } from "./types";
import { type Change, useBuilder } from "./use-builder";

type Shared = {
  /** Only these kinds of condition. */
  kinds?: string[];
  /** Steps that send, where the rule is asked inside a journey. */
  steps?: string[];
  isInRun?: boolean;
  /** Where the rule stands in its document: problems carry the whole path. */
  path?: string;
  problems?: Problem[];
  parts?: PartCount[];
};
type Props = Shared & { value: Rule | undefined; onChange: Change<Rule | undefined> };

export function RuleBuilder({ value, onChange, ...shared }: Props) {
  const branch = useMemo(() => read(value), [value]);
  return <Asked {...shared} branch={branch} onChange={(next, tag) => onChange(write(next), tag)} />;
}

type ListProps = Shared & { value: Rule[]; onChange: Change<Rule[]>; joint: "and" | "or" };

/** Conditions in a list of their own, which is no group: the exits of a journey. */
export function RuleList({ value, onChange, joint, ...shared }: ListProps) {
  const branch = useMemo(() => read({ all: value }), [value]);
  return (
    <Asked
      {...shared}
      branch={branch}
      listJoint={joint === "and" ? t("and") : t("or")}
      onChange={(next, tag) => onChange(writeList(next), tag)}
    />
  );
}

type AskedProps = Shared & { branch: Branch; listJoint?: string; onChange: Change<Branch> };

function Asked(props: AskedProps) {
  const forms = useRuleForms();
  return (
    <Asking of={forms} bones={2}>
      {(found) => <Built {...props} forms={found} />}
    </Asking>
  );
}

const NONE: never[] = [];

function Built({
  branch,
  onChange,
  forms,
  kinds,
  steps,
  path = "",
  parts,
  problems,
  ...rest
}: AskedProps & { forms: RuleForms }) {
  const builder = useBuilder(branch, onChange);
  const isList = rest.listJoint !== undefined;
  const offered = useMemo(() => offeredOf(forms, kinds), [forms, kinds]);
  const counts = useMemo(() => new Map((parts ?? NONE).map((part) => [part.path, part])), [parts]);
  const paths = leaves(branch).map((place) => pathOf(branch, place, path, isList));
  const elsewhere = (problems ?? NONE).filter(
    (one) => isUnder(one.path, path) && !paths.some((leaf) => isUnder(one.path, leaf)),
  );
  return (
    <div ref={builder.root} className="rule-builder">
      <Lines
        {...rest}
        builder={builder}
        forms={forms}
        operators={forms.operators}
        offered={offered}
        steps={steps ?? NONE}
        counts={counts}
        problems={problems ?? NONE}
        pathOf={(place) => pathOf(branch, place, path, isList)}
        partOf={(place) => pathOf(branch, place, "")}
        place={[]}
      />
      {elsewhere.map((one) => (
        <p key={`${one.path} ${one.message}`} className="field-error">
          {one.message} {one.hint}
        </p>
      ))}
    </div>
  );
}
