/** What the lists of people, messages and events share: filters in the address, and calm while somebody scrolls. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { type Column, keyset } from "@/kit";

export type Filters = Record<string, string | undefined>;

/** The filters of this address, and how to change some of them; empty ones leave it. */
export function useFilters(): [Filters, (change: Filters) => void] {
  const search = useSearch({ strict: false }) as Filters;
  const navigate = useNavigate();
  const change = (some: Filters) => {
    const next = Object.entries({ ...search, ...some }).filter(([, value]) => value !== undefined && value !== "");
    void navigate({ to: ".", search: Object.fromEntries(next) as never, replace: true });
  };
  return [search, change];
}

const MANY = 3;

/** Options of a keyset list. One that was scrolled far is left as it is: a change would ask for all its pages again. */
export function useCalm() {
  const [count, note] = useState(1);
  const isStill = count > MANY;
  return { options: { ...keyset, meta: { isStill }, refetchOnWindowFocus: !isStill }, note };
}

/** Every page of a list, for the CSV. */
export async function everything<T>(
  page: (cursor: string) => Promise<{ items: T[]; next: string | null } | undefined>,
): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const read: { items: T[]; next: string | null } | undefined = await page(cursor);
    found.push(...(read?.items ?? []));
    cursor = read?.next ?? null;
  }
  return found;
}

/** On a phone only these columns, as wide as there is room. */
export function narrowed<T>(columns: Column<T>[], names: string[]): Column<T>[] {
  const kept = columns.filter((column) => names.includes(column.id));
  return kept.map((column) => (column.width.startsWith("minmax") ? { ...column, width: "minmax(0, 1fr)" } : column));
}
