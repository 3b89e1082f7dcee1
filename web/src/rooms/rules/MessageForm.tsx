/** What became of messages: which ones, what, how often, in which time. */
import { Checkbox } from "@mantine/core";
import { t } from "@/app/words";
import { WindowFields } from "./EventForm";
import type { What } from "./forms";
import { NameInput, Pick, TimesInput } from "./inputs";
import { changed } from "./kinds";
import { isObject, type Obj } from "./tree";

type Props = { rule: Obj; steps: string[]; onChange: (rule: Obj) => void };

export function didOptions(isOfStep: boolean) {
  const all = [
    { value: "sent", label: t("was sent") },
    { value: "delivered", label: t("was delivered") },
    { value: "opened", label: t("was opened") },
    { value: "clicked", label: t("was clicked") },
    { value: "replied", label: t("was replied to") },
    { value: "bounced", label: t("came back") },
    { value: "complained", label: t("was marked as spam") },
    { value: "failed", label: t("failed") },
    { value: "skipped", label: t("was skipped") },
  ];
  return isOfStep ? all.filter((one) => !["replied", "complained", "skipped"].includes(one.value)) : all;
}

export function MessageForm({ rule, steps, onChange }: Props) {
  const isOfStep = !isObject(rule.message);
  const kinds = [
    { value: "step", label: t("The message of a step") },
    { value: "any", label: t("Messages") },
  ];
  return (
    <div className="stack tight">
      <div className="rule-fields">
        {steps.length ? (
          <Pick
            label={t("Which messages")}
            options={kinds}
            value={isOfStep ? "step" : "any"}
            onChange={(next) =>
              onChange(
                next === "step"
                  ? { message: "", did: rule.did ?? "opened" }
                  : { message: { channel: "email" }, did: rule.did ?? "opened", within: "30d" },
              )
            }
          />
        ) : null}
        {isOfStep ? (
          <NameInput
            label={t("Step")}
            what={undefined}
            names={steps}
            value={String(rule.message ?? "")}
            onChange={(message) => onChange({ ...rule, message })}
          />
        ) : null}
        <Pick
          label={t("What became of it")}
          options={didOptions(isOfStep)}
          value={String(rule.did ?? "")}
          width={170}
          onChange={(did) => onChange({ ...rule, did })}
        />
        {isOfStep ? null : <HowOften rule={rule} onChange={onChange} />}
      </div>
      {isOfStep ? null : (
        <>
          <div className="rule-fields">
            <WindowFields rule={rule} isRolling onChange={onChange} />
          </div>
          <Which rule={rule} onChange={onChange} />
        </>
      )}
    </div>
  );
}

type PartProps = { rule: Obj; onChange: (rule: Obj) => void };

function HowOften({ rule, onChange }: PartProps) {
  const how = rule.never ? "never" : rule.count ? "count" : "once";
  const options = [
    { value: "once", label: t("at least once") },
    { value: "count", label: t("so often:") },
    { value: "never", label: t("never") },
  ];
  const put = (change: Obj) => onChange(changed({ ...rule, never: undefined, count: undefined }, change));
  const empty: Record<string, Obj> = { once: {}, count: { count: { at_least: 2 } }, never: { never: true } };
  return (
    <>
      <Pick
        label={t("How often")}
        options={options}
        value={how}
        width={150}
        onChange={(next) => put(empty[next] ?? {})}
      />
      {how === "count" ? (
        <TimesInput
          label={t("How many times")}
          value={rule.count}
          unit={t("times")}
          onChange={(count) => onChange({ ...rule, count })}
        />
      ) : null}
    </>
  );
}

function Which({ rule, onChange }: PartProps) {
  const about = isObject(rule.message) ? rule.message : {};
  const fields: { key: string; label: string; what: What | undefined }[] = [
    { key: "channel", label: t("Channel"), what: "channels" },
    { key: "template", label: t("Template"), what: "templates" },
    { key: "campaign", label: t("Campaign"), what: "campaigns" },
    { key: "journey", label: t("Journey"), what: "journeys" },
    { key: "topic", label: t("Topic"), what: "topics" },
    { key: "link", label: t("A link that holds"), what: undefined },
  ];
  const isEngaged = rule.did === "opened" || rule.did === "clicked";
  return (
    <>
      <div className="rule-fields">
        <span className="soft small">{t("Only those of:")}</span>
        {fields
          .filter((one) => one.key !== "link" || rule.did === "clicked")
          .map((one) => (
            <NameInput
              key={one.key}
              label={one.label}
              what={one.what}
              names={one.what ? undefined : []}
              width={150}
              value={String(about[one.key] ?? "")}
              onChange={(next) => {
                const message: Obj = { ...about, [one.key]: next };
                if (next === "") delete message[one.key];
                onChange({ ...rule, message });
              }}
            />
          ))}
      </div>
      {isEngaged ? (
        <Checkbox
          size="xs"
          label={t("What machines did counts as well")}
          checked={rule.machines === true}
          onChange={(event) => onChange(changed(rule, { machines: event.currentTarget.checked || undefined }))}
        />
      ) : null}
    </>
  );
}
