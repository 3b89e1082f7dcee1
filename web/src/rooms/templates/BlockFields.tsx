/** What one block says, to be written. */
import { NumberInput, Select, TextInput } from "@mantine/core";
import { ask } from "@/app/client";
import { t } from "@/app/words";
import { A, Note } from "@/kit";
import { PictureField } from "../media/PictureField";
import { kindOf, type Piece } from "./blocks";
import { Html, Words } from "./Later";
import { WordsInput } from "./Variables";

type Said = Record<string, unknown>;
type Props = { piece: Piece; onChange: (piece: Piece, tag: string) => void };
type Parts = {
  said: Said;
  set: (key: string, value: unknown) => void;
  /** Several at once. */
  put: (change: Said, tag: string) => void;
};

export function Fields({ piece, onChange }: Props) {
  const kind = kindOf(piece);
  const said = piece[kind] ?? {};
  const put = (change: Said, tag: string) => {
    const next = Object.fromEntries(Object.entries({ ...said, ...change }).filter(([, value]) => value !== undefined));
    onChange({ [kind]: next }, tag);
  };
  const parts: Parts = { said, put, set: (key, value) => put({ [key]: value }, key) };
  const Form = FORMS[kind];
  return (
    <div className="stack tight block-fields">
      {Form ? <Form {...parts} /> : <p className="small soft">{t("There is nothing to write here.")}</p>}
    </div>
  );
}

function Line({ said, set, at, label, told }: Parts & { at: string; label: string; told?: string }) {
  const text = { label, description: told, value: String(said[at] ?? "") };
  return <WordsInput {...text} onChange={(value) => set(at, value)} />;
}

function Align({ said, set, usual = "left" }: Parts & { usual?: string }) {
  return (
    <Select
      label={t("Where it stands")}
      data={[
        { value: "left", label: t("Left") },
        { value: "center", label: t("In the middle") },
        { value: "right", label: t("Right") },
      ]}
      value={String(said.align ?? usual)}
      onChange={(next) => set("align", next ?? undefined)}
    />
  );
}

function Heading(parts: Parts) {
  return (
    <>
      <Line {...parts} at="text" label={t("Words")} />
      <Select
        label={t("Size")}
        data={[
          { value: "1", label: t("Large") },
          { value: "2", label: t("Medium") },
          { value: "3", label: t("Small") },
        ]}
        value={String(parts.said.level ?? 1)}
        onChange={(next) => parts.set("level", Number(next ?? 1))}
      />
      <Align {...parts} />
    </>
  );
}

const MOST_WIDTH = 552;

function Picture(parts: Parts) {
  const { said, set, put } = parts;
  return (
    <>
      <PictureField
        label={t("Picture")}
        value={String(said.src ?? "")}
        onChange={(src, picture) =>
          put(
            picture
              ? {
                  src,
                  alt: said.alt || picture.alt,
                  width: Math.max(16, Math.min(picture.width, MOST_WIDTH)),
                }
              : { src },
            "src",
          )
        }
      />
      <Line {...parts} at="alt" label={t("What it shows")} told={t("Read where the picture is not shown.")} />
      <Line {...parts} at="href" label={t("Where a click leads")} />
      <NumberInput
        label={t("Width in pixels")}
        min={16}
        max={600}
        value={said.width === undefined ? "" : Number(said.width)}
        onChange={(next) => set("width", next === "" ? undefined : Number(next))}
      />
      <Align {...parts} usual="center" />
    </>
  );
}

function ButtonForm(parts: Parts) {
  return (
    <>
      <Line {...parts} at="label" label={t("Words")} />
      <Line {...parts} at="href" label={t("Where a click leads")} />
      <Align {...parts} />
    </>
  );
}

const SHARES: Record<number, [string, () => string][]> = {
  2: [
    ["", () => t("Equal")],
    ["1,2", () => t("The right one is wider")],
    ["2,1", () => t("The left one is wider")],
  ],
  3: [
    ["", () => t("Equal")],
    ["1,2,1", () => t("The middle one is wider")],
  ],
};

function Columns({ said, put }: Parts) {
  const columns = (said.columns ?? []) as Piece[][];
  const shares = SHARES[columns.length];
  /** Blocks of columns that go move into the last one that stays. */
  const count = (wanted: number) => {
    const stay = columns.slice(0, wanted);
    const gone = columns.slice(wanted).flat();
    while (stay.length < wanted) stay.push([]);
    stay[wanted - 1] = [...(stay[wanted - 1] ?? []), ...gone];
    put({ columns: stay, ratio: undefined }, "columns");
  };
  return (
    <>
      <NumberInput
        label={t("How many columns")}
        description={t("On a phone they stand below each other.")}
        min={1}
        max={4}
        value={columns.length}
        onChange={(next) => count(Math.max(1, Math.min(4, Number(next) || 1)))}
      />
      {shares ? (
        <Select
          label={t("How wide they are")}
          data={shares.map(([value, label]) => ({ value, label: label() }))}
          value={shares.some(([value]) => value === String(said.ratio ?? "")) ? String(said.ratio ?? "") : null}
          onChange={(next) => put({ ratio: next ? next.split(",").map(Number) : undefined }, "ratio")}
        />
      ) : null}
    </>
  );
}

function Products(parts: Parts) {
  const { said, set } = parts;
  const from = String(said.from ?? "event.products");
  return (
    <>
      <TextInput
        label={t("List")}
        description={t("As event.products, which is the basket or the order.")}
        value={from}
        onChange={(event) => set("from", event.currentTarget.value)}
      />
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
      <Line {...parts} at="button" label={t("Words of the button")} told={t("Without words there is no button.")} />
    </>
  );
}

function HtmlForm({ said, set }: Parts) {
  return (
    <Html told={t("It is never rewritten.")} value={String(said.html ?? "")} onChange={(html) => set("html", html)} />
  );
}

function Text({ said, set }: Parts) {
  return <Words html={String(said.html ?? "")} onChange={(html) => set("html", html)} />;
}

function Conditional({ said, set }: Parts) {
  return (
    <TextInput
      label={t("Shown when")}
      description={'contact.plan is defined and contact.plan == "pro"'}
      value={String(said.if ?? "")}
      onChange={(event) => set("if", event.currentTarget.value)}
    />
  );
}

function Social() {
  return (
    <Note>
      {t("The pages of your brand are shown.")} <A to="/brand">{t("Change the brand")}</A>
    </Note>
  );
}

function Saved({ said, set }: Parts) {
  const value = String(said.block ?? "");
  const found = ask.useQuery("get", "/api/v1/documents/{kind}", { params: { path: { kind: "block" } } });
  const names = (found.data ?? []).filter((one) => one.number > 0).map((one) => one.name);
  return (
    <>
      <Select
        label={t("Saved block")}
        description={t("It is shared: when it changes, every letter that holds it follows.")}
        data={[...new Set([...names, ...(value ? [value] : [])])]}
        value={value || null}
        onChange={(next) => set("block", next ?? "")}
      />
      {value ? (
        <p className="small">
          <A to={`/blocks/${encodeURIComponent(value)}`}>{t("Change what it says")}</A>
        </p>
      ) : null}
    </>
  );
}

const FORMS: Record<string, (parts: Parts) => React.ReactNode> = {
  heading: Heading,
  text: Text,
  image: Picture,
  button: ButtonForm,
  columns: Columns,
  products: Products,
  html: HtmlForm,
  conditional: Conditional,
  social: Social,
  saved: Saved,
};
