import { Button } from "@mantine/core";
import { useState } from "react";
import { api, ask, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { Asking, Card, Facts, Note, Page, StateBadge, useDeed } from "@/kit";

/** "0.4 s", "3 min". */
function span(seconds: number): string {
  if (seconds < 60) return t("{n} s", { n: seconds < 10 ? seconds.toFixed(1) : Math.round(seconds) });
  return t("{n} min", { n: Math.round(seconds / 60) });
}

/** Whether links in messages lead here, asked by fetching ourselves. */
function Reached({ address }: { address: string }) {
  const [found, setFound] = useState<Shapes["AddressChecked"]>();
  const [check, isBusy] = useDeed(async () => {
    const { data } = await api.POST("/api/v1/checks/address");
    setFound(data);
  });
  return (
    <Card title={t("Do links lead here?")}>
      <div className="stack tight">
        <div className="row">
          <code className="grow wrap">{address}</code>
          <Button variant="default" size="xs" loading={isBusy} onClick={() => void check()}>
            {t("Try it")}
          </Button>
        </div>
        {found ? <Note tone={found.ok ? "done" : "failed"}>{found.told}</Note> : null}
      </div>
    </Card>
  );
}

export function System() {
  const system = ask.useQuery("get", "/api/v1/system", {}, { refetchInterval: 5_000 });
  return (
    <Page
      title={t("System")}
      told={t("For the person who runs this server.")}
      badge={system.data ? <StateBadge state={system.data.is_well ? "ok" : "attention"} /> : null}
    >
      <Asking of={system}>
        {(now) => (
          <>
            {now.is_well ? null : (
              <Note tone="failed">{t("Something does not move as it should. The log of the server says more.")}</Note>
            )}
            {now.is_public_url_fixed || !now.public_url.includes("127.0.0.1") ? null : (
              <Note tone="warn">
                {t(
                  "Links in messages point to {address}, which only this machine reaches. Set the public address in Workspace.",
                  { address: now.public_url },
                )}
              </Note>
            )}
            <Reached address={now.public_url} />
            <div className="halves">
              <Card title={t("Is it keeping up?")}>
                <Facts
                  of={[
                    [t("Oldest step that is due"), now.lag < 1 ? t("none waits") : span(now.lag)],
                    [
                      t("Oldest message that could leave"),
                      now.message_lag < 1 ? t("none waits") : span(now.message_lag),
                    ],
                    [t("Writes that wait"), String(now.waiting_units)],
                  ]}
                />
              </Card>
              <Card title={t("Versions")}>
                <Facts
                  of={[
                    [t("Tidings"), now.version],
                    [t("Python"), now.python],
                    [t("Store"), now.store],
                    [t("Public address"), now.public_url],
                  ]}
                />
              </Card>
              <Card title={t("What turns")} isBare>
                <ul>
                  {now.loops.map((loop) => (
                    <li key={loop.name} className="line">
                      <span className="grow wrap">{loop.name}</span>
                      <span className="faint small">{t("{time} ago", { time: span(loop.age) })}</span>
                      <StateBadge
                        state={loop.is_stuck ? "failed" : "ok"}
                        word={loop.is_stuck ? t("Stuck") : undefined}
                      />
                    </li>
                  ))}
                </ul>
              </Card>
              <Card title={t("Plugins")} isBare>
                <ul>
                  {now.plugins.map((plugin) => (
                    <li key={plugin.name} className="line">
                      <span className="grow wrap">
                        {plugin.name}
                        {plugin.problem ? <div className="small faint">{plugin.problem}</div> : null}
                      </span>
                      <StateBadge
                        state={plugin.problem ? "failed" : "ok"}
                        word={plugin.problem ? t("Not loaded") : t("Loaded")}
                      />
                    </li>
                  ))}
                </ul>
              </Card>
              {now.kept_values.length > 0 ? (
                <Card title={t("Attributes kept by value")} isBare>
                  <ul>
                    {now.kept_values.map((kept) => (
                      <li key={kept.path} className="line">
                        <span className="grow wrap">
                          {kept.path}
                          <div className="small faint">
                            {t("{count} values; live segments ask about it.", { count: number(kept.rows) })}
                          </div>
                        </span>
                        <StateBadge
                          state={kept.state === "ready" ? "ok" : "waiting"}
                          word={
                            kept.state === "ready"
                              ? t("Ready")
                              : kept.state === "filling"
                                ? t("{part} % read", { part: Math.round(kept.progress * 100) })
                                : t("Being dropped")
                          }
                        />
                      </li>
                    ))}
                  </ul>
                </Card>
              ) : null}
            </div>
            <p className="faint small">
              <a href="/api/docs">{t("API documentation")}</a> · <a href="/metrics">{t("Metrics")}</a> ·{" "}
              <a href="/readyz">{t("Readiness")}</a>
            </p>
          </>
        )}
      </Asking>
    </Page>
  );
}
