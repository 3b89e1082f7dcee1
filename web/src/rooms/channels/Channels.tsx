import { Button, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { useMe, useWorkspace } from "@/app/session";
import { number, t } from "@/app/words";
import { A, Asking, Card, Note, Page, StateBadge, Time, toast, useDeed } from "@/kit";
import { ChannelIcon } from "./icons";

type Account = Shapes["Account"];
type Sender = Shapes["Sender"];

const refresh = () =>
  Promise.all([
    queries.invalidateQueries({ queryKey: ["get", "/api/v1/accounts"] }),
    queries.invalidateQueries({ queryKey: ["get", "/api/v1/home"] }),
  ]);

/** The word for what a channel carries. */
export function channelWord(channel: string): string {
  return channel === "*" ? t("every channel") : channel;
}

export function Channels() {
  const accounts = ask.useQuery("get", "/api/v1/accounts", {});
  const home = ask.useQuery("get", "/api/v1/home", {});
  const { data: me } = useMe();
  const workspace = useWorkspace();
  const isDemo = me?.workspaces.find((one) => one.name === workspace)?.is_demo;
  const senders = new Map(home.data?.senders.map((sender) => [sender.name, sender]));
  const isOnlySandbox = accounts.data?.items.every((one) => one.plugin === "sandbox" || one.plugin === "webhook");
  return (
    <Page
      title={t("Channels")}
      told={t("Who carries your messages. What has no sender yet lands in the sandbox, an inbox that only you see.")}
    >
      {isDemo ? (
        <Note>
          {t("Nothing leaves the demo: only the sandbox can be here. Your own workspace takes every kind of sender.")}
        </Note>
      ) : isOnlySandbox ? (
        <Note>{t("Nothing leaves this server yet: no sender is connected. Choose one below when you are ready.")}</Note>
      ) : null}
      <Card title={t("Senders")} isBare>
        <Asking of={accounts}>
          {({ items }) => (
            <ul>
              {items.map((account) => (
                <Row key={account.id} of={account} day={senders.get(account.name)} />
              ))}
            </ul>
          )}
        </Asking>
      </Card>
      {isDemo ? null : <Gallery />}
    </Page>
  );
}

function Row({ of, day }: { of: Account; day: Sender | undefined }) {
  const [change] = useDeed(async (how: "pause" | "resume") => {
    await api.POST("/api/v1/accounts/{name}/{change}", { params: { path: { name: of.name, change: how } } });
    await refresh();
    if (how === "pause")
      toast(t("{name} rests. Nothing leaves through it.", { name: of.name }), () => void change("resume"));
    else toast(t("{name} sends again.", { name: of.name }));
  });
  const isActive = of.state === "active";
  return (
    <li className="line sender">
      <ChannelIcon channel={of.channel} />
      <div className="grow">
        <div className="row">
          <A to={`/channels/${of.name}`} className="strong wrap">
            {of.name}
          </A>
          <StateBadge state={isActive ? "active" : "resting"} />
          {of.is_default ? (
            <span className="badge tone-accent">
              {t("Default for {channel}", { channel: channelWord(of.channel) })}
            </span>
          ) : null}
        </div>
        <div className="faint small wrap">
          {of.plugin} · {channelWord(of.channel)}
          {of.state_reason ? ` · ${of.state_reason}` : ""}
        </div>
      </div>
      {day ? (
        <div className="small soft sender-day">
          <div>{t("{sent} sent, {failed} failed in 24 h", { sent: number(day.sent), failed: number(day.failed) })}</div>
          <div className="faint">
            {day.waiting ? (
              t("{count, plural, one {# waits} other {# wait}}", { count: day.waiting })
            ) : day.last_sent_at ? (
              <Time at={day.last_sent_at} />
            ) : (
              t("nothing sent in 24 h")
            )}
          </div>
        </div>
      ) : null}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            aria-label={t("What can be done with {name}", { name: of.name })}
          >
            <IconDots size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {isActive ? (
            <Menu.Item onClick={() => void change("pause")}>{t("Let it rest")}</Menu.Item>
          ) : (
            <Menu.Item onClick={() => void change("resume")}>{t("Let it send again")}</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function Gallery() {
  const kinds = ask.useQuery("get", "/api/v1/accounts/plugins", {});
  return (
    <section className="stack tight">
      <h2>{t("Add a sender")}</h2>
      <Asking of={kinds}>
        {({ items, problems }) => (
          <>
            <div className="gallery">
              {items.map((kind) => (
                <A key={kind.id} to={`/channels/new/${kind.id}`} className="choice">
                  <span className="row keep strong">
                    <ChannelIcon channel={kind.channel} /> {kind.name}
                  </span>
                  <span className="soft small">{kind.summary}</span>
                </A>
              ))}
            </div>
            {Object.entries(problems).map(([where, problem]) => (
              <Note key={where} tone="warn">
                {t("The plugin in {where} could not be loaded: {problem}", { where, problem })}
              </Note>
            ))}
            <p className="faint small">
              {t("Any other channel is one folder with a plugin; the manual shows how to write it.")}
            </p>
          </>
        )}
      </Asking>
    </section>
  );
}
