/** A letter before it is opened: who writes, the subject and the beginning, cut where inboxes cut them. */
import { ask } from "@/app/client";
import { t } from "@/app/words";

type Props = { subject: string; preheader: string; view: string };

/** The name of whoever sends, as the default account says it; else the brand's. */
function useSender(): string {
  const accounts = ask.useQuery("get", "/api/v1/accounts", {}, { staleTime: 60_000, retry: false });
  const settings = ask.useQuery("get", "/api/v1/settings", {}, { staleTime: 60_000, meta: { isStill: true } });
  const mail = (accounts.data?.items ?? []).filter((one) => one.channel === "email" || one.channel === "*");
  const chosen = mail.find((one) => one.is_default && one.channel === "email") ?? mail[0];
  const config = (chosen?.config ?? {}) as Record<string, unknown>;
  return String(config.sender_name || settings.data?.brand.name || config.sender || t("Your name"));
}

export function InboxRow({ subject, preheader, view }: Props) {
  const sender = useSender();
  return (
    <div className={view === "phone" ? "inbox-row is-phone" : "inbox-row"} role="group" aria-label={t("In the inbox")}>
      <span className="inbox-face" aria-hidden>
        {sender.slice(0, 1).toUpperCase()}
      </span>
      <span className="inbox-sender strong cut">{sender}</span>
      <span className="inbox-words">
        <span className="strong">{subject || t("(no subject)")}</span>
        <span className="soft inbox-more">{preheader}</span>
      </span>
    </div>
  );
}
