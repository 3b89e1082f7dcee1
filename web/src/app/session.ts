/** Who is signed in, and which workspaces they may enter. */
import { useParams } from "@tanstack/react-router";
import { ask } from "./client";

export function useMe() {
  return ask.useQuery("get", "/api/v1/me", {}, { staleTime: 60_000 });
}

/** The workspace of this address. */
export function useWorkspace(): string {
  const { workspace = "main" } = useParams({ strict: false }) as { workspace?: string };
  return workspace;
}
