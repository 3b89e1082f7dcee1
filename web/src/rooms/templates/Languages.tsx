/** The letter in other languages: what is left out is taken from the base. */
import { Button, Select } from "@mantine/core";
import { IconLanguage } from "@tabler/icons-react";
import { useState } from "react";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Empty, Note, toast } from "@/kit";
import type { TemplateDoc } from "./document";
import { Body, Heads, PlainText, type Saying } from "./Letter";

type Props = {
  doc: TemplateDoc;
  problems: Shapes["DocumentProblem"][];
  onChange: (doc: TemplateDoc, tag?: string) => void;
  language: string | undefined;
  onLanguage: (language: string | undefined) => void;
};

const OFFERED = [
  "de",
  "fr",
  "es",
  "it",
  "nl",
  "pt",
  "pl",
  "ar",
  "ja",
  "zh",
  "en",
  "de-AT",
  "de-CH",
  "fr-CA",
  "pt-BR",
  "en-GB",
];

/** A language in its own and in the reader's words. */
export function languageWord(code: string): string {
  const name = new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(code);
  return name && name !== code ? `${name} (${code})` : code;
}

export const languagesOf = (doc: TemplateDoc) => (doc.translations ?? {}) as Record<string, Saying>;

/** A document with one language set, or taken out. */
function withLanguage(doc: TemplateDoc, code: string, said: Saying | undefined): TemplateDoc {
  const { [code]: _, ...others } = languagesOf(doc);
  const translations = said === undefined ? others : { ...languagesOf(doc), [code]: said };
  const { translations: __, ...rest } = doc;
  return Object.keys(translations).length ? { ...rest, translations } : rest;
}

export function Languages({ doc, problems, onChange, language, onLanguage }: Props) {
  const known = languagesOf(doc);
  const codes = Object.keys(known);
  const chosen = language && known[language] ? language : codes[0];
  const add = (code: string) => {
    onChange(withLanguage(doc, code, {}));
    onLanguage(code);
  };
  const adding = <Adding taken={codes} onAdd={add} />;
  if (chosen === undefined)
    return (
      <Empty icon={<IconLanguage size={28} stroke={1.4} />} action={adding}>
        {t("The letter has one language. With others, people read it in that of their locale.")}
      </Empty>
    );
  const remove = () => {
    onChange(withLanguage(doc, chosen, undefined));
    onLanguage(undefined);
    toast(t("{language} is gone.", { language: languageWord(chosen) }), () => onChange(doc));
  };
  return (
    <div className="stack">
      <div className="row">
        <div className="chips grow" role="group" aria-label={t("Languages")}>
          {codes.map((code) => (
            <button
              key={code}
              type="button"
              className={code === chosen ? "chip is-on" : "chip"}
              aria-pressed={code === chosen}
              onClick={() => onLanguage(code)}
            >
              {languageWord(code)}
            </button>
          ))}
        </div>
        {adding}
      </div>
      <One
        key={chosen}
        base={doc}
        code={chosen}
        said={known[chosen] ?? {}}
        problems={problems}
        onChange={(said, tag) => onChange(withLanguage(doc, chosen, said), tag)}
      />
      <div>
        <Button variant="subtle" size="compact-sm" onClick={remove}>
          {t("Take this language out")}
        </Button>
      </div>
    </div>
  );
}

function Adding({ taken, onAdd }: { taken: string[]; onAdd: (code: string) => void }) {
  const [text, setText] = useState("");
  const typed = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text) ? [text] : [];
  const codes = [...new Set([...OFFERED, ...typed])].filter((code) => !taken.includes(code));
  return (
    <Select
      aria-label={t("Add a language")}
      placeholder={t("Add a language")}
      w={200}
      searchable
      data={codes.map((value) => ({ value, label: languageWord(value) }))}
      value={null}
      onSearchChange={setText}
      onChange={(code) => code && onAdd(code)}
    />
  );
}

type OneProps = {
  base: TemplateDoc;
  code: string;
  said: Saying;
  problems: Shapes["DocumentProblem"][];
  onChange: (said: Saying, tag?: string) => void;
};

function One({ base, code, said, problems, onChange }: OneProps) {
  const path = `translations.${code}.`;
  const set = (key: string, value: unknown, tag?: string) => {
    const next: Record<string, unknown> = { ...said, [key]: value };
    if (value === "" || value === undefined) delete next[key];
    onChange(next as Saying, key === "blocks" ? tag : `${path}${key}`);
  };
  const parts = { said, path, problems, onSet: set };
  const hasOwn = Boolean(said.blocks?.length || said.html || said.text);
  const translate = () =>
    onChange({ ...said, ...(base.blocks ? { blocks: structuredClone(base.blocks) } : { html: base.html ?? "" }) });
  const untranslate = () => {
    const { blocks: _, html: __, text: ___, ...heads } = said;
    onChange(heads);
    toast(t("It shows the letter of the base again."), () => onChange(said));
  };
  return (
    <>
      <Heads {...parts} base={base} />
      {hasOwn ? (
        <>
          <Body {...parts} />
          <PlainText {...parts} isEmail />
          <div>
            <Button variant="subtle" size="compact-sm" onClick={untranslate}>
              {t("Show the letter of the base instead")}
            </Button>
          </div>
        </>
      ) : (
        <Note>
          <div className="stack tight">
            <span>{t("Whoever reads this language sees the letter of the base, below these heads.")}</span>
            <div>
              <Button variant="default" size="xs" onClick={translate}>
                {t("Write it in this language")}
              </Button>
            </div>
          </div>
        </Note>
      )}
    </>
  );
}
