/** What the cards of a journey show, and how high they will be. Pure. */

import { t } from "@/app/words";
import type { Doc } from "./document";
import { startOf } from "./document";
import { goalWords, listed, reentryWords, ruleWords, triggerWords } from "./sentences";

/** The card of the beginning: what starts it, who may enter, how often, what for. */
export function startLines(doc: Doc): string[] {
  const triggers = doc.triggers.map((one) => triggerWords(one));
  const lines = [
    triggers.length ? t("Starts when {what}", { what: listed(triggers, t("or")) }) : t("Say what starts this journey"),
  ];
  if (doc.audience) lines.push(t("Only if: {rule}", { rule: ruleWords(doc.audience) }));
  if (doc.reentry && doc.reentry !== "never") lines.push(reentryWords(doc.reentry));
  if (doc.goal) lines.push(goalWords(doc.goal));
  if (doc.exit?.length) lines.push(t("Leaves early: {rule}", { rule: ruleWords({ any: doc.exit }) }));
  return lines;
}

const CHARS = 27;
const LINE = 19;

function linesOf(text: string, most: number): number {
  let lines = 1;
  let room = CHARS;
  for (const word of text.split(" ")) {
    if (word.length > room && room < CHARS) {
      lines++;
      room = CHARS;
    }
    room -= word.length + 1;
    while (room < -1) {
      lines++;
      room += CHARS;
    }
  }
  return Math.min(most, lines);
}

/** Head, sentence, notes, foot; as `journeys.css` draws them. */
export function heightOf(sentences: string[], notes: number, longNotes: number): number {
  const words = sentences.reduce((sum, one) => sum + linesOf(one, 3) * LINE + 2, 0);
  return 10 + 20 + words + 8 + notes * 26 + longNotes * 44 + 29;
}

export function hasSteps(doc: Doc): boolean {
  return startOf(doc) !== undefined;
}
