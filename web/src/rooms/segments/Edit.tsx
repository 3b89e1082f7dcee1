/** The rule of a segment being written, with whom it finds beside it. */
import { SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { type Place, Refused } from "@/app/client";
import { t } from "@/app/words";
import { Bones, Card } from "@/kit";
import { Problems } from "../documents/Problems";
import type { Written } from "../documents/use-draft";
import { Preview } from "../rules/Preview";
import { RuleBuilder } from "../rules/RuleBuilder";
import { isUnder } from "../rules/tree";
import { usePreview } from "../rules/use-preview";
import { type SegmentDoc, written } from "./document";
import { OwnerFields } from "./Overview";

const CodeView = lazy(() => import("../rules/CodeView"));
type Props = { draft: Written<SegmentDoc>; isLive: boolean };

export function Edit({ draft, isLive }: Props) {
  const { doc, change } = draft;
  const [way, setWay] = useState("lines");
  const found = usePreview(doc.where, isLive ? doc.segment : undefined);
  // What the preview says is newer than what was saved; both name the place in the document.
  const problems: Place[] =
    found.error instanceof Refused && found.error.places.length ? found.error.places : draft.problems;
  const set = (key: string, value: unknown) => change(written(doc, key, value), key);
  const elsewhere = draft.problems.filter((one) => !isUnder(one.path, "where"));
  return (
    <div className="segment-edit">
      <div className="stack segment-rule">
        <Problems of={elsewhere} />
        <Card
          title={t("Whoever")}
          actions={
            <SegmentedControl
              size="xs"
              aria-label={t("How the rule is shown")}
              data={[
                { value: "lines", label: t("Lines") },
                { value: "text", label: t("Text") },
              ]}
              value={way}
              onChange={setWay}
            />
          }
        >
          {way === "lines" ? (
            <div className="stack">
              <RuleBuilder
                path="where"
                value={doc.where}
                problems={problems}
                parts={found.data?.parts}
                onChange={(where, tag) => change(written(doc, "where", where), tag && `where ${tag}`)}
              />
              <p className="faint small segment-keys">
                {t(
                  "On a line: Space opens it, Enter adds one after it, Delete takes it away, Alt with an arrow key moves it, N turns it round, G puts it into a group.",
                )}
              </p>
            </div>
          ) : (
            <Suspense fallback={<Bones lines={6} />}>
              <CodeView path="where" value={doc.where} problems={problems} onChange={(where) => set("where", where)} />
            </Suspense>
          )}
        </Card>
      </div>
      <Preview where={doc.where} of={found} isLive={isLive} />
      <div className="segment-about">
        <Card title={t("About")}>
          <div className="stack tight narrow-form">
            <TextInput
              label={t("Title")}
              maxLength={100}
              value={doc.title ?? ""}
              onChange={(event) => set("title", event.currentTarget.value)}
            />
            <Textarea
              label={t("What it is for")}
              autosize
              maxRows={6}
              maxLength={1_000}
              value={doc.description ?? ""}
              onChange={(event) => set("description", event.currentTarget.value)}
            />
            <OwnerFields doc={doc} onSet={set} />
          </div>
        </Card>
      </div>
    </div>
  );
}
