/** A form as a document. Pure. */
import { t } from "@/app/words";

export type FormField = {
  name: string;
  label: string;
  type?: "text" | "email" | "choice" | "checkbox";
  required?: boolean;
  options?: string[];
};

export type FormDoc = {
  form: string;
  title?: string;
  description?: string;
  fields?: FormField[];
  topic?: string;
  consent?: boolean;
  double_opt_in?: boolean | null;
  list?: string;
  tags?: string[];
  button?: string;
  thanks?: string;
  proof_of_work?: boolean;
} & Record<string, unknown>;

const DEFAULTS: Record<string, unknown> = { consent: true, button: "Sign up" };

export function tidy(given: Record<string, unknown>): FormDoc {
  return { ...given, form: String(given.form ?? "") };
}

/** With a value that says nothing but the default the key goes, so that the same content gives the same document. */
export function written(doc: FormDoc, key: string, value: unknown): FormDoc {
  const next: FormDoc = { ...doc, [key]: value };
  const isNothing = value === "" || value === undefined || value === null || (Array.isArray(value) && !value.length);
  const isDefault = key in DEFAULTS ? value === DEFAULTS[key] : value === false && key !== "double_opt_in";
  if (isNothing || isDefault) delete next[key];
  return next;
}

/** A form that asks for an address and a first name. */
export function starter(name: string, title: string): FormDoc {
  return {
    form: name,
    title,
    fields: [
      { name: "email", label: t("Email") },
      { name: "first_name", label: t("First name") },
    ],
  };
}

/** "Your shoe size" → "your_shoe_size": the attribute that a question fills. */
export function fieldName(label: string): string {
  return label
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 40);
}

/** A question with only what it needs. */
export function field(of: FormField): FormField {
  const found: FormField = { name: of.name, label: of.label };
  if (of.type && of.type !== "text") found.type = of.type;
  if (of.required) found.required = true;
  if (of.type === "choice" && of.options?.length) found.options = of.options;
  return found;
}

/** What is copied into a page of one's own. */
export function embed(url: string, title: string): string {
  const name = title.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
  return `<iframe src="${url}" title="${name}" loading="lazy" style="width: 100%; height: 480px; border: 0"></iframe>`;
}
