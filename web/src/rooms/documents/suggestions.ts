/** Names that are in use, for whoever types one. */
import { ask } from "@/app/client";

type What = "events" | "attributes" | "topics" | "templates" | "tags" | "accounts" | "channels";

function useNames(what: What): string[] {
  const params = { query: { what } };
  return ask.useQuery("get", "/api/v1/suggest", { params }, { staleTime: 60_000 }).data?.items ?? [];
}

export type Suggestions = Record<What, string[]>;

export function useSuggestions(): Suggestions {
  return {
    events: useNames("events"),
    attributes: useNames("attributes"),
    topics: useNames("topics"),
    templates: useNames("templates"),
    tags: useNames("tags"),
    accounts: useNames("accounts"),
    channels: useNames("channels"),
  };
}
