/** A campaign that has not gone: to whom, what, when; then the list before take-off. */
import { Button, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { Card, Page, useDeed } from "@/kit";
import { Problems } from "../documents/Problems";
import { Saved } from "../documents/Saved";
import { useDraft } from "../documents/use-draft";
import { RuleBuilder } from "../rules/RuleBuilder";
import { usePreview } from "../rules/use-preview";
import { UndoButtons, undoByKey } from "../templates/undoing";
import { CampaignState } from "./CampaignState";
import { type CampaignDoc, tidy, withTrial, written } from "./document";
import { Preflight } from "./Preflight";

type Props = { of: Shapes["CampaignPage"] };

export function Writing({ of }: Props) {
  const live = useMemo(() => (of.state === "draft" ? null : tidy(of.document)), [of.state, of.document]);
  const draft = useDraft<CampaignDoc>({ kind: "campaign", name: of.name, live, draft: of.draft, tidy });
  const [isLooking, setLooking] = useState(false);
  const set = (key: string, value: unknown) => draft.change(written(draft.doc, key, value), key);
  const [look, isBusy] = useDeed(async () => {
    await draft.settle();
    await api.POST("/api/v1/documents/publish", { body: draft.doc });
    draft.done(draft.doc);
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/campaigns/{name}"] });
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/campaigns/{name}/preflight"] });
    setLooking(true);
  });
  const errors = draft.problems.filter((one) => one.level === "error");
  return (
    <Page
      title={of.name}
      badge={
        <>
          <CampaignState state={of.state === "cancelled" ? "ready" : of.state} />
          <Saved of={draft} />
        </>
      }
      told={t("Nothing leaves before you have looked at it and launched it.")}
      actions={
        <>
          <UndoButtons of={draft} />
          <Button loading={isBusy} disabled={errors.length > 0} onClick={() => void look()}>
            {t("Look before it goes")}
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: undo works wherever the focus is */}
      <div className="campaign" onKeyDown={(event) => undoByKey(event, draft)}>
        <div className="stack">
          <Problems of={draft.problems} />
          <Who doc={draft.doc} problems={draft.problems} onSet={set} />
          <What doc={draft.doc} onSet={set} onChange={draft.change} />
          <When doc={draft.doc} onSet={set} />
        </div>
        {isLooking && !draft.hasDraft ? <Preflight name={of.name} /> : null}
      </div>
    </Page>
  );
}

type PartProps = { doc: CampaignDoc; onSet: (key: string, value: unknown) => void };

function Who({ doc, problems, onSet }: PartProps & { problems: Shapes["DocumentProblem"][] }) {
  return (
    <Card title={t("To whom")}>
      <div className="stack">
        <RuleBuilder
          path="audience"
          problems={problems}
          value={doc.audience}
          onChange={(rule) => onSet("audience", rule)}
        />
        {doc.audience === undefined ? (
          <div>
            <Button variant="default" size="compact-sm" onClick={() => onSet("audience", { all: [] })}>
              {t("Everybody")}
            </Button>
          </div>
        ) : null}
        <p className="strong">{t("But not to")}</p>
        <RuleBuilder
          path="exclude"
          problems={problems}
          value={doc.exclude}
          onChange={(rule) => onSet("exclude", rule)}
        />
        {doc.audience === undefined ? null : <Matching audience={doc.audience} exclude={doc.exclude} />}
      </div>
    </Card>
  );
}

/** How many match while it is being written; whom it reaches is counted before it goes. */
function Matching({ audience, exclude }: { audience: unknown; exclude: unknown }) {
  const found = usePreview(exclude === undefined ? audience : { all: [audience, { not: exclude }] });
  if (!found.data || found.error) return null;
  return (
    <p className={found.isOld ? "faint" : "soft"} aria-live="polite">
      {t("{count, plural, one {# person matches} other {{shown} people match}} now.", {
        count: found.data.count,
        shown: number(found.data.count),
      })}
    </p>
  );
}

function What({ doc, onSet, onChange }: PartProps & { onChange: (doc: CampaignDoc) => void }) {
  const names = ask.useQuery("get", "/api/v1/suggest", { params: { query: { what: "templates" } } }).data?.items ?? [];
  const accounts =
    ask.useQuery("get", "/api/v1/suggest", { params: { query: { what: "accounts" } } }).data?.items ?? [];
  const variants = Object.entries(doc.variants ?? {});
  return (
    <Card title={t("What")}>
      <div className="stack narrow-form">
        {doc.variants ? (
          <>
            {variants.map(([name, one]) => (
              <Select
                key={name}
                label={t("Variant {name}", { name: name.toUpperCase() })}
                data={names}
                searchable
                value={one.template || null}
                onChange={(template) =>
                  onSet("variants", { ...doc.variants, [name]: { ...one, template: template ?? "" } })
                }
              />
            ))}
            <NumberInput
              label={t("Tried on, per cent of the audience")}
              min={1}
              max={99}
              value={doc.trial?.share ?? 20}
              onChange={(share) => onSet("trial", { ...doc.trial, share: Number(share) || 20 })}
            />
            <TextInput
              label={t("Clicks are counted for")}
              description={t("Then the rest gets what most people clicked. Opens and machines do not count.")}
              value={doc.trial?.after ?? "4h"}
              onChange={(event) => onSet("trial", { ...doc.trial, after: event.currentTarget.value })}
            />
          </>
        ) : (
          <Select
            label={t("Template")}
            data={names}
            searchable
            value={doc.template || null}
            onChange={(template) => onSet("template", template ?? "")}
          />
        )}
        <Switch
          label={t("Try two templates on a part first")}
          checked={doc.variants !== undefined}
          onChange={(event) => onChange(withTrial(doc, event.currentTarget.checked))}
        />
        <Select
          label={t("Sender")}
          placeholder={t("The default of the channel")}
          data={accounts}
          clearable
          value={doc.account || null}
          onChange={(account) => onSet("account", account ?? "")}
        />
      </div>
    </Card>
  );
}

function When({ doc, onSet }: PartProps) {
  return (
    <Card title={t("When")}>
      <div className="stack narrow-form">
        <TextInput
          type="datetime-local"
          label={t("At")}
          description={t("Empty: when it is launched.")}
          value={doc.at ?? ""}
          onChange={(event) => onSet("at", event.currentTarget.value)}
        />
        {doc.at && !doc.variants ? (
          <Switch
            label={t("At that time where each person is")}
            checked={doc.local ?? false}
            onChange={(event) => onSet("local", event.currentTarget.checked)}
          />
        ) : null}
        <NumberInput
          label={t("At most an hour")}
          description={t("Empty: as fast as the sender takes them.")}
          min={1}
          thousandSeparator
          value={doc.per_hour ?? ""}
          onChange={(value) => onSet("per_hour", value === "" ? undefined : Number(value))}
        />
      </div>
    </Card>
  );
}
