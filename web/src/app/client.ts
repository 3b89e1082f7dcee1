/** The API, typed by its own description (`src/api/schema.d.ts`, made by `make client`). */
import { QueryClient } from "@tanstack/react-query";
import createFetch, { type Middleware } from "openapi-fetch";
import createQueries from "openapi-react-query";
import type { components, paths } from "@/api/schema";

export type Shapes = components["schemas"];

/** One place of what was wrong, as the server names it. */
export type Place = { path: string; message: string; hint?: string };

/** An answer that is no success, in the server's own words (RFC 9457). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly places: Place[],
  ) {
    super(detail || title);
  }
}

let workspace = "main";

/** Whose data every request means from now on. */
export function enter(name: string): void {
  workspace = name;
}

export function entered(): string {
  return workspace;
}

async function refusal(response: Response): Promise<Refused> {
  const told = await response.json().catch(() => ({}));
  const places = Array.isArray(told.errors) ? told.errors : [];
  const title = told.title ?? response.statusText;
  return new Refused(response.status, title, told.detail ?? "", places);
}

const manners: Middleware = {
  onRequest({ request }) {
    request.headers.set("tidings-workspace", workspace);
    return request;
  },
  async onResponse({ response, request }) {
    if (response.ok) return response;
    const isSigningIn = new URL(request.url).pathname === "/api/v1/login";
    if (response.status === 401 && !isSigningIn && !location.pathname.startsWith("/sign-in")) {
      location.assign(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`);
    }
    throw await refusal(response);
  },
};

/** For one call: `await api.POST("/api/v1/keys", { body })`; a refusal is thrown as `Refused`. */
export const api = createFetch<paths>({ baseUrl: location.origin });
api.use(manners);

/** For components: `ask.useQuery("get", "/api/v1/contacts", { params: { query } })`. */
export const ask = createQueries(api);

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => !(error instanceof Refused && error.status < 500) && count < 2,
    },
  },
});
