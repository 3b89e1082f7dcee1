/** How it looks to somebody, by the renderer that sends: in three widths, in the dark, as text, in the inbox; and a test. */
import { Button, Select, Switch, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, ask, type Shapes } from "@/app/client";
import { useMe } from "@/app/session";
import { t } from "@/app/words";
import { A, Asking, Card, Mail, toast, useDeed, useHref } from "@/kit";
import { Problems } from "../documents/Problems";
import { kindWord } from "./blocks";
import { inTheDark, inTheLight, knowsTheDark } from "./darkness";
import type { TemplateDoc } from "./document";
import { InboxRow } from "./InboxRow";
import { languagesOf, languageWord } from "./Languages";

type View = "desktop" | "tablet" | "phone" | "text";
const WIDTHS = { desktop: "100%", tablet: 480, phone: 320 } as const;
/** A basket that is made up, for letters that show products. */
const BASKET = {
  products: [
    { name: "Green tea", price: "4.20", currency: "EUR", quantity: 1, url: "https://example.com/green-tea" },
    { name: "Teapot", price: "29.00", currency: "EUR", quantity: 1, url: "https://example.com/teapot" },
  ],
};
const SAMPLE = { first_name: "Ada", last_name: "Lovelace", email: "ada@example.com" };

/** For how many people it would fail; everybody is looked at, so it is asked when the hand rests. */
function useLacking(doc: TemplateDoc): Shapes["DocumentProblem"][] {
  const [settled] = useDebouncedValue(doc, 1_000);
  const found = useQuery({
    queryKey: ["lacking", settled],
    queryFn: async () => (await api.POST("/api/v1/templates/lacking", { body: { document: settled } })).data,
    placeholderData: keepPreviousData,
    meta: { isStill: true },
  });
  return found.data?.items ?? [];
}

const BLOCK = /^(?:translations\.([^.]+)\.)?blocks\.(.+)\.(\w+)\.\w+$/;

/** Where a problem is, as the editor shows it: the block by its number and its kind. */
function placeWords(path: string): string {
  const [, language, way, kind] = BLOCK.exec(path) ?? [];
  if (way === undefined) return path.startsWith("brand") ? `${t("Brand:")} ${path.replace(/^brand\.?/, "")}` : path;
  const numbers = way.match(/\d+/g)?.map((one) => Number(one) + 1);
  const words = t("Block {number} ({kind})", { number: numbers?.join(".") ?? "", kind: kindWord(kind ?? "") });
  return language ? `${languageWord(language)}: ${words}` : words;
}

/** To the place of a problem: the tab on which it is, the block itself. */
function useJump(isTemplate: boolean): (path: string) => void {
  const navigate = useNavigate();
  const href = useHref();
  return (path) => {
    if (path.startsWith("brand")) return void navigate({ href: href("/brand") });
    const [, language, way] = BLOCK.exec(path) ?? [];
    const lang = language ?? /^translations\.([^.]+)\./.exec(path)?.[1];
    const tab = lang ? "languages" : /^text\b/.test(path) ? "text" : undefined;
    const show = () => {
      const block = way === undefined ? null : document.querySelector<HTMLElement>(`[data-block="${way}"]`);
      if (block?.getAttribute("aria-expanded") === "false") block.click();
      block?.focus();
    };
    if (!isTemplate) return show();
    const search = { tab, lang } as never;
    void navigate({ to: ".", search, replace: true, resetScroll: false }).then(() => requestAnimationFrame(show));
  };
}

type Props = {
  doc: TemplateDoc;
  language?: string;
  /** The plain text is being written. */
  isText?: boolean;
  hasTest?: boolean;
};

export function Preview({ doc, language, isText = false, hasTest = true }: Props) {
  const [reader, setReader] = useState<number>();
  const [view, setView] = useState<View>("desktop");
  useEffect(() => setView(isText ? "text" : "desktop"), [isText]);
  const [isDark, setDark] = useState(false);
  const [settled] = useDebouncedValue(doc, 350);
  const look = useQuery({
    queryKey: ["preview", settled, reader, language],
    queryFn: async () => {
      const who = reader === undefined ? { sample: SAMPLE } : { contact_id: reader };
      const event = settled.blocks === undefined ? {} : BASKET;
      const body = { document: settled, event, locale: language ?? "", ...who };
      const { data } = await api.POST("/api/v1/templates/preview", { body });
      return data as Shapes["TemplateLook"];
    },
    placeholderData: keepPreviousData,
    meta: { isStill: true },
  });
  const lacking = useLacking(doc);
  const jump = useJump(hasTest);
  const views: [View, string][] = [
    ["desktop", t("Desktop")],
    ["tablet", t("Tablet")],
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
          <div className="reading">
            <div className="grow">
              <Reader value={reader} onChange={setReader} />
            </div>
            {isEmail && view !== "text" ? (
              <Switch label={t("In the dark")} checked={isDark} onChange={(e) => setDark(e.currentTarget.checked)} />
            ) : null}
          </div>
          <Asking of={look} bones={8}>
            {(found) => (
              <div className="stack tight">
                <Problems of={[...found.problems, ...lacking]} wordsOf={placeWords} onJump={jump} />
                <Said of={found} languages={Object.keys(languagesOf(doc))} />
                {isEmail ? <InboxRow subject={found.subject} preheader={found.preheader ?? ""} view={view} /> : null}
                {view === "text" || !isEmail || !found.html ? (
                  <pre className="plain-text">{found.text}</pre>
                ) : (
                  <div className={isDark ? "stage is-dark" : "stage"}>
                    <Mail
                      html={isDark ? inTheDark(found.html) : inTheLight(found.html)}
                      title={t("Preview of the mail")}
                      width={WIDTHS[view]}
                      height={520}
                    />
                  </div>
                )}
                {isDark && view !== "text" && found.html && !knowsTheDark(found.html) ? (
                  <p className="small soft">
                    {t("It says nothing about the dark; this is how programs turn its colours round.")}
                  </p>
                ) : null}
              </div>
            )}
          </Asking>
        </div>
      </Card>
      {hasTest ? <Try doc={doc} reader={reader} isEmail={isEmail} /> : null}
    </aside>
  );
}

/** In which language it is read, where there are several. */
function Said({ of, languages }: { of: Shapes["TemplateLook"]; languages: string[] }) {
  if (languages.length === 0) return null;
  const code = languages.find((one) => one.toLowerCase() === of.language);
  return (
    <p className="small soft">
      {code ? t("They read it in {language}.", { language: languageWord(code) }) : t("They read the base.")}
    </p>
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
