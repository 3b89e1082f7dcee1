/** What was published before: against what is being written, and taken up again. */
import { Button, Modal } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { api, ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Card, Empty, StateBadge, Time, useDeed } from "@/kit";
import { Changes, fieldsOf } from "./Difference";

type Doc = Record<string, unknown>;
type Props = {
  kind: "template" | "block" | "segment";
  name: string;
  live: number;
  versions: Shapes["DocumentEdition"][];
  doc: Doc;
  onTake: (document: Doc, number: number) => void;
  /** How what differs is told; as in letters where nothing is said. */
  changes?: (fields: ReturnType<typeof fieldsOf>) => ReactNode;
};

export function VersionsTab({ kind, name, live, versions, doc, onTake, changes }: Props) {
  const [looked, setLooked] = useState<number>();
  const [take, isBusy] = useDeed(async (number: number) => {
    const params = { path: { kind, name, number } };
    const { data } = await api.GET("/api/v1/documents/{kind}/{name}/versions/{number}", { params });
    setLooked(undefined);
    if (data) onTake(data.document, number);
  });
  if (versions.length === 0) return <Empty>{t("It was never published; there is nothing to go back to.")}</Empty>;
  return (
    <Card title={t("Versions")} isBare>
      <ul aria-label={t("Versions")}>
        {versions.map((one) => (
          <li key={one.number} className="line version">
            <span className="grow">
              <span className="row">
                <span className="strong">{t("Version {version}", { version: one.number })}</span>
                {one.number === live ? <StateBadge state="live" /> : null}
              </span>
              <span className="faint small">
                <Time at={one.at} /> {one.actor ? t("by {name}", { name: one.actor }) : null}
              </span>
            </span>
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={t("What differs from version {version}", { version: one.number })}
              onClick={() => setLooked(one.number)}
            >
              {t("What differs")}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t("Make it the draft: version {version}", { version: one.number })}
              loading={isBusy}
              onClick={() => void take(one.number)}
            >
              {t("Make it the draft")}
            </Button>
          </li>
        ))}
      </ul>
      {looked === undefined ? null : (
        <Modal
          opened
          size="lg"
          onClose={() => setLooked(undefined)}
          title={
            <span className="strong">{t("From version {version} to what is written now", { version: looked })}</span>
          }
        >
          <Against kind={kind} name={name} number={looked} doc={doc} changes={changes} />
        </Modal>
      )}
    </Card>
  );
}

type AgainstProps = { kind: string; name: string; number: number; doc: Doc; changes: Props["changes"] };

function Against({ kind, name, number, doc, changes }: AgainstProps) {
  const params = { path: { kind, name, number } };
  const found = ask.useQuery("get", "/api/v1/documents/{kind}/{name}/versions/{number}", { params });
  return (
    <Asking of={found}>
      {({ document }) => {
        const fields = fieldsOf(document, doc);
        if (fields.length && changes) return changes(fields);
        return fields.length ? <Changes fields={fields} /> : <p>{t("Nothing differs.")}</p>;
      }}
    </Asking>
  );
}
