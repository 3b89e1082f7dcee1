/** What a letter says in one language: its subject, what stands beside it, its blocks or its HTML. */
import { Textarea } from "@mantine/core";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Blocks } from "./Blocks";
import type { Piece } from "./blocks";
import { Html } from "./Later";
import { WordsInput } from "./Variables";

export type Saying = { subject?: string; preheader?: string; blocks?: Piece[]; html?: string; text?: string };
type Problem = Shapes["DocumentProblem"];
export type Set = (key: string, value: unknown, tag?: string) => void;
type Props = {
  said: Saying;
  /** Where it stands in the document: empty, or `translations.de.`. */
  path: string;
  problems: Problem[];
  onSet: Set;
};

/** What keeps a part from being published, with its line where that is known. */
export function errorOf(problems: Problem[], key: string): string | undefined {
  return (
    problems
      .filter((one) => one.path.split(":")[0] === key)
      .map((one) => {
        const line = one.path.split(":")[1];
        return `${line ? t("Line {line}:", { line }) : ""} ${one.message} ${one.hint}`;
      })
      .join(" ")
      .trim() || undefined
  );
}

export function Heads({ said, base, path, problems, onSet }: Props & { base?: Saying }) {
  return (
    <>
      <WordsInput
        label={t("Subject")}
        description={base ? t("Without one, that of the base: {words}", { words: base.subject || "–" }) : undefined}
        error={errorOf(problems, `${path}subject`)}
        value={said.subject ?? ""}
        onChange={(subject) => onSet("subject", subject)}
      />
      <WordsInput
        label={t("Preheader")}
        description={
          base
            ? t("Without one, that of the base: {words}", { words: base.preheader || "–" })
            : t("What inboxes show beside the subject.")
        }
        error={errorOf(problems, `${path}preheader`)}
        value={said.preheader ?? ""}
        onChange={(preheader) => onSet("preheader", preheader)}
      />
    </>
  );
}

export function Body({ said, path, problems, onSet }: Props) {
  if (said.blocks !== undefined)
    return (
      <Blocks
        blocks={said.blocks}
        path={`${path}blocks`}
        problems={problems}
        onChange={(blocks, tag) => onSet("blocks", blocks, tag)}
      />
    );
  return (
    <Html
      told={t("As it is sent; nothing is rewritten. Names go in as {example}.", {
        example: "{{ contact.first_name }}",
      })}
      error={errorOf(problems, `${path}html`)}
      value={said.html ?? ""}
      onChange={(html) => onSet("html", html)}
    />
  );
}

export function PlainText({ said, path, problems, onSet, isEmail }: Props & { isEmail: boolean }) {
  return (
    <Textarea
      label={isEmail ? t("Plain text") : t("Text")}
      description={isEmail ? t("Made from the letter when it is empty.") : undefined}
      error={errorOf(problems, `${path}text`)}
      classNames={{ input: "code" }}
      minRows={isEmail ? 10 : 6}
      maxRows={30}
      value={said.text ?? ""}
      onChange={(event) => onSet("text", event.currentTarget.value)}
    />
  );
}
