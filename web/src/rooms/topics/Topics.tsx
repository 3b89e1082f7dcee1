/** What people can be written to about: how each topic is called, and how many agreed. */
import { Button } from "@mantine/core";
import { IconListDetails, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Empty, Page, StateBadge } from "@/kit";
import { TopicDialog } from "./TopicDialog";

type Line = Shapes["TopicLine"];

export function Topics() {
  const topics = ask.useQuery("get", "/api/v1/topics", {});
  const [edited, setEdited] = useState<Line | "new">();
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited("new")}>
      {t("New topic")}
    </Button>
  );
  return (
    <Page
      title={t("Topics")}
      told={t("What people agree to, and leave: one at a time, or everything on a channel.")}
      actions={add}
    >
      <Card isBare>
        <Asking of={topics}>
          {(lines) =>
            lines.length === 0 ? (
              <Empty icon={<IconListDetails size={28} />} action={add}>
                {t("There is no topic yet. Without one, people can only take or leave everything.")}
              </Empty>
            ) : (
              <ul>
                {lines.map((one) => (
                  <TopicRow key={one.name} of={one} onEdit={() => setEdited(one)} />
                ))}
              </ul>
            )
          }
        </Asking>
      </Card>
      {edited ? <TopicDialog of={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} /> : null}
    </Page>
  );
}

function TopicRow({ of, onEdit }: { of: Line; onEdit: () => void }) {
  const channels = Object.entries(of.standings);
  return (
    <li className="line">
      <div className="grow stack tight">
        <div className="row">
          <bdi className="strong cut">{of.document?.title ?? of.name}</bdi>
          <span className="faint small mono">{of.name}</span>
          {of.document ? null : <StateBadge state="attention" word={t("Not described")} />}
          {of.document && of.document.public === false ? <StateBadge state="draft" word={t("Not offered")} /> : null}
        </div>
        <span className="small soft wrap">{of.document?.description}</span>
        <span className="small soft row">
          {channels.length === 0 ? t("Nobody has agreed to it yet.") : null}
          {channels.map(([channel, states]) => (
            <span key={channel}>
              {channel}:{" "}
              <A to={`/contacts?subscribed=${encodeURIComponent(`${channel}:${of.name}`)}`}>
                {t("{count} subscribed", { count: (states.subscribed ?? 0).toLocaleString() })}
              </A>
              {states.pending ? ` · ${t("{count} pending", { count: states.pending.toLocaleString() })}` : ""}
              {states.unsubscribed ? ` · ${t("{count} left", { count: states.unsubscribed.toLocaleString() })}` : ""}
              {states.expired ? ` · ${t("{count} expired", { count: states.expired.toLocaleString() })}` : ""}
            </span>
          ))}
        </span>
      </div>
      <Button variant="default" size="compact-sm" onClick={onEdit}>
        {of.document ? t("Edit") : t("Describe it")}
      </Button>
    </li>
  );
}
