/** Whoever is in a segment enters a journey, so many a minute. */
import { Button, Modal, NumberInput, Select } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, ask } from "@/app/client";
import { t } from "@/app/words";
import { Note, toast, useDeed, useHref } from "@/kit";
import type { SegmentRow } from "./types";

type Props = { of: SegmentRow; journey?: string; onClose: () => void };

export function Enrol({ of, journey, onClose }: Props) {
  const journeys = ask.useQuery("get", "/api/v1/journeys", {}).data?.items;
  const live = (journeys ?? [])
    .filter((one) => one.state === "active" || one.state === "paused")
    .map((one) => one.name);
  const [chosen, setChosen] = useState<string | null>(journey ?? null);
  const [pace, setPace] = useState(100);
  const href = useHref();
  const navigate = useNavigate();
  const [enrol, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    const body = { journey: chosen ?? "", per_minute: pace };
    const params = { path: { name: of.name } };
    const people = (await api.POST("/api/v1/segments/{name}/enrol", { params, body })).data?.people ?? 0;
    toast(
      t("{count, plural, one {# person enters} other {# people enter}} {journey}.", {
        count: people,
        journey: chosen ?? "",
      }),
    );
    onClose();
    await navigate({ href: href(`/journeys/${chosen}`) });
  });
  const minutes = Math.ceil((of.count ?? 0) / Math.max(1, pace));
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("Let them enter a journey")}</span>}>
      <form className="stack" onSubmit={(event) => void enrol(event)}>
        {of.state === "ready" ? null : <Note tone="warn">{t("It is being computed; wait until that is done.")}</Note>}
        <p className="soft">
          {t(
            "{count, plural, one {# person is} other {# people are}} in it. Audience and re-entry of the journey hold for each.",
            {
              count: of.count ?? 0,
            },
          )}
        </p>
        {journeys && live.length === 0 ? <Note>{t("No journey is live; publish one first.")}</Note> : null}
        <Select label={t("Journey")} data={live} searchable value={chosen} onChange={setChosen} data-autofocus />
        <NumberInput
          label={t("At most a minute")}
          description={t("All of them within {count, plural, one {# minute} other {# minutes}}.", { count: minutes })}
          min={1}
          max={100_000}
          value={pace}
          onChange={(next) => setPace(Number(next) || 1)}
        />
        <div className="row">
          <Button type="submit" loading={isBusy} disabled={!chosen || of.state !== "ready"}>
            {t("Let them enter")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
