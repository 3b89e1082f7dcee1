/** A message as it looked, in a frame that runs nothing. */
import type { ReactNode } from "react";
import { entered, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Mail, Note, StateBadge, Time } from "@/kit";
import "./messages.css";

type Content = Shapes["Letter"];

/** States in which nothing can have been kept. */
const UNSENT = new Set(["queued", "held", "deferred", "sending", "skipped", "cancelled", "expired"]);

export function Letter({ of, head }: { of: Content; head?: ReactNode }) {
  return (
    <article className="card letter">
      <header className="card-head">
        <div className="grow stack tight">
          <div className="row">
            <strong className="wrap">
              <bdi>{of.subject || (of.channel === "email" ? t("Without a subject") : of.channel)}</bdi>
            </strong>
            <StateBadge state={of.state} />
          </div>
          <div className="small faint wrap">
            {head ?? (
              <>
                {of.channel} {t("to")} <bdi>{of.address}</bdi> · <Time at={of.at} isNear={false} /> ·{" "}
                <A to={`/messages/${of.message_id}`}>{t("its story")}</A>
              </>
            )}
          </div>
        </div>
      </header>
      {of.is_rendered_again && !of.problem && !UNSENT.has(of.state) ? (
        <p className="small soft letter-note">
          {t("Nothing was kept of it: it is made again from the version that was sent and what is known of them now.")}
        </p>
      ) : null}
      {of.problem ? (
        <div className="card-body">
          <Note tone="warn">{of.problem}</Note>
        </div>
      ) : (
        <Frame id={of.message_id} html={of.html} text={of.text || of.data} />
      )}
    </article>
  );
}

/** HTML as a page of its own, whose policy lets nothing run; plain text as text. */
export function Frame({ id, html, text }: { id: number | null; html: string; text: string }) {
  if (html && id !== null) {
    const address = `/api/v1/messages/${id}/content.html?workspace=${encodeURIComponent(entered())}`;
    return (
      <iframe className="letter-page" sandbox="" referrerPolicy="no-referrer" src={address} title={t("The message")} />
    );
  }
  if (html) return <Mail html={html} title={t("The message")} />;
  return (
    <pre className="letter-text">
      <bdi>{text}</bdi>
    </pre>
  );
}
