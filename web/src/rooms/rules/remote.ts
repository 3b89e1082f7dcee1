/** Asking the server by address; answers are what `types.ts` says. */
import { type UseQueryOptions, useQuery } from "@tanstack/react-query";
import { api } from "@/app/client";

type Params = { path?: Record<string, string | number>; query?: Record<string, string | number | undefined> };
type Sent = { params?: Params; body?: unknown; signal?: AbortSignal };
type Call = (address: string, sent: Sent) => Promise<{ data?: unknown }>;

async function call<T>(method: "GET" | "POST" | "PUT", address: string, sent: Sent): Promise<T> {
  const { data } = await (api[method] as unknown as Call)(address, sent);
  return data as T;
}

export const get = <T>(address: string, params: Params = {}) => call<T>("GET", address, { params });
export const post = <T>(address: string, params: Params, body: unknown, signal?: AbortSignal) =>
  call<T>("POST", address, { params, body, signal });

type Options<T> = Omit<UseQueryOptions<T, unknown, T, unknown[]>, "queryKey" | "queryFn">;

/** Asked again by itself when what it shows changes, as every query of the interface is. */
export function useGet<T>(address: string, params: Params = {}, options: Options<T> = {}) {
  return useQuery<T, unknown, T, unknown[]>({
    queryKey: ["get", address, { params }],
    queryFn: () => get<T>(address, params),
    ...options,
  });
}
