/** What the sandbox took, what is in doubt, what people answered: the list on the left, the letter on the right. */
import { Button } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { type KeyboardEvent, useState } from "react";
import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Bones, Empty, Note, Page, Problem, StateBadge, TabLinks, Time } from "@/kit";
import { useCalm, useFilters } from "../contacts/listing";
import { Frame } from "../messages/Letter";
import { Resend } from "../messages/Resend";
import { Review, ReviewAll } from "./Review";
import "./inbox.css";

type Item = Shapes["InboxItem"];
type What = Item["what"];
const WHATS: What[] = ["sandbox", "review", "uncertain", "replies"];

function told(what: What): string {
  const sentences: Record<What, string> = {
    sandbox: t("Messages of channels that are not connected yet land here, and nowhere else."),
    review: t("Their steps say that somebody reads them before they leave. Approved ones still pass every rule."),
    uncertain: t("Nobody knows whether these arrived. Ask before you send them again."),
    replies: t("What people answered."),
  };
  return sentences[what];
}

function nothing(what: What): string {
  const sentences: Record<What, string> = {
    sandbox: t("No message has landed in the sandbox yet."),
    review: t("Nothing waits to be read."),
    uncertain: t("Nothing is in doubt."),
    replies: t("Nobody has answered yet."),
  };
  return sentences[what];
}

export function Inbox() {
  const [filters, change] = useFilters();
  const what = WHATS.find((one) => one === filters.what) ?? "sandbox";
  const calm = useCalm();
  const pages = ask.useInfiniteQuery("get", "/api/v1/inbox", { params: { query: { what, limit: 50 } } }, calm.options);
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const open = items.find((one) => String(one.id) === filters.item);
  const shown = open ?? (filters.item ? undefined : items[0]);
  const choose = (item: Item) => change({ item: String(item.id) });
  return (
    <Page title={t("Inbox")} told={told(what)}>
      <TabLinks
        tabs={[
          { to: "/inbox", label: t("Sandbox") },
          { to: "/inbox?what=review", label: t("To review") },
          { to: "/inbox?what=uncertain", label: t("Uncertain") },
          { to: "/inbox?what=replies", label: t("Replies") },
        ]}
      />
      {what === "review" && items.length > 1 ? <ReviewAll ids={items.map((item) => item.id)} /> : null}
      {pages.error && !items.length ? <Problem error={pages.error} onRetry={() => void pages.refetch()} /> : null}
      {pages.isPending ? <Bones lines={8} /> : null}
      {!pages.isPending && !pages.error && items.length === 0 ? (
        <div className="card">
          <Empty icon={<IconInbox size={28} />} action={<A to="/journeys">{t("Open the journeys")}</A>}>
            {nothing(what)}
          </Empty>
        </div>
      ) : null}
      {items.length ? (
        <div className={open ? "panes is-reading" : "panes"}>
          <Items
            items={items}
            shown={shown}
            onChoose={choose}
            more={
              pages.hasNextPage ? (
                <Button
                  variant="subtle"
                  loading={pages.isFetchingNextPage}
                  onClick={() => {
                    calm.note((pages.data?.pages.length ?? 0) + 1);
                    void pages.fetchNextPage();
                  }}
                >
                  {t("Show what was before")}
                </Button>
              ) : null
            }
          />
          {shown ? <Reading of={shown} onBack={() => change({ item: undefined })} /> : null}
        </div>
      ) : null}
    </Page>
  );
}

type ItemsProps = { items: Item[]; shown?: Item; onChoose: (item: Item) => void; more: React.ReactNode };

function Items({ items, shown, onChoose, more }: ItemsProps) {
  const [here, setHere] = useState(0);
  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(items.length - 1, here + step));
    const item = items[next];
    setHere(next);
    if (item) onChoose(item);
    event.currentTarget.querySelectorAll<HTMLElement>("[role=option]")[next]?.focus();
  };
  return (
    <div className="card pane-list" role="listbox" aria-label={t("Messages")} onKeyDown={onKey}>
      {items.map((item, i) => (
        <button
          key={item.id}
          type="button"
          role="option"
          aria-selected={item.id === shown?.id}
          tabIndex={i === here ? 0 : -1}
          className="pane-item"
          onClick={() => {
            setHere(i);
            onChoose(item);
          }}
        >
          <span className="row apart keep">
            <bdi className="strong cut">{item.contact || item.to}</bdi>
            <span className="faint small">
              <Time at={item.at} />
            </span>
          </span>
          <bdi className="cut">{title(item)}</bdi>
          <bdi className="cut small faint">{item.why || item.text.slice(0, 140) || item.channel}</bdi>
        </button>
      ))}
      {more}
    </div>
  );
}

function title(of: Item): string {
  return of.subject || of.template || of.channel || of.to;
}

function Reading({ of, onBack }: { of: Item; onBack: () => void }) {
  return (
    <section className="card pane-letter" aria-label={t("The message")}>
      <header className="card-head">
        <div className="grow stack tight">
          <div className="row pane-back">
            <Button variant="subtle" size="compact-sm" onClick={onBack}>
              {t("Back to the list")}
            </Button>
          </div>
          <div className="row">
            <h2 className="wrap">
              <bdi>{title(of)}</bdi>
            </h2>
            {of.state ? <StateBadge state={of.state} /> : null}
          </div>
          <div className="small soft wrap">
            {of.what === "replies" ? t("from") : t("to")}{" "}
            {of.contact_id === null ? null : (
              <>
                <A to={`/contacts/${of.contact_id}`}>
                  <bdi>{of.contact}</bdi>
                </A>{" "}
                ·{" "}
              </>
            )}
            <bdi>{of.to}</bdi> · <Time at={of.at} isNear={false} /> ·{" "}
            {[of.channel, of.account].filter(Boolean).join(" · ")}
            {of.message_id === null ? null : (
              <>
                {" "}
                · <A to={`/messages/${of.message_id}`}>{t("its story")}</A>
              </>
            )}
          </div>
        </div>
        {of.what === "uncertain" && of.message_id !== null ? (
          <Resend of={{ id: of.message_id, state: of.state, address: of.to, contact: of.contact }} />
        ) : null}
        {of.what === "review" && of.message_id !== null ? <Review key={of.id} ids={[of.message_id]} /> : null}
      </header>
      {of.why && of.what !== "review" ? (
        <div className="card-body">
          <Note tone="warn">{of.why}</Note>
        </div>
      ) : null}
      {of.what === "uncertain" || of.what === "review" ? (
        <Doubtful id={of.message_id ?? 0} />
      ) : (
        <Frame id={of.message_id} html={of.html} text={body(of)} />
      )}
    </section>
  );
}

/** Text for people, JSON for machines. */
function body(of: Item): string {
  const data = (of.body as { data?: unknown } | null)?.data;
  return of.text || (data ? JSON.stringify(data, null, 2) : "");
}

function Doubtful({ id }: { id: number }) {
  const content = ask.useQuery("get", "/api/v1/messages/{message_id}/content", {
    params: { path: { message_id: id } },
  });
  if (content.isPending) return <Bones lines={4} />;
  if (!content.data) return null;
  return <Frame id={id} html={content.data.html} text={content.data.text || content.data.problem} />;
}
