/** What each column means, with its first values; and what holds for everybody in the file. */
import { Autocomplete, Button, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Card, Note } from "@/kit";
import { targetOf, targetWords } from "./targets";
import "./imports.css";

type Options = Shapes["Options"];
type Props = {
  of: Shapes["ImportPreview"];
  isBusy: boolean;
  onChange: () => void;
  onLook: (mapping: Record<string, string>, options: Options) => Promise<unknown>;
};

export function Meaning({ of, isBusy, onChange, onLook }: Props) {
  const [mapping, setMapping] = useState<Record<string, string>>(of.job.mapping);
  // What is being typed stays as it is, while what it means is read from it.
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [options, setOptions] = useState<Options>(of.job.options);
  const topics = ask.useQuery("get", "/api/v1/topics", {}).data ?? [];
  const names = ask.useQuery("get", "/api/v1/suggest", { params: { query: { what: "attributes" } } }).data?.items ?? [];
  const targets = [
    "identifier:email",
    "identifier:user_id",
    ...of.targets.filter((one) => !one.endsWith(":")),
    ...names.map((name) => `attribute:${name}`),
  ];
  const put = (column: string, target: string) => {
    setMapping({ ...mapping, [column]: target });
    onChange();
  };
  const set = (change: Partial<Options>) => {
    setOptions({ ...options, ...change });
    onChange();
  };
  const isNamed = Object.values(mapping).some((target) => target.startsWith("identifier:"));
  return (
    <>
      <Card title={t("What the columns mean")} isBare>
        <ul className="columns" aria-label={t("Columns")}>
          {of.job.columns.map((column) => (
            <li key={column} className="line">
              <div className="grow stack tight">
                <bdi className="strong wrap">{column}</bdi>
                <span className="faint small cut">
                  {of.samples
                    .map((row) => row[column])
                    .filter(Boolean)
                    .slice(0, 3)
                    .join(" · ") || t("empty in the first rows")}
                </span>
              </div>
              <Autocomplete
                aria-label={t("What {column} means", { column })}
                w={240}
                data={[...new Set(targets)].map(targetWords)}
                value={typed[column] ?? targetWords(mapping[column] ?? "ignore")}
                onChange={(words) => {
                  setTyped({ ...typed, [column]: words });
                  put(column, targetOf(words));
                }}
              />
            </li>
          ))}
        </ul>
      </Card>
      <Card title={t("For everybody in the file")}>
        <div className="stack" style={{ maxWidth: 620 }}>
          {options.default_status ? (
            <Note tone="warn">
              {options.default_status === "cleaned"
                ? t("By its name this file lists addresses that never worked: they are never written to.")
                : t(
                    "By its name this file lists people who left: they stay unsubscribed. Bring it in before the others.",
                  )}
            </Note>
          ) : null}
          {of.job.kind === "contacts" ? (
            <>
              <Autocomplete
                label={t("What their consent is about")}
                description={t("A topic; empty: everything by email.")}
                data={topics.map((one) => one.name)}
                value={options.topic ?? ""}
                onChange={(topic) => set({ topic })}
              />
              <TextInput
                label={t("How they agreed")}
                description={t(
                  "Kept as proof beside each. Without it only rows with a time of consent count as agreed; nobody else gets marketing.",
                )}
                placeholder={t("Signed up on our site between 2019 and 2024, with the box for the newsletter")}
                value={options.statement ?? ""}
                onChange={(event) => set({ statement: event.currentTarget.value })}
              />
            </>
          ) : null}
          <TagsInput label={t("Tags")} value={options.tags ?? []} onChange={(tags) => set({ tags })} />
          <TagsInput label={t("Lists")} value={options.lists ?? []} onChange={(lists) => set({ lists })} />
        </div>
      </Card>
      {isNamed ? null : (
        <Note tone="failed">{t("No column says who a row is about: let one mean the email address.")}</Note>
      )}
      <div className="row">
        <Button variant="default" loading={isBusy} disabled={!isNamed} onClick={() => void onLook(mapping, options)}>
          {t("See what it would do")}
        </Button>
      </div>
    </>
  );
}
