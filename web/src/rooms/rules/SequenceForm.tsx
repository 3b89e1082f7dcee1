/** One thing after another, or one thing without the other. */
import { t } from "@/app/words";
import type { Operator } from "./compare";
import { WhereFields, WindowFields } from "./EventForm";
import { DurationInput, NameInput, Pick } from "./inputs";
import { isObject, type Obj } from "./tree";

type Props = { rule: Obj; operators: Operator[]; onChange: (rule: Obj) => void };

export function SequenceForm({ rule, operators, onChange }: Props) {
  const of = isObject(rule.sequence) ? rule.sequence : {};
  const put = (next: Obj) => onChange({ ...rule, sequence: next });
  const isWithout = "without" in of;
  const [key, second] = isWithout ? ["without", of.without] : ["then", of.then];
  const turn = (how: string) => {
    const { then, without, ...rest } = of;
    put({ ...rest, [how]: then ?? without ?? { event: "" } });
  };
  const options = [
    { value: "then", label: t("followed by") },
    { value: "without", label: t("not followed by") },
  ];
  return (
    <div className="stack tight">
      <Step label={t("First")} step={of.first} operators={operators} onChange={(first) => put({ ...of, first })} />
      <div className="rule-fields">
        <Pick label={t("What comes after")} options={options} value={key as string} width={160} onChange={turn} />
      </div>
      <Step
        label={isWithout ? t("What does not follow") : t("What follows")}
        step={second}
        operators={operators}
        onChange={(next) => put({ ...of, [key as string]: next })}
      />
      <div className="rule-fields">
        <span className="soft">{t("within")}</span>
        <DurationInput
          label={t("How soon")}
          value={of.within}
          onChange={(within) => put({ ...of, within: within ?? "" })}
        />
      </div>
      <div className="rule-fields">
        <span className="soft">{t("the first of them")}</span>
        <WindowFields rule={rule} onChange={onChange} />
      </div>
    </div>
  );
}

type StepProps = { label: string; step: unknown; operators: Operator[]; onChange: (step: Obj) => void };

function Step({ label, step, operators, onChange }: StepProps) {
  const given = isObject(step) ? step : {};
  const event = String(given.event ?? "");
  return (
    <>
      <div className="rule-fields">
        <NameInput label={label} what="events" value={event} onChange={(next) => onChange({ ...given, event: next })} />
      </div>
      <WhereFields rule={given} event={event} operators={operators} onChange={onChange} />
    </>
  );
}
