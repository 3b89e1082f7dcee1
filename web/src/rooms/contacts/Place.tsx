/** Their language and time zone: letters are in the one, quiet hours go by the other. */
import { Select } from "@mantine/core";
import { useMemo } from "react";
import { t } from "@/app/words";
import { Card, toast, useDeed } from "@/kit";
import { edit } from "./Aside";
import type { Whole } from "./Contact";

const LOCALES = ["en", "de", "fr", "es", "nl", "ar", "it", "pt", "pl", "cs", "sv", "da", "nb", "fi", "tr", "ja", "zh"];

export function Place({ of }: { of: Whole }) {
  const known = (of.attributes ?? {}) as Record<string, unknown>;
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone"), []);
  const names = useMemo(() => new Intl.DisplayNames(undefined, { type: "language" }), []);
  const locale = typeof known.locale === "string" ? known.locale : null;
  const [save, isBusy] = useDeed(async (name: string, value: string | null) => {
    const before = known[name] ?? null;
    await edit(of.id, { attributes: { [name]: value } });
    const told = name === "locale" ? t("Their language is saved.") : t("Their time zone is saved.");
    toast(told, () => void edit(of.id, { attributes: { [name]: before } }));
  });
  return (
    <Card title={t("Language and time")}>
      <div className="stack tight">
        <Select
          label={t("Language")}
          size="xs"
          searchable
          clearable
          disabled={isBusy}
          placeholder={t("Not known")}
          data={[...new Set([...LOCALES, ...(locale ? [locale] : [])])].map((one) => ({
            value: one,
            label: `${nameOf(names, one)} · ${one}`,
          }))}
          value={locale}
          onChange={(next) => void save("locale", next)}
        />
        <Select
          label={t("Time zone")}
          size="xs"
          searchable
          clearable
          disabled={isBusy}
          placeholder={t("Not known: the workspace’s counts")}
          data={[...new Set([...zones, ...(of.zone ? [of.zone] : [])])]}
          limit={50}
          value={of.zone ?? null}
          onChange={(next) => void save("timezone", next)}
        />
      </div>
    </Card>
  );
}

function nameOf(names: Intl.DisplayNames, locale: string): string {
  try {
    return names.of(locale.replace("_", "-")) ?? locale;
  } catch {
    return locale;
  }
}
