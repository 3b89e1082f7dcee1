/** Editors that are large are loaded when they are opened; until then, and where they cannot be, lines stand for them. */
import { Input } from "@mantine/core";
import { lazy, Suspense, useId } from "react";
import { t } from "@/app/words";
import { Bones } from "@/kit";

const Rich = lazy(() => import("./RichText"));
const Source = lazy(() => import("./Code"));

export function Words({ html, onChange }: { html: string; onChange: (html: string) => void }) {
  return (
    <Suspense fallback={<Bones lines={4} />}>
      <Rich html={html} onChange={onChange} />
    </Suspense>
  );
}

type HtmlProps = { label?: string; told?: string; error?: string; value: string; onChange: (value: string) => void };

export function Html({ label = t("HTML"), told, error, value, onChange }: HtmlProps) {
  const id = useId();
  return (
    <Input.Wrapper label={label} labelElement="div" description={told} error={error} errorProps={{ id }}>
      <Suspense fallback={<Bones lines={8} />}>
        <Source label={label} value={value} describedBy={error ? id : undefined} onChange={onChange} />
      </Suspense>
    </Input.Wrapper>
  );
}
