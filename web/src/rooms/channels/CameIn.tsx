import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Card, Time } from "@/kit";

type Mail = Shapes["MailIn"];

/** What a mail was taken for, and what followed. */
function told(of: Mail): string {
  const who = of.recipient || t("somebody");
  if (of.type === "unknown") return t("Not understood; nothing follows.");
  if (of.type === "auto_reply") return t("Written by a machine; nothing follows.");
  if (of.type === "reply")
    return of.is_ours ? t("An answer to a message of yours.") : t("An answer; nobody knows to what.");
  if (!of.is_ours) return t("About no message of yours; nothing follows.");
  if (of.type === "complaint") return t("A complaint: no marketing to {who} any more.", { who });
  if (of.type === "unsubscribe") return t("Somebody withdrew by mail.");
  if (of.type === "delivered") return t("It reached {who}.", { who });
  if (of.type === "delayed") return t("On its way to {who}; it is tried again.", { who });
  if (of.class === "hard") return t("{who} does not exist: suppressed.", { who });
  if (of.class === "soft")
    return t("{who} does not take mail now: {reason}.", { who, reason: of.reason.replaceAll("_", " ") });
  if (of.class === "block")
    return t("{who} refuses your mail: {reason}.", { who, reason: of.reason.replaceAll("_", " ") });
  return t("It came back from {who}; why, is not clear.", { who });
}

/** The last mails of the mailbox: whoever set it up sees that it is read, and what is made of it. */
export function CameIn({ account }: { account: string }) {
  const mail = ask.useQuery("get", "/api/v1/accounts/{name}/mail", { params: { path: { name: account } } });
  return (
    <Card title={t("What came in lately")} isBare>
      <Asking of={mail}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="small faint line">{t("Nothing yet. What lay in the mailbox before is left alone.")}</p>
          ) : (
            <ul>
              {items.map((one) => (
                <li key={one.id} className="line">
                  <div className="grow stack tight small">
                    <span className="wrap">{told(one)}</span>
                    <span className="faint wrap">
                      <bdi>{one.sender}</bdi> · <Time at={one.at} />
                    </span>
                    {one.text ? <bdi className="faint wrap">{one.text.slice(0, 140)}</bdi> : null}
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Asking>
    </Card>
  );
}
