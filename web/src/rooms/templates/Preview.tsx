/** How it looks to somebody, by the renderer that sends; and a test to one's own inbox. */
import { Button, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, type Shapes } from "@/app/client";
import { useMe } from "@/app/session";
import { t } from "@/app/words";
import { A, Asking, Card, Mail, toast, useDeed } from "@/kit";
import { Problems } from "../documents/Problems";
import type { TemplateDoc } from "./document";

type View = "desktop" | "phone" | "text";
/** A basket that is made up, for letters that show products. */
const BASKET = {
  products: [
    { name: "Green tea", price: "4.20", currency: "EUR", quantity: 1, url: "https://example.com/green-tea" },
    { name: "Teapot", price: "29.00", currency: "EUR", quantity: 1, url: "https://example.com/teapot" },
  ],
};
const SAMPLE = { first_name: "Ada", last_name: "Lovelace", email: "ada@example.com" };

export function Preview({ doc }: { doc: TemplateDoc }) {
  const [reader, setReader] = useState<number>();
  const [view, setView] = useState<View>("desktop");
  const [settled] = useDebouncedValue(doc, 350);
  const look = useQuery({
    queryKey: ["preview", settled, reader],
    queryFn: async () => {
      const who = reader === undefined ? { sample: SAMPLE } : { contact_id: reader };
      const event = settled.blocks === undefined ? {} : BASKET;
      const { data } = await api.POST("/api/v1/templates/preview", { body: { document: settled, event, ...who } });
      return data as Shapes["TemplateLook"];
    },
    placeholderData: keepPreviousData,
    meta: { isStill: true },
  });
  const views: [View, string][] = [
    ["desktop", t("Desktop")],
    ["phone", t("Phone")],
    ["text", t("Plain text")],
  ];
  const isEmail = (doc.channel ?? "email") === "email";
  return (
    <aside className="preview stack">
      <Card
        title={t("As they read it")}
        actions={
          isEmail ? (
            <div className="chips" role="group" aria-label={t("How it is shown")}>
              {views.map(([key, name]) => (
                <button
                  key={key}
                  type="button"
                  className={view === key ? "chip is-on" : "chip"}
                  aria-pressed={view === key}
                  onClick={() => setView(key)}
                >
                  {name}
                </button>
              ))}
            </div>
          ) : null
        }
      >
        <div className="stack">
          <Reader value={reader} onChange={setReader} />
          <Asking of={look} bones={8}>
            {(found) => (
              <div className="stack tight">
                <Problems of={found.problems} />
                {isEmail ? <div className="subject">{found.subject || t("(no subject)")}</div> : null}
                {view === "text" || !isEmail || !found.html ? (
                  <pre className="plain-text">{found.text}</pre>
                ) : (
                  <div className="stage">
                    <Mail
                      html={found.html}
                      title={t("Preview of the mail")}
                      width={view === "phone" ? 360 : "100%"}
                      height={520}
                    />
                  </div>
                )}
              </div>
            )}
          </Asking>
        </div>
      </Card>
      <Try doc={doc} reader={reader} isEmail={isEmail} />
    </aside>
  );
}

/** As whom it is read: somebody made up, or a contact. */
function Reader({ value, onChange }: { value: number | undefined; onChange: (id: number | undefined) => void }) {
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text, 200);
  const params = { query: { q: q.includes("·") || q === t("Ada, who is made up") ? "" : q, limit: 12 } };
  const found = ask.useQuery("get", "/api/v1/contacts", { params }, { placeholderData: keepPreviousData });
  const nameOf = (one: { id: number; attributes: unknown }) => {
    const known = (one.attributes ?? {}) as Record<string, unknown>;
    const words = [known.first_name, known.email].filter((part) => typeof part === "string" && part);
    return [...words, `#${one.id}`].join(" · ");
  };
  const people = (found.data?.items ?? []).map((one) => ({ value: String(one.id), label: nameOf(one) }));
  return (
    <Select
      label={t("Read as")}
      searchable
      data={[{ value: "sample", label: t("Ada, who is made up") }, ...people]}
      filter={({ options }) => options}
      value={value === undefined ? "sample" : String(value)}
      onSearchChange={setText}
      onChange={(next) => onChange(!next || next === "sample" ? undefined : Number(next))}
    />
  );
}

function Try({ doc, reader, isEmail }: { doc: TemplateDoc; reader: number | undefined; isEmail: boolean }) {
  const me = useMe();
  const [text, setText] = useState<string>();
  const [sent, setSent] = useState<number>();
  const to = text ?? (isEmail ? (me.data?.is_person && me.data.name.includes("@") ? me.data.name : "") : "");
  const [send, isBusy] = useDeed(async () => {
    const body = { document: doc, to, ...(reader === undefined ? {} : { contact_id: reader }) };
    const { data } = await api.POST("/api/v1/templates/test-send", { body });
    setSent(data?.message_id);
    toast(t("The test is on its way to {to}.", { to }));
  });
  return (
    <Card title={t("Test")}>
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div className="row keep try">
          <TextInput
            label={t("Send to")}
            description={t("It needs no consent, and is counted nowhere.")}
            value={to}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={!to} loading={isBusy}>
            {t("Send a test")}
          </Button>
        </div>
        {sent === undefined ? null : (
          <p className="small soft">
            {t("Asked for:")} <A to={`/messages/${sent}`}>{t("see what became of it")}</A>
          </p>
        )}
      </form>
    </Card>
  );
}
