/** What brought somebody in or took them out, in words. */
import { t } from "@/app/words";

export function causeWords(cause: string): string {
  const words: Record<string, string> = {
    published: t("when it was published"),
    time: t("as time passed"),
    nightly: t("found by the nightly check"),
    "by hand": t("by hand"),
  };
  if (words[cause]) return words[cause];
  const [kind, ...rest] = cause.split(":");
  const name = rest.join(":");
  if (kind === "import" && name) return t("by the import {name}", { name });
  return cause || t("nobody knows");
}
