/** The list before take-off: how many, who cannot be reached, what could go wrong, and how it looks to one of them. */
import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { api, ask, queries } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Confirm, Time } from "@/kit";

export function Preflight({ name }: { name: string }) {
  const params = { path: { name } };
  const found = ask.useQuery("get", "/api/v1/campaigns/{name}/preflight", { params }, { staleTime: 0 });
  const [isSure, setSure] = useState(false);
  return (
    <Card title={t("Before it goes")}>
      <Asking of={found} bones={6}>
        {(told) => (
          <div className="stack">
            <p className="big">
              {t("{count, plural, one {# person} other {# people}}", { count: told.people })}
              <span className="soft small"> {told.sender ? t("from {name}", { name: told.sender }) : ""}</span>
            </p>
            <ul className="stack tight" aria-label={t("What was looked at")}>
              {told.remarks.map((one) => (
                <li key={one.what} className="row keep top">
                  <Mark level={one.level} />
                  <span className="wrap small">
                    {one.what} <span className="soft">{one.todo}</span>
                  </span>
                </li>
              ))}
              {told.reach.flatMap((one) =>
                Object.entries(one.stopped).map(([standing, count]) => (
                  <li key={`${one.topic}${standing}`} className="small">
                    <A to={`/contacts?where=${encodeURIComponent(JSON.stringify(one.rules[standing]))}`}>
                      {t("See the {count}", { count: count.toLocaleString() })} {standing.replace("_", " ")}
                    </A>
                  </li>
                )),
              )}
            </ul>
            <p className="soft small">
              {t("The first leaves")} <Time at={told.starts_at} isNear={false} />.
            </p>
            <Button disabled={!told.may_go} onClick={() => setSure(true)}>
              {t("Launch…")}
            </Button>
            <Confirm
              isOpen={isSure}
              onClose={() => setSure(false)}
              title={t("Launch it?")}
              verb={t("Launch")}
              onConfirm={async () => {
                await api.POST("/api/v1/campaigns/{name}/launch", { params });
                await queries.invalidateQueries();
              }}
            >
              {t("{count, plural, one {# message leaves} other {# messages leave}}, once for each person.", {
                count: told.reach[0]?.reached ?? told.people,
              })}{" "}
              {told.call_back_until ? t("For thirty seconds you can call it back, and nothing is left of it.") : null}
            </Confirm>
          </div>
        )}
      </Asking>
    </Card>
  );
}

function Mark({ level }: { level: "ok" | "warning" | "error" }) {
  if (level === "ok") return <IconCheck size={16} color="var(--done)" aria-label={t("All right")} />;
  if (level === "warning") return <IconAlertTriangle size={16} color="var(--warn)" aria-label={t("Look at this")} />;
  return <IconX size={16} color="var(--failed)" aria-label={t("Keeps it")} />;
}
