/** What they agreed to, and whether a message could reach them. */
import { t } from "@/app/words";
import { DateInput, DurationInput, NameInput, Pick } from "./inputs";
import { changed } from "./kinds";
import { isObject, type Obj } from "./tree";

type Props = { rule: Obj; onChange: (rule: Obj) => void };

export function ConsentForm({ rule, onChange }: Props) {
  const about = isObject(rule.consent) ? rule.consent : {};
  const set = (change: Obj) => onChange({ ...rule, consent: tidied(about, change) });
  const states = [
    { value: "subscribed", label: t("agreed to") },
    { value: "unsubscribed", label: t("withdrew from") },
    { value: "pending", label: t("has not confirmed yet") },
    { value: "expired", label: t("agreed, but it expired:") },
    { value: "none", label: t("never said anything about") },
  ];
  const when = about.within !== undefined ? "within" : about.since !== undefined ? "since" : "ever";
  const times = [
    { value: "ever", label: t("at any time") },
    { value: "within", label: t("in the last") },
    { value: "since", label: t("since the day") },
  ];
  const empty: Record<string, Obj> = { ever: {}, within: { within: "30d" }, since: { since: "" } };
  return (
    <div className="stack tight">
      <div className="rule-fields">
        <Pick
          label={t("What they said")}
          options={states}
          value={String(about.state ?? "subscribed")}
          width={210}
          onChange={(state) => set({ state: state === "subscribed" ? undefined : state })}
        />
        <Whither about={about} onSet={set} />
      </div>
      <div className="rule-fields">
        <span className="soft">{t("They said so")}</span>
        <Pick
          label={t("When they said it")}
          options={times}
          value={when}
          width={150}
          onChange={(next) => set({ within: undefined, since: undefined, ...empty[next] })}
        />
        {when === "within" ? (
          <DurationInput
            label={t("How long")}
            value={about.within}
            onChange={(within) => set({ within: within ?? "" })}
          />
        ) : null}
        {when === "since" ? (
          <DateInput label={t("Day")} value={about.since} onChange={(since) => set({ since })} />
        ) : null}
        <NameInput
          label={t("How they said it")}
          placeholder={t("in any way")}
          what={undefined}
          names={["double_opt_in", "single_opt_in", "import", "api"]}
          width={160}
          value={String(about.method ?? "")}
          onChange={(method) => set({ method: method || undefined })}
        />
      </div>
    </div>
  );
}

export function ReachForm({ rule, onChange }: Props) {
  const about = isObject(rule.reach) ? rule.reach : {};
  const set = (change: Obj) => onChange({ ...rule, reach: tidied(about, change) });
  const standings = [
    { value: "reached", label: t("can be reached by") },
    { value: "no_address", label: t("has no address for") },
    { value: "no_consent", label: t("has not agreed to") },
    { value: "suppressed", label: t("is suppressed for") },
    { value: "hold", label: t("is left alone by marketing by") },
  ];
  const classes = [
    { value: "promotional", label: t("something promotional") },
    { value: "lifecycle", label: t("a message of a journey") },
    { value: "service", label: t("a service message") },
    { value: "transactional", label: t("a transactional message") },
  ];
  return (
    <div className="rule-fields">
      <Pick
        label={t("Whether they can be reached")}
        options={standings}
        value={String(about.standing ?? "reached")}
        width={210}
        onChange={(standing) => set({ standing: standing === "reached" ? undefined : standing })}
      />
      <Whither about={about} onSet={set} />
      <span className="soft">{t("with")}</span>
      <Pick
        label={t("What kind of message")}
        options={classes}
        value={String(about.class ?? "promotional")}
        width={210}
        onChange={(next) => set({ class: next === "promotional" ? undefined : next })}
      />
    </div>
  );
}

function Whither({ about, onSet }: { about: Obj; onSet: (change: Obj) => void }) {
  return (
    <>
      <NameInput
        label={t("Channel")}
        what="channels"
        width={130}
        value={String(about.channel ?? "")}
        onChange={(channel) => onSet({ channel })}
      />
      <NameInput
        label={t("Topic")}
        placeholder={t("any topic")}
        what="topics"
        width={150}
        value={String(about.topic ?? "")}
        onChange={(topic) => onSet({ topic: topic || undefined })}
      />
    </>
  );
}

function tidied(about: Obj, change: Obj): Obj {
  return { channel: "", ...changed(about, change) };
}
