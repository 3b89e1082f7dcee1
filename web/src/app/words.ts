/** Every text that a person sees goes through `t`; the English sentence is its own id, values are ICU. */
import { i18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";

type Compiled = ReturnType<typeof compileMessage>;
const compiled = new Map<string, Compiled>();
/** A sentence is taken apart once, not each time that it is shown. */
i18n.setMessagesCompiler((text) => {
  let found = compiled.get(text);
  if (found === undefined) {
    found = compileMessage(text);
    compiled.set(text, found);
  }
  return found;
});
i18n.loadAndActivate({ locale: "en", messages: {} });

type Values = Record<string, string | number | Date | undefined>;

/** `t("{count, plural, one {# person} other {# people}}", { count })`. */
export function t(text: string, values?: Values): string {
  return i18n._(text, values);
}

/** Use another language; `messages` maps English sentences to theirs (`locales/*.json`). */
export function speak(locale: string, messages: Record<string, string>): void {
  i18n.loadAndActivate({ locale, messages });
  document.documentElement.lang = locale;
}

const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** 12,480. */
export function number(value: number): string {
  return whole.format(value);
}

/** 12.5K, where room is scarce. */
export function compact(value: number): string {
  return value < 10_000 ? whole.format(value) : short.format(value);
}

export function percent(part: number, of: number): string {
  if (of === 0) return "–";
  const share = (100 * part) / of;
  return `${share > 0 && share < 10 ? share.toFixed(1) : Math.round(share)} %`;
}
