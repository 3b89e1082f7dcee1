/** What one block says, to be written. */
import { NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Blocks } from "./Blocks";
import { kindOf, marked, type Piece, typed } from "./blocks";

type Props = {
  piece: Piece;
  path: string;
  problems: Shapes["DocumentProblem"][];
  onChange: (piece: Piece, tag: string) => void;
};

export function Fields({ piece, path, problems, onChange }: Props) {
  const kind = kindOf(piece);
  const said = piece[kind] ?? {};
  const set = (key: string, value: unknown) => {
    const next = { ...said, [key]: value };
    if (value === undefined) delete next[key];
    onChange({ [kind]: next }, key);
  };
  const text = (key: string, label: string, told?: string) => (
    <TextInput
      label={label}
      description={told}
      value={String(said[key] ?? "")}
      onChange={(event) => set(key, event.currentTarget.value)}
    />
  );
  const inner = (key: string, label: string) => (
    <fieldset className="inside">
      <legend className="small soft">{label}</legend>
      <Blocks
        blocks={(said[key] ?? []) as Piece[]}
        path={`${path}.${kind}.${key}`}
        problems={problems}
        onChange={(blocks) => set(key, blocks)}
      />
    </fieldset>
  );
  const align = (
    <Select
      label={t("Where it stands")}
      data={[
        { value: "left", label: t("Left") },
        { value: "center", label: t("In the middle") },
        { value: "right", label: t("Right") },
      ]}
      value={String(said.align ?? (kind === "image" ? "center" : "left"))}
      onChange={(next) => set("align", next ?? undefined)}
    />
  );
  if (kind === "heading")
    return (
      <div className="stack tight">
        {text("text", t("Words"), t("Names go in as {example}.", { example: "{{ contact.first_name }}" }))}
        <Select
          label={t("Size")}
          data={[
            { value: "1", label: t("Large") },
            { value: "2", label: t("Medium") },
            { value: "3", label: t("Small") },
          ]}
          value={String(said.level ?? 1)}
          onChange={(next) => set("level", Number(next ?? 1))}
        />
        {align}
      </div>
    );
  if (kind === "text") return <Words html={String(said.html ?? "")} onChange={(html) => set("html", html)} />;
  if (kind === "image")
    return (
      <div className="stack tight">
        {text("src", t("Address of the picture"))}
        {text("alt", t("What it shows"), t("Read where the picture is not shown."))}
        {text("href", t("Where a click leads"))}
        <NumberInput
          label={t("Width in pixels")}
          min={16}
          max={600}
          value={said.width === undefined ? "" : Number(said.width)}
          onChange={(next) => set("width", next === "" ? undefined : Number(next))}
        />
        {align}
      </div>
    );
  if (kind === "button")
    return (
      <div className="stack tight">
        {text("label", t("Words"))}
        {text("href", t("Where a click leads"))}
        {align}
      </div>
    );
  if (kind === "products")
    return (
      <div className="stack tight">
        {text("from", t("List"), t("As event.products, which is the basket or the order."))}
        <NumberInput
          label={t("At most")}
          min={1}
          max={24}
          value={Number(said.limit ?? 4)}
          onChange={(n) => set("limit", Number(n) || 4)}
        />
        <NumberInput
          label={t("Side by side")}
          min={1}
          max={3}
          value={Number(said.columns ?? 1)}
          onChange={(n) => set("columns", Number(n) || 1)}
        />
        {text("button", t("Words of the button"), t("Without words there is no button."))}
      </div>
    );
  if (kind === "html")
    return (
      <Textarea
        label={t("HTML")}
        description={t("It is never rewritten.")}
        classNames={{ input: "code" }}
        autosize
        minRows={5}
        value={String(said.html ?? "")}
        onChange={(event) => set("html", event.currentTarget.value)}
      />
    );
  if (kind === "columns") {
    const columns = (said.columns ?? []) as Piece[][];
    return (
      <div className="stack tight">
        {columns.map((blocks, i) => (
          <fieldset key={i} className="inside">
            <legend className="small soft">{t("Column {number}", { number: i + 1 })}</legend>
            <Blocks
              isInside
              blocks={blocks}
              path={`${path}.columns.columns.${i}`}
              problems={problems}
              onChange={(next) =>
                set(
                  "columns",
                  columns.map((one, j) => (j === i ? next : one)),
                )
              }
            />
          </fieldset>
        ))}
      </div>
    );
  }
  if (kind === "conditional")
    return (
      <div className="stack tight">
        {text("if", t("Shown when"), 'contact.plan == "pro"')}
        {inner("blocks", t("Then"))}
        {inner("else", t("Otherwise"))}
      </div>
    );
  if (kind === "saved") return <SavedName value={String(said.block ?? "")} onChange={(name) => set("block", name)} />;
  return <p className="small soft">{t("There is nothing to write here.")}</p>;
}

function Words({ html, onChange }: { html: string; onChange: (html: string) => void }) {
  const plain = typed(html);
  return (
    <Textarea
      label={t("Text")}
      description={
        plain === undefined
          ? t("Written in HTML.")
          : t("An empty line begins a paragraph; {strong} and {link} work.", {
              strong: "**strong**",
              link: "[words](https://…)",
            })
      }
      autosize
      minRows={4}
      value={plain ?? html}
      onChange={(event) =>
        onChange(plain === undefined ? event.currentTarget.value : marked(event.currentTarget.value))
      }
    />
  );
}

function SavedName({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const found = ask.useQuery("get", "/api/v1/documents/{kind}", { params: { path: { kind: "block" } } });
  const names = (found.data ?? []).map((one) => one.name);
  return (
    <Select
      label={t("Saved block")}
      description={t("It is shared: when it changes, every letter that holds it follows.")}
      data={[...new Set([...names, ...(value ? [value] : [])])]}
      value={value || null}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}
