/** The rule as text: copied, pasted and changed by hand, with what is wrong at its lines. */
import { Button, SegmentedControl, Textarea } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Place } from "@/app/client";
import { t } from "@/app/words";
import { toast } from "@/kit";
import { placed, readText, textOf, type Way } from "./text";
import type { Rule } from "./tree";

type Props = {
  value: Rule | undefined;
  onChange: (rule: Rule | undefined) => void;
  problems: Place[];
  /** Where the rule stands in its document. */
  path: string;
};

export default function CodeView({ value, onChange, problems, path }: Props) {
  const [way, setWay] = useState<Way>("yaml");
  const [text, setText] = useState(() => textOf(value, "yaml"));
  const written = useRef(JSON.stringify(value));
  const box = useRef<HTMLTextAreaElement>(null);
  // What was changed elsewhere (undo, the builder) shows; what is being typed stays as it is typed.
  useEffect(() => {
    if (JSON.stringify(value) === written.current) return;
    written.current = JSON.stringify(value);
    setText(textOf(value, way));
  }, [value, way]);
  const read = readText(text);
  const wrong = read.wrong.length ? read.wrong : placed(read, problems, path);
  const change = (next: string) => {
    setText(next);
    const found = readText(next);
    if (found.wrong.length) return;
    written.current = JSON.stringify(found.rule);
    onChange(found.rule);
  };
  const show = (line: number) => {
    const lines = text.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    box.current?.focus();
    box.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  };
  return (
    <div className="stack tight">
      <div className="row apart">
        <SegmentedControl
          aria-label={t("How it is written")}
          size="xs"
          data={[
            { value: "yaml", label: "YAML" },
            { value: "json", label: "JSON" },
          ]}
          value={way}
          onChange={(next) => {
            setWay(next as Way);
            if (!read.wrong.length) setText(textOf(read.rule, next as Way));
          }}
        />
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => void navigator.clipboard.writeText(text).then(() => toast(t("Copied.")))}
        >
          {t("Copy")}
        </Button>
      </div>
      <Textarea
        ref={box}
        aria-label={t("The rule as text")}
        autosize
        minRows={8}
        maxRows={28}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mono)" } }}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {wrong.length ? (
        <ul className="stack tight" aria-label={t("Problems")}>
          {wrong.map((one) => (
            <li key={`${one.line} ${one.message}`} className="field-error">
              <button type="button" className="why" onClick={() => show(one.line)}>
                {t("Line {line}", { line: one.line })}
              </button>{" "}
              {one.message}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
