/** The whole story of one message, from what triggered it to what came back, and how it looked. */
import { useParams } from "@tanstack/react-router";
import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Facts, Note, Page, StateBadge, Time } from "@/kit";
import { Letter } from "./Letter";
import { Resend } from "./Resend";
import { Story } from "./Story";
import "./messages.css";

type Whole = Shapes["WholeMessage"];
const LEFT = new Set(["sent", "delivered", "bounced", "complained", "uncertain"]);
const TROUBLE = new Set(["failed", "bounced", "complained", "uncertain", "held", "expired"]);

export function Message() {
  const { message = "0" } = useParams({ strict: false }) as { message?: string };
  const id = /^\d+$/.test(message) ? Number(message) : 0;
  const found = ask.useQuery("get", "/api/v1/messages/{message_id}", { params: { path: { message_id: id } } });
  const name = found.data?.subject || found.data?.template || t("Message {id}", { id: String(id) });
  return (
    <Page
      title={<bdi>{name}</bdi>}
      tab={name}
      badge={found.data ? <StateBadge state={found.data.state} /> : undefined}
      told={found.data ? <Told of={found.data} /> : undefined}
      actions={found.data ? <Resend of={found.data} /> : undefined}
    >
      <Asking of={found} bones={8}>
        {(whole) => (
          <div className="detail">
            <div className="stack">
              <Note tone={TROUBLE.has(whole.state) ? "warn" : "info"}>
                <div className="stack tight">
                  <span className="wrap">{whole.what}</span>
                  {whole.todo ? <span className="wrap soft">{whole.todo}</span> : null}
                </div>
              </Note>
              <Card title={t("Its story")}>
                <Story of={whole} />
              </Card>
              <Content id={id} />
            </div>
            <Now of={whole} />
          </div>
        )}
      </Asking>
    </Page>
  );
}

function Told({ of }: { of: Whole }) {
  return (
    <span className="wrap">
      {of.channel} {t("to")}{" "}
      <A to={`/contacts/${of.contact_id}`}>
        <bdi>{of.contact}</bdi>
      </A>
      {of.journey ? (
        <>
          {" "}
          · {t("from the journey")} <A to={`/journeys/${of.journey}`}>{of.journey}</A>
        </>
      ) : null}
    </span>
  );
}

function Content({ id }: { id: number }) {
  const content = ask.useQuery("get", "/api/v1/messages/{message_id}/content", {
    params: { path: { message_id: id } },
  });
  return (
    <Asking of={content} bones={6}>
      {(letter) => (
        <Letter
          of={letter}
          head={
            LEFT.has(letter.state)
              ? t("How it looked; the links lead straight on, and looking counts as nothing.")
              : t("How it would look now; it has not left.")
          }
        />
      )}
    </Asking>
  );
}

/** What is true now. */
function Now({ of }: { of: Whole }) {
  return (
    <aside aria-label={t("What is true now")}>
      <Card title={t("This message")}>
        <Facts
          of={[
            [t("To"), of.address ? <bdi key="to">{of.address}</bdi> : ""],
            [
              t("Template"),
              of.template ? (
                <A key="template" to={`/templates/${of.template}`}>
                  {of.template}
                </A>
              ) : (
                ""
              ),
            ],
            [t("Version"), of.template_number ?? ""],
            [t("Class"), of.message_class],
            [t("Topic"), of.topic],
            [
              t("Account"),
              of.account ? (
                <A key="account" to={`/channels/${of.account}`}>
                  {of.account}
                </A>
              ) : (
                ""
              ),
            ],
            [t("Due"), <Time key="due" at={of.due_at} />],
            [t("Tries"), of.attempts],
            [t("Opened"), of.opened_at ? <Time key="opened" at={of.opened_at} /> : ""],
            [t("Clicked"), of.clicked_at ? <Time key="clicked" at={of.clicked_at} /> : ""],
            [t("Their name for it"), of.provider_id],
            [t("Our name for it"), of.key],
          ]}
        />
      </Card>
      {of.consent ? (
        <Card title={t("The consent behind it")}>
          <div className="stack tight">
            <div className="row">
              <StateBadge state={of.consent.state} /> <Time at={of.consent.at} isNear={false} />
            </div>
            <Facts
              of={[
                [t("For"), of.consent.topic || t("everything")],
                [t("How"), of.consent.method],
                [t("Where"), of.consent.source],
                [t("Words"), of.consent.wording],
              ]}
            />
          </div>
        </Card>
      ) : null}
    </aside>
  );
}
