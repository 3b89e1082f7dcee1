import { ask } from "@/app/client";

const SOON = 1_500;

/** What the way in shows; while the demo is being made, it is asked again. */
export function useDoor() {
  return ask.useQuery(
    "get",
    "/api/v1/first",
    {},
    { refetchInterval: (query) => (query.state.data?.is_demo_coming ? SOON : false) },
  );
}
