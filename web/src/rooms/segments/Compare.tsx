/** Two segments beside each other: who is in both, and who in only one. */
import { Modal, Select } from "@mantine/core";
import { useState } from "react";
import { number, percent, t } from "@/app/words";
import { A, Asking } from "@/kit";
import { useGet } from "../rules/remote";
import { titleOf } from "./document";
import type { Compared, SegmentRow } from "./types";

export function Compare({ of, onClose }: { of: SegmentRow; onClose: () => void }) {
  const [other, setOther] = useState<string | null>(null);
  const all = useGet<{ items: SegmentRow[] }>("/api/v1/segments").data?.items ?? [];
  const others = all.filter((one) => one.name !== of.name && one.state !== "draft");
  const chosen = others.find((one) => one.name === other);
  return (
    <Modal
      opened
      onClose={onClose}
      title={<span className="strong">{t("Compare “{name}” with", { name: titleOf(of) })}</span>}
    >
      <div className="stack">
        <Select
          aria-label={t("The other segment")}
          placeholder={others.length ? t("Another segment") : t("There is no other segment yet.")}
          searchable
          data-autofocus
          data={others.map((one) => ({ value: one.name, label: titleOf(one) }))}
          value={other}
          onChange={setOther}
        />
        {chosen ? <Overlap a={of} b={chosen} /> : null}
      </div>
    </Modal>
  );
}

function Overlap({ a, b }: { a: SegmentRow; b: SegmentRow }) {
  const params = { path: { name: a.name }, query: { with: b.name } };
  const found = useGet<Compared>("/api/v1/segments/{name}/compare", params);
  return <Asking of={found}>{(counts) => <Shown a={a} b={b} of={counts} />}</Asking>;
}

function Shown({ a, b, of }: { a: SegmentRow; b: SegmentRow; of: Compared }) {
  const all = of.only_a + of.both + of.only_b;
  const [inA, inB] = [{ segment: a.name }, { segment: b.name }];
  const rows: [string, number, unknown, string][] = [
    [t("Only in {name}", { name: titleOf(a) }), of.only_a, { all: [inA, { not: inB }] }, "a"],
    [t("In both"), of.both, { all: [inA, inB] }, "both"],
    [t("Only in {name}", { name: titleOf(b) }), of.only_b, { all: [inB, { not: inA }] }, "b"],
  ];
  return (
    <div className="stack tight">
      <svg className="overlap" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden>
        {rows.map(([, count, , which], i) => {
          const before = rows.slice(0, i).reduce((sum, row) => sum + row[1], 0);
          return (
            <rect
              key={which}
              className={`is-${which}`}
              x={all ? (100 * before) / all : 0}
              width={all ? (100 * count) / all : 0}
              y={0}
              height={10}
            />
          );
        })}
      </svg>
      <ul className="stack tight" aria-label={t("Who is where")}>
        {rows.map(([label, count, where, which]) => (
          <li key={which} className="row keep">
            <span className={`overlap-key is-${which}`} aria-hidden />
            <span className="grow wrap">{label}</span>
            <span className="strong">
              {count ? <A to={`/contacts?where=${encodeURIComponent(JSON.stringify(where))}`}>{number(count)}</A> : 0}
            </span>
            <span className="faint small overlap-share">{percent(count, all)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
