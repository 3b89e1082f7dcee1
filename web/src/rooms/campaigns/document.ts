/** A campaign as a document. Pure. */
import type { Rule } from "../journeys/document";

export type Variant = { template: string; weight?: number };
export type CampaignDoc = {
  campaign: string;
  audience?: Rule;
  exclude?: Rule;
  template?: string;
  variants?: Record<string, Variant>;
  trial?: { share?: number; after?: string };
  account?: string;
  at?: string;
  local?: boolean;
  per_hour?: number;
} & Record<string, unknown>;

export function tidy(given: Record<string, unknown>): CampaignDoc {
  return { ...given, campaign: String(given.campaign ?? "") };
}

/** With a value that is nothing the key goes, so that the same content gives the same document. */
export function written(doc: CampaignDoc, key: string, value: unknown): CampaignDoc {
  const next: CampaignDoc = { ...doc, [key]: value };
  if (value === "" || value === undefined || value === false || value === null) delete next[key];
  return next;
}

/** One template becomes two variants, tried on a fifth of the audience; and back. */
export function withTrial(doc: CampaignDoc, isOn: boolean): CampaignDoc {
  const { template, variants, trial, ...rest } = doc;
  if (!isOn) return { ...rest, template: template ?? Object.values(variants ?? {})[0]?.template ?? "" } as CampaignDoc;
  const first = template ?? "";
  return {
    ...rest,
    variants: variants ?? { a: { template: first }, b: { template: "" } },
    trial: trial ?? { share: 20, after: "4h" },
  } as CampaignDoc;
}
