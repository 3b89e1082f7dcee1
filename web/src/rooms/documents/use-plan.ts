/** What publishing a document would change, asked when its dialog opens. */
import { useQuery } from "@tanstack/react-query";
import { api, Refused, type Shapes } from "@/app/client";

type Found = { plan?: Shapes["DocumentPlan"]; problems: Shapes["DocumentProblem"][] };

/** The difference, or everything that is in the way of one. */
async function ask(doc: Record<string, unknown>): Promise<Found> {
  const level = (kind: "error" | "warning") => (one: { path: string; message: string; hint?: string }) => ({
    hint: "",
    ...one,
    level: kind,
  });
  try {
    const { data } = await api.POST("/api/v1/documents/plan", { body: doc });
    return { plan: data, problems: (data?.warnings ?? []).map(level("warning")) };
  } catch (error) {
    if (error instanceof Refused && error.places.length) return { problems: error.places.map(level("error")) };
    throw error;
  }
}

export function usePlan(doc: Record<string, unknown>, isOpen: boolean) {
  return useQuery({
    queryKey: ["plan", doc],
    queryFn: () => ask(doc),
    enabled: isOpen,
    staleTime: 0,
    gcTime: 0,
    meta: { isStill: true },
  });
}
