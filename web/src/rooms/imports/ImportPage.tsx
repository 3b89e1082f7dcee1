/** One file: what its columns mean, what it would do, how far it is, and the way back. */
import { Button, Progress } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, entered, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Confirm, Facts, Note, Page, Time, useDeed, useHref } from "@/kit";
import { DryRun } from "./DryRun";
import { ImportState } from "./ImportState";
import { kindName } from "./Imports";
import { Meaning } from "./Meaning";

type Job = Shapes["ImportJob"];

const reload = () =>
  Promise.all([
    queries.invalidateQueries({ queryKey: ["get", "/api/v1/imports"] }),
    queries.invalidateQueries({ queryKey: ["get", "/api/v1/imports/{import_id}"] }),
  ]);

export function ImportPage() {
  const { job = "0" } = useParams({ strict: false }) as { job?: string };
  const id = /^\d+$/.test(job) ? Number(job) : 0;
  const params = { path: { import_id: id } };
  const found = ask.useQuery("get", "/api/v1/imports/{import_id}", { params }, { refetchInterval: isMoving });
  return (
    <Page
      title={<bdi>{found.data?.job.name ?? t("Import")}</bdi>}
      tab={found.data?.job.name ?? t("Import")}
      told={found.data ? <Told of={found.data.job} /> : undefined}
      badge={found.data ? <ImportState of={found.data.job} /> : undefined}
    >
      <Asking of={found} bones={6}>
        {(preview) =>
          preview.job.state === "ready" ? <Ready of={preview} /> : <Going of={preview.job} onMove={reload} />
        }
      </Asking>
    </Page>
  );
}

/** Half a second while rows move, not at all otherwise. */
function isMoving(query: { state: { data?: { job: Job } } }): number | false {
  const state = query.state.data?.job.state;
  return state === "running" || state === "rolling_back" ? 500 : false;
}

function Told({ of }: { of: Job }) {
  return (
    <span className="wrap">
      {kindName(of.kind)} · {t("{count, plural, one {# row} other {# rows}}", { count: of.total })}
      {of.preset ? ` · ${t("from {name}", { name: of.preset })}` : ""} · <Time at={of.created_at} />
    </span>
  );
}

function Ready({ of }: { of: Shapes["ImportPreview"] }) {
  const [looked, setLooked] = useState<Shapes["DryRun"]>();
  const href = useHref();
  const navigate = useNavigate();
  const path = { import_id: of.job.id };
  const [look, isLooking] = useDeed(async (mapping: Record<string, string>, options: Shapes["Options"]) => {
    await api.PUT("/api/v1/imports/{import_id}", { params: { path }, body: { mapping, options } });
    const { data } = await api.POST("/api/v1/imports/{import_id}/look", { params: { path } });
    setLooked(data);
  });
  const [start, isStarting] = useDeed(async () => {
    await api.POST("/api/v1/imports/{import_id}/start", { params: { path } });
    await reload();
  });
  const [discard] = useDeed(async () => {
    await api.DELETE("/api/v1/imports/{import_id}", { params: { path } });
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/imports"] });
    await navigate({ to: href("/imports") });
  });
  return (
    <div className="stack">
      <Meaning of={of} isBusy={isLooking} onChange={() => setLooked(undefined)} onLook={look} />
      {looked ? <DryRun of={looked} /> : null}
      <div className="row">
        {looked ? (
          <Button
            loading={isStarting}
            disabled={looked.made + looked.changed + looked.suppressed + looked.withdrawn === 0}
            onClick={() => void start()}
          >
            {t("Bring in {count} rows", { count: (of.job.total - looked.refused).toLocaleString() })}
          </Button>
        ) : null}
        <Button variant="subtle" onClick={() => void discard()}>
          {t("Throw the file away")}
        </Button>
      </div>
    </div>
  );
}

function Going({ of, onMove }: { of: Job; onMove: () => Promise<unknown> }) {
  const [isSure, setSure] = useState(false);
  const path = { import_id: of.id };
  const [stop] = useDeed(async () => {
    await api.POST("/api/v1/imports/{import_id}/stop", { params: { path } });
    await onMove();
  });
  const [go] = useDeed(async () => {
    await api.POST("/api/v1/imports/{import_id}/start", { params: { path } });
    await onMove();
  });
  const share = of.total ? (100 * of.position) / of.total : 100;
  return (
    <Card title={t("What came of it")}>
      <div className="stack">
        {of.state === "running" || of.state === "stopped" ? (
          <Progress value={share} aria-label={t("Rows that are done")} />
        ) : null}
        {of.state === "rolling_back" ? <Note>{t("What it brought is taken back; withdrawals stay.")}</Note> : null}
        <Facts
          of={[
            [t("Rows done"), `${of.position.toLocaleString()} / ${of.total.toLocaleString()}`],
            [t("New people"), of.made_count.toLocaleString()],
            [t("Changed"), of.changed_count.toLocaleString()],
            [t("As they were"), of.unchanged_count.toLocaleString()],
            [
              t("Refused rows"),
              of.refused_count ? (
                <a key="refused" href={`/api/v1/imports/${of.id}/refused.csv?workspace=${entered()}`} download>
                  {t("{count}, with their reasons", { count: of.refused_count.toLocaleString() })}
                </a>
              ) : (
                "0"
              ),
            ],
          ]}
        />
        <div className="row">
          {of.state === "running" ? (
            <Button variant="default" onClick={() => void stop()}>
              {t("Stop")}
            </Button>
          ) : null}
          {of.state === "stopped" ? <Button onClick={() => void go()}>{t("Go on")}</Button> : null}
          {of.state === "done" || of.state === "stopped" ? (
            <Button variant="default" onClick={() => setSure(true)}>
              {t("Take it back…")}
            </Button>
          ) : null}
          <A to="/contacts">{t("See the contacts")}</A>
        </div>
      </div>
      <Confirm
        isOpen={isSure}
        onClose={() => setSure(false)}
        title={t("Take this import back?")}
        verb={t("Take it back")}
        isDanger
        onConfirm={async () => {
          await api.POST("/api/v1/imports/{import_id}/roll-back", { params: { path } });
          await onMove();
        }}
      >
        {t(
          "{made} people whom only this file made are removed, unless they did something since; {changed} are as they were before, where nobody changed them. Withdrawals stay.",
          { made: of.made_count.toLocaleString(), changed: of.changed_count.toLocaleString() },
        )}
      </Confirm>
    </Card>
  );
}
