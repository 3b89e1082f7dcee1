/** What the server says an editor should draw: kinds of steps, of conditions, operators. */
import { ask, type Shapes } from "@/app/client";
import type { Schema } from "@/kit";
import type { Doc } from "./document";
import { kindOf } from "./document";

export type Forms = Shapes["JourneyForms"];

export function useForms() {
  return ask.useQuery(
    "get",
    "/api/v1/journeys/kinds",
    {},
    { staleTime: Number.POSITIVE_INFINITY, meta: { isStill: true } },
  );
}

/** The server's schemas are typed as plain objects. */
export function schemaOf(given: Record<string, unknown>): Schema {
  return given as Schema;
}

export function sendSteps(doc: Doc): string[] {
  return Object.keys(doc.steps).filter((name) => kindOf(doc.steps[name] ?? {}) === "send");
}
