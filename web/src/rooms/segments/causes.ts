/** What brought somebody in or took them out, in words. */
import { t } from "@/app/words";

export function causeWords(cause: string): string {
  const words: Record<string, string> = {
    published: t("publishing"),
    time: t("time passing"),
    nightly: t("the nightly check"),
    "by hand": t("somebody, by hand"),
  };
  if (words[cause]) return words[cause];
  const [kind, ...rest] = cause.split(":");
  const name = rest.join(":");
  if (kind === "import" && name) return t("the import {name}", { name });
  return cause || t("nobody knows");
}
