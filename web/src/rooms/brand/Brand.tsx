/** How letters and public pages look: written on the left, seen on the right before it is saved. */
import { Button, Select, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, type Place, queries, Refused, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Card, Mail, Note, Page, toast, toastProblem } from "@/kit";
import { PictureField } from "../media/PictureField";
import { ColourField } from "./ColourField";
import { contrast, isColour, wordsOn } from "./contrast";
import "./brand.css";

type Look = Omit<Shapes["Brand"], "social"> & { social?: Social[] };

export function Brand() {
  const settings = ask.useQuery("get", "/api/v1/settings", {}, { meta: { isStill: true } });
  return (
    <Page title={t("Brand")} told={t("How every letter and public page looks. Letters that are live follow at once.")}>
      <Asking of={settings}>{(known) => <Form known={known.brand as Look} />}</Asking>
    </Page>
  );
}

function Form({ known }: { known: Look }) {
  const [brand, setBrand] = useState(known);
  const [places, setPlaces] = useState<Place[]>([]);
  const [isBusy, setBusy] = useState(false);
  const set = <K extends keyof Look>(key: K, value: Look[K]) => setBrand((now) => ({ ...now, [key]: value }));
  const at = (key: string) =>
    places.find((one) => one.path === `brand.${key}` || one.path.startsWith(`brand.${key}[`))?.message;
  const isChanged = JSON.stringify(brand) !== JSON.stringify(known);
  const save = async () => {
    setBusy(true);
    try {
      await api.PUT("/api/v1/settings", { body: { brand } });
      setPlaces([]);
      toast(t("Saved. Letters and pages follow from now on."));
      await queries.invalidateQueries();
    } catch (error) {
      const told = error instanceof Refused ? error.places : [];
      setPlaces(told);
      if (told.length === 0) toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const text = (key: "name" | "logo_alt", label: string, told?: string) => (
    <TextInput
      label={label}
      description={told}
      error={at(key)}
      value={brand[key] ?? ""}
      onChange={(event) => set(key, event.currentTarget.value)}
    />
  );
  const colour = (key: "accent" | "text" | "background" | "panel", label: string) => (
    <ColourField label={label} value={brand[key] ?? "#000000"} error={at(key)} onChange={(next) => set(key, next)} />
  );
  return (
    <div className="brand">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Card title={t("Who writes")}>
          <div className="stack">
            {text("name", t("Name"), t("Below every letter, and on pages without a logo."))}
            <PictureField
              label={t("Logo")}
              value={brand.logo ?? ""}
              error={at("logo")}
              onChange={(logo, picture) =>
                setBrand({ ...brand, logo, ...(picture?.alt && !brand.logo_alt ? { logo_alt: picture.alt } : {}) })
              }
            />
            {text("logo_alt", t("What the logo shows"))}
            <Textarea
              label={t("Postal address")}
              description={t("Below every letter; the law of many countries asks for it.")}
              error={at("address")}
              value={brand.address ?? ""}
              onChange={(event) => set("address", event.currentTarget.value)}
            />
            <Textarea
              label={t("Words below every letter")}
              error={at("footer")}
              value={brand.footer ?? ""}
              onChange={(event) => set("footer", event.currentTarget.value)}
            />
          </div>
        </Card>
        <Card title={t("Colours and letters")}>
          <div className="stack">
            <div className="brand-colours">
              {colour("accent", t("Buttons and links"))}
              <ColourField
                label={t("Words on buttons")}
                isAutomatic={!brand.button_text}
                value={brand.button_text || wordsOn(isColour(brand.accent ?? "") ? (brand.accent ?? "") : "#000000")}
                error={at("button_text")}
                onChange={(next) => set("button_text", next)}
                onAutomatic={() => set("button_text", "")}
              />
              {colour("text", t("Text"))}
              {colour("panel", t("The letter"))}
              {colour("background", t("Around the letter"))}
            </div>
            <Contrasts brand={brand} />
            <Select
              label={t("Typeface")}
              data={[
                { value: "sans", label: t("Without serifs, the reader's own") },
                { value: "serif", label: t("With serifs, Georgia") },
                { value: "mono", label: t("Like a typewriter") },
              ]}
              value={brand.font ?? "sans"}
              onChange={(next) => set("font", (next ?? "sans") as Look["font"])}
            />
          </div>
        </Card>
        <Socials of={brand.social ?? []} error={at("social")} onChange={(social) => set("social", social)} />
        <div className="row">
          <Button type="submit" loading={isBusy} disabled={!isChanged}>
            {t("Save")}
          </Button>
          {isChanged ? (
            <Button variant="default" onClick={() => setBrand(known)}>
              {t("As it was")}
            </Button>
          ) : null}
        </div>
      </form>
      <Seen brand={brand} />
    </div>
  );
}

/** Which colours are hard to read on each other. */
function Contrasts({ brand }: { brand: Look }) {
  const { accent = "", text = "", panel = "" } = brand;
  const pairs: [string, string, string][] = [
    [t("Text on the letter"), text, panel],
    [t("Words on buttons"), brand.button_text || (isColour(accent) ? wordsOn(accent) : ""), accent],
    [t("Links on the letter"), accent, panel],
  ];
  const hard = pairs
    .filter(([, one, other]) => isColour(one) && isColour(other))
    .map(([what, one, other]) => ({ what, ratio: contrast(one, other) }))
    .filter(({ ratio }) => ratio < 4.5);
  if (hard.length === 0) return null;
  return (
    <Note tone="warn">
      {hard.map(({ what, ratio }) => (
        <p key={what} className="small">
          {t("{what}: hard to read. The contrast is {ratio}; readers need 4.5.", { what, ratio: ratio.toFixed(1) })}
        </p>
      ))}
    </Note>
  );
}

type Social = Shapes["SocialLink"];

function Socials({ of, error, onChange }: { of: Social[]; error?: string; onChange: (next: Social[]) => void }) {
  const set = (i: number, change: Partial<Social>) =>
    onChange(of.map((one, j) => (j === i ? { ...one, ...change } : one)));
  return (
    <Card title={t("Your pages elsewhere")}>
      <div className="stack tight">
        {of.map((one, i) => (
          <div key={i} className="row keep">
            <TextInput
              aria-label={t("Name of page {number}", { number: i + 1 })}
              placeholder="Mastodon"
              w={130}
              value={one.kind}
              onChange={(event) => set(i, { kind: event.currentTarget.value })}
            />
            <TextInput
              className="grow"
              aria-label={t("Address of page {number}", { number: i + 1 })}
              placeholder="https://"
              value={one.url}
              onChange={(event) => set(i, { url: event.currentTarget.value })}
            />
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={t("Remove page {number}", { number: i + 1 })}
              onClick={() => onChange(of.filter((_, j) => j !== i))}
            >
              <IconTrash size={16} />
            </Button>
          </div>
        ))}
        {error ? <p className="small brand-wrong">{error}</p> : null}
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            disabled={of.length >= 12}
            onClick={() => onChange([...of, { kind: "", url: "https://" }])}
          >
            {t("Add a page")}
          </Button>
        </div>
      </div>
    </Card>
  );
}

const SAMPLE = {
  template: "brand",
  subject: "-",
  preheader: "-",
  blocks: [
    { heading: { text: "Tea for two" } },
    { text: { html: '<p>Dear reader, this is how a <a href="https://example.com">letter</a> of yours looks.</p>' } },
    { button: { label: "See the teas", href: "https://example.com/teas" } },
    { divider: {} },
    { social: {} },
  ],
};

/** A letter with this look, by the renderer that sends. */
function Seen({ brand }: { brand: Look }) {
  const [settled] = useDebouncedValue(brand, 350);
  const look = useQuery({
    queryKey: ["brand-preview", settled],
    queryFn: async () => {
      const body = {
        document: SAMPLE,
        brand: { ...settled, social: (settled.social ?? []).filter((one) => one.kind) },
      };
      return (await api.POST("/api/v1/templates/preview", { body })).data as Shapes["TemplateLook"];
    },
    placeholderData: keepPreviousData,
    retry: false,
    meta: { isStill: true },
  });
  return (
    <aside className="brand-seen">
      <Card title={t("How a letter looks")}>
        {look.data ? (
          <Mail html={look.data.html} title={t("Preview of the mail")} height={520} />
        ) : (
          <p className="small soft">{t("It shows when every place is filled in well.")}</p>
        )}
      </Card>
    </aside>
  );
}
