/** A segment at a glance: how many, who that is in words, how it moves, where it is used, who answers for it. */
import { Button, Progress, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { number, t } from "@/app/words";
import { A, Card, Facts, Note, Time, useDeed } from "@/kit";
import { isOverdue, type SegmentDoc, written } from "./document";
import { Growth } from "./Growth";
import { today } from "./Segments";
import type { SegmentWhole } from "./types";

type Props = { of: SegmentWhole; live: SegmentDoc; onPublish: (doc: SegmentDoc) => Promise<unknown> };

export function Overview({ of, live, onPublish }: Props) {
  const { segment } = of;
  return (
    <div className="detail">
      <div className="stack">
        {segment.state === "computing" ? <Computing progress={segment.progress} /> : null}
        <Card title={t("Who is in it")}>
          <div className="stack">
            <div>
              <div className="segment-big">
                <A to={`/segments/${segment.name}?tab=people`}>{number(segment.count ?? 0)}</A>
              </div>
              <div className="soft">
                {segment.state === "computing"
                  ? t("{count, plural, one {person so far} other {people so far}}", { count: segment.count ?? 0 })
                  : t("{count, plural, one {person now} other {people now}}", { count: segment.count ?? 0 })}
              </div>
            </div>
            <p className="wrap">{segment.sentence}</p>
            <Parts of={of.parts} />
          </div>
        </Card>
        <Card title={t("The last 30 days")}>
          <Growth name={segment.name} />
        </Card>
      </div>
      <aside aria-label={t("What is true now")}>
        <Card title={t("Where it is used")}>
          {of.used_by.length === 0 ? (
            <p className="faint small">{t("Nothing asks about it yet.")}</p>
          ) : (
            <ul className="stack tight">
              {of.used_by.map((one) => (
                <li key={`${one.kind} ${one.name} ${one.how}`} className="small wrap">
                  <A to={placeOf(one)}>{one.name}</A> <span className="faint">{usedWords(one)}</span>
                </li>
              ))}
            </ul>
          )}
        </Card>
        <Owner of={of} live={live} onPublish={onPublish} />
        <Card title={t("Published")}>
          <Facts
            of={[
              [
                t("Name in rules"),
                <span key="n" className="mono">
                  {segment.name}
                </span>,
              ],
              [t("Last"), segment.published_at ? <Time key="t" at={segment.published_at} /> : null],
            ]}
          />
        </Card>
      </aside>
    </div>
  );
}

function Computing({ progress }: { progress: number }) {
  return (
    <Note tone="info">
      <div className="stack tight">
        <span>
          {t("It is being computed, person by person: {part} % so far. Whoever changes meanwhile is not missed.", {
            part: Math.floor(progress * 100),
          })}
        </span>
        <Progress value={100 * progress} aria-label={t("How far it is")} />
      </div>
    </Note>
  );
}

function Parts({ of }: { of: SegmentWhole["parts"] }) {
  const conditions = of.filter((one) => one.depth > 0);
  if (conditions.length === 0) return null;
  return (
    <ul className="segment-parts" aria-label={t("Part by part")}>
      {conditions.map((one) => (
        <li key={one.path} className="small" style={{ "--depth": one.depth - 1 } as never}>
          <span className="wrap grow">{one.sentence}</span>
          <span className="faint">
            {one.is_exact ? "" : "≈ "}
            {number(one.count ?? 0)}
          </span>
        </li>
      ))}
    </ul>
  );
}

type Use = SegmentWhole["used_by"][number];

function placeOf(use: Use): string {
  const rooms: Record<string, string> = { journey: "journeys", campaign: "campaigns", segment: "segments" };
  return `/${rooms[use.kind] ?? `${use.kind}s`}/${use.name}`;
}

function usedWords({ kind, how }: Use): string {
  const kinds: Record<string, string> = { journey: t("journey"), campaign: t("campaign"), segment: t("segment") };
  return [kinds[kind] ?? kind, how].filter(Boolean).join(", ");
}

/** Who answers for it and when somebody looks at it again; saved as a new version at once. */
function Owner({ of, live, onPublish }: Props) {
  const [isEditing, setEditing] = useState(false);
  const [doc, setDoc] = useState(live);
  const [save, isBusy] = useDeed(async () => {
    await onPublish(doc);
    setEditing(false);
  });
  const overdue = isOverdue(of.segment.review_on, today());
  const set = (key: string, value: unknown) => setDoc((last) => written(last, key, value));
  if (!isEditing)
    return (
      <Card
        title={t("Who answers for it")}
        actions={
          <Button
            variant="subtle"
            size="compact-sm"
            disabled={of.segment.has_draft}
            title={of.segment.has_draft ? t("There is a draft: change it there.") : undefined}
            onClick={() => {
              setDoc(live);
              setEditing(true);
            }}
          >
            {t("Change")}
          </Button>
        }
      >
        <div className="stack tight">
          {overdue ? (
            <Note tone="warn">{t("Somebody should have looked at it on {day}.", { day: of.segment.review_on })}</Note>
          ) : null}
          <Facts
            of={[
              [t("Owner"), of.segment.owner || t("nobody")],
              [t("Next look"), of.segment.review_on || t("never")],
              [t("Definition"), of.segment.is_definition ? t("yes, a word of the house") : t("no")],
            ]}
          />
        </div>
      </Card>
    );
  return (
    <Card title={t("Who answers for it")}>
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <OwnerFields doc={doc} onSet={set} />
        <div className="row">
          <Button type="submit" size="compact-sm" loading={isBusy}>
            {t("Save")}
          </Button>
          <Button variant="default" size="compact-sm" onClick={() => setEditing(false)}>
            {t("Not now")}
          </Button>
        </div>
      </form>
    </Card>
  );
}

export function OwnerFields({ doc, onSet }: { doc: SegmentDoc; onSet: (key: string, value: unknown) => void }) {
  return (
    <>
      <TextInput
        label={t("Owner")}
        placeholder="ann@example.com"
        value={doc.owner ?? ""}
        onChange={(event) => onSet("owner", event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label={t("Next look")}
        value={doc.review ?? ""}
        onChange={(event) => onSet("review", event.currentTarget.value)}
      />
      <Switch
        label={t("Definition")}
        description={t("A word of the house, used by its name; it needs an owner and a next look.")}
        checked={doc.definition === true}
        onChange={(event) => onSet("definition", event.currentTarget.checked)}
      />
    </>
  );
}
