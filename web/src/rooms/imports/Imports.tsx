/** Files of people, events and suppressions: bring one in, see what came of the others. */
import { Button, FileButton, Select } from "@mantine/core";
import { IconFileImport, IconUpload } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Empty, Page, Time, toast, useDeed, useHref } from "@/kit";
import { ImportState } from "./ImportState";

type Kind = Shapes["ImportJob"]["kind"];

function kinds(): { value: string; label: string }[] {
  return [
    { value: "contacts", label: t("People") },
    { value: "events", label: t("Events") },
    { value: "suppressions", label: t("Addresses never to write to") },
  ];
}

export function kindName(kind: Kind): string {
  return kinds().find((one) => one.value === kind)?.label ?? kind;
}

export function Imports() {
  const jobs = ask.useQuery("get", "/api/v1/imports", {});
  const [kind, setKind] = useState("contacts");
  const href = useHref();
  const navigate = useNavigate();
  const [upload, isBusy] = useDeed(async (file: File | null) => {
    if (!file) return;
    const query = { name: file.name, kind: kind as "contacts" };
    const { data } = await api.POST("/api/v1/imports", {
      params: { query },
      body: file as never,
      bodySerializer: (body) => body as unknown as BodyInit,
      headers: { "content-type": "application/octet-stream" },
    });
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/imports"] });
    const first = data?.[0];
    if (data && data.length > 1) {
      toast(t("{count} files were found. Bring in those who left first.", { count: data.length }));
    }
    if (first) await navigate({ to: href(`/imports/${first.id}`) });
  });
  const choose = (
    <FileButton onChange={(file) => void upload(file)} accept=".csv,.txt,.tsv,.xlsx,.ndjson,.jsonl,.zip">
      {(props) => (
        <Button {...props} loading={isBusy} leftSection={<IconUpload size={16} />}>
          {t("Choose a file")}
        </Button>
      )}
    </FileButton>
  );
  return (
    <Page
      title={t("Imports")}
      told={t(
        "CSV, Excel, JSON lines, or the zip that Mailchimp gives you. Nothing that a file brings starts a journey.",
      )}
      actions={
        <>
          <Select
            aria-label={t("What the file holds")}
            w={230}
            allowDeselect={false}
            data={kinds()}
            value={kind}
            onChange={(value) => setKind(value ?? kind)}
          />
          {choose}
        </>
      }
    >
      <Card isBare>
        <Asking of={jobs}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon={<IconFileImport size={28} />} action={choose}>
                {t("Nothing was brought in yet. Who never agreed stays unsubscribed, whatever a file says.")}
              </Empty>
            ) : (
              <ul>
                {items.map((one) => (
                  <li key={one.id} className="line">
                    <div className="grow stack tight">
                      <div className="row">
                        <A to={`/imports/${one.id}`}>
                          <bdi className="strong cut">{one.name}</bdi>
                        </A>
                        <ImportState of={one} />
                      </div>
                      <span className="small soft wrap">
                        {kindName(one.kind)} · {t("{count, plural, one {# row} other {# rows}}", { count: one.total })}{" "}
                        ·{" "}
                        {t("{made} new, {changed} changed, {refused} refused", {
                          made: one.made_count.toLocaleString(),
                          changed: one.changed_count.toLocaleString(),
                          refused: one.refused_count.toLocaleString(),
                        })}
                      </span>
                    </div>
                    <span className="faint small">
                      <Time at={one.created_at} />
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Asking>
      </Card>
    </Page>
  );
}
