/** Whom a rule finds while it is being written: asked a moment after the last change, the old answer stays until the new one is there. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { post } from "./remote";
import type { Rule } from "./tree";
import type { RulePreview } from "./types";

const WAIT = 400;

export function usePreview(where: Rule | undefined, segment?: string) {
  const text = JSON.stringify(where ?? { all: [] });
  const [late] = useDebouncedValue(text, WAIT);
  const found = useQuery({
    queryKey: ["rules", "preview", late, segment],
    queryFn: ({ signal }) =>
      post<RulePreview>(
        "/api/v1/rules/preview",
        {},
        { where: JSON.parse(late), ...(segment ? { segment } : {}) },
        signal,
      ),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    retry: false,
    meta: { isStill: true },
  });
  // While something is wrong the numbers from before stay.
  const last = useRef<RulePreview>(undefined);
  if (found.data) last.current = found.data;
  const isOld = text !== late || found.isPlaceholderData;
  return { ...found, data: found.data ?? last.current, isOld };
}
