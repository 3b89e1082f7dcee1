/** How visitors see a form, and what is copied into a page of one's own. */
import { Button, CopyButton, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, Refused, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Bones, Card, Mail, Note, Problem } from "@/kit";
import { embed, type FormDoc } from "./document";

/** The languages of public pages, each in its own words. */
const LANGUAGES: Record<string, string> = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  nl: "Nederlands",
  ar: "العربية",
};

export function Site({ doc, url }: { doc: FormDoc; url: string }) {
  return (
    <aside className="preview stack">
      <Look doc={doc} />
      <Embed doc={doc} url={url} />
    </aside>
  );
}

function Look({ doc }: { doc: FormDoc }) {
  const [settled] = useDebouncedValue(doc, 350);
  const [language, setLanguage] = useState("en");
  const look = useQuery({
    queryKey: ["form-preview", settled, language],
    queryFn: async () => {
      const { data } = await api.POST("/api/v1/forms/preview", { body: { document: settled, language } });
      return data as Shapes["FormLook"];
    },
    placeholderData: keepPreviousData,
    retry: false,
    meta: { isStill: true },
  });
  const isUnfinished = look.error instanceof Refused && look.error.status === 400;
  const known = look.data?.languages ?? Object.keys(LANGUAGES);
  return (
    <Card
      title={t("As visitors see it")}
      actions={
        <Select
          aria-label={t("Language of the visitor")}
          size="xs"
          w={130}
          allowDeselect={false}
          data={known.map((one) => ({ value: one, label: LANGUAGES[one] ?? one }))}
          value={language}
          onChange={(next) => setLanguage(next ?? "en")}
        />
      }
    >
      <div className="stack tight">
        {isUnfinished ? (
          <Note tone="warn">{t("It is not finished: the places on the left say what is missing.")}</Note>
        ) : null}
        {look.error && !isUnfinished ? <Problem error={look.error} onRetry={() => void look.refetch()} /> : null}
        {look.data ? <Mail html={look.data.html} title={t("Preview of the form")} height={480} /> : null}
        {look.isPending ? <Bones lines={8} /> : null}
        <span className="faint small">
          {t(
            "Our sentences follow the visitor’s language; yours stay as you wrote them. Its colour and name are the brand’s.",
          )}
        </span>
      </div>
    </Card>
  );
}

function Embed({ doc, url }: { doc: FormDoc; url: string }) {
  if (!url)
    return (
      <Card title={t("In your site")}>
        <p className="soft small">
          {t("When it is published, its address and the code for your own site stand here.")}
        </p>
      </Card>
    );
  return (
    <Card title={t("In your site")}>
      <div className="stack">
        <Copied name={t("Address")} text={url}>
          {t("Link to it, or print it as a QR code. Fields can be filled by it: {example}", {
            example: "?first_name=Ada",
          })}
        </Copied>
        <Copied name={t("Code")} text={embed(url, doc.title ?? doc.form)}>
          {t(
            "Paste it where the form shall stand; your page needs no script of ours. If your site has a Content-Security-Policy, allow {host} in frame-src.",
            { host: new URL(url).origin },
          )}
        </Copied>
      </div>
    </Card>
  );
}

function Copied({ name, text, children }: { name: string; text: string; children: string }) {
  return (
    <div className="stack tight">
      <div className="row apart keep">
        <span className="strong small">{name}</span>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy} aria-label={t("Copy: {what}", { what: name })}>
              {copied ? t("Copied") : t("Copy")}
            </Button>
          )}
        </CopyButton>
      </div>
      <pre className="mono wrap code-line">{text}</pre>
      <span className="faint small">{children}</span>
    </div>
  );
}
