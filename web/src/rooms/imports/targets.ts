/** What a column can mean, in words, and back. Pure. */
import { t } from "@/app/words";

const WORDS: Record<string, () => string> = {
  "identifier:email": () => t("Email address"),
  "identifier:user_id": () => t("Your own id of them"),
  "attribute:first_name": () => t("First name"),
  "attribute:last_name": () => t("Last name"),
  "attribute:phone": () => t("Phone"),
  "attribute:locale": () => t("Language"),
  "attribute:timezone": () => t("Time zone"),
  attributes: () => t("Several attributes (JSON)"),
  tags: () => t("Tags, with commas between them"),
  list: () => t("The title of a list"),
  company: () => t("Their company"),
  status: () => t("Subscribed, unsubscribed or cleaned"),
  opted_out: () => t("Yes when they have left"),
  consented_at: () => t("When they agreed"),
  confirmed_at: () => t("When they confirmed it"),
  consent_ip: () => t("From which IP they agreed"),
  unsubscribed_at: () => t("When they left"),
  cleaned_at: () => t("When the address stopped working"),
  reason: () => t("Why they are not written to"),
  event: () => t("What happened (its name)"),
  at: () => t("When it happened"),
  message_id: () => t("Its number, to know it again"),
  properties: () => t("Several properties (JSON)"),
  ignore: () => t("Nothing: leave it out"),
};

const prefixes = (): [string, string][] => [
  ["identifier:", t("Identifier: ")],
  ["attribute:", t("Attribute: ")],
  ["property:", t("Property: ")],
];

/** "identifier:email" → "Email address". */
export function targetWords(target: string): string {
  const word = WORDS[target]?.();
  if (word) return word;
  const found = prefixes().find(([prefix]) => target.startsWith(prefix));
  return found ? found[1] + target.slice(found[0].length) : target;
}

/** What was chosen or typed, as the API names it; what is neither is passed on as it is. */
export function targetOf(words: string): string {
  const plain = words.trim();
  const known = Object.keys(WORDS).find((target) => WORDS[target]?.() === plain);
  if (known) return known;
  const found = prefixes().find(([, said]) => plain.startsWith(said.trim()));
  return found ? found[0] + plain.slice(found[1].trim().length).trim() : plain;
}
