/** A list: search while typing, chips, sticky head, virtual rows over keyset pages, keyboard cursor, skeletons, empty state. */
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { number, t } from "@/app/words";
import { Problem, useHref } from "./Basics";
import { InGrid } from "./grid";
import { ListRow } from "./ListRow";
import { Columns, download, Search } from "./ListTools";

export type Column<T> = {
  id: string;
  name: string;
  /** Of CSS grid: "minmax(160px, 2fr)". */
  width: string;
  cell: (row: T) => ReactNode;
  /** For the CSV; columns without it are left out there. */
  text?: (row: T) => string | number | null | undefined;
  isNumber?: boolean;
  /** Hidden until it is chosen. */
  isOptional?: boolean;
};

/** What `useInfiniteQuery` gives, as far as a list needs it. */
export type Pages<T> = {
  data?: { pages: { items: T[]; next: string | null }[] };
  error: unknown;
  isPending: boolean;
  isFetchingNextPage: boolean;
  hasNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
};

/** Options that every keyset list passes to `ask.useInfiniteQuery`. */
export const keyset = {
  pageParamName: "cursor",
  initialPageParam: "",
  getNextPageParam: (last: { next: string | null }) => last.next ?? undefined,
} as const;

type ListProps<T> = {
  /** Of this list, for what is remembered: "contacts". */
  name: string;
  pages: Pages<T>;
  /** The same array as long as they show the same: rows are drawn again when it is another. */
  columns: Column<T>[];
  keyOf: (row: T) => string | number;
  /** Where a row leads, inside the workspace. */
  to?: (row: T) => string;
  onOpen?: (row: T) => void;
  search?: { value: string; onChange: (value: string) => void; placeholder: string };
  /** Chips and the like, beside the search. */
  filters?: ReactNode;
  empty: ReactNode;
  total?: { count: number; isAbout?: boolean };
  /** With it rows can be chosen; what can be done with them. */
  bulk?: (rows: T[], clear: () => void) => ReactNode;
  /** Everything for the CSV, where it is more than what was loaded. */
  all?: () => Promise<T[]>;
  /** Files that the server writes of what is shown; without it the CSV is made here. */
  files?: (shown: Column<T>[]) => { name: string; href: string }[];
};

const ROW = 44;

export function ListView<T>(props: ListProps<T>) {
  const { pages, columns, keyOf, name } = props;
  const given = pages.data?.pages;
  const rows = useMemo(() => given?.flatMap((page) => page.items) ?? [], [given]);
  const [hidden, setHidden] = useLocalStorage<string[]>({
    key: `tidings-columns-${name}`,
    defaultValue: columns.filter((column) => column.isOptional).map((column) => column.id),
  });
  const shown = useMemo(() => columns.filter((column) => !hidden.includes(column.id)), [columns, hidden]);
  const [chosen, setChosen] = useState<Set<string | number>>(new Set());
  const picked = rows.filter((row) => chosen.has(keyOf(row)));
  return (
    <div className="stack tight">
      <div className="row apart">
        <div className="chips grow">
          {props.search ? <Search {...props.search} /> : null}
          {props.filters}
        </div>
        <div className="row keep">
          <Columns columns={columns} hidden={hidden} onChange={setHidden} />
          {props.files ? (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon aria-label={t("Download")}>
                  <IconDownload size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {props.files(shown).map((file) => (
                  <Menu.Item key={file.name} component="a" href={file.href} download>
                    {file.name}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          ) : (
            <Tooltip label={t("Download what is shown as CSV")}>
              <ActionIcon
                aria-label={t("Download as CSV")}
                onClick={() => void download(name, shown, props.all ? props.all() : rows)}
              >
                <IconDownload size={18} />
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      </div>
      <div className="card list">
        {props.bulk && picked.length > 0 ? (
          <div className="bulk">
            <span className="strong">
              {t("{count, plural, one {# chosen} other {# chosen}}", { count: picked.length })}
            </span>
            {props.bulk(picked, () => setChosen(new Set()))}
          </div>
        ) : null}
        {pages.error && rows.length === 0 ? <Problem error={pages.error} onRetry={() => void pages.refetch()} /> : null}
        {!pages.isPending && rows.length === 0 ? (
          pages.error ? null : (
            props.empty
          )
        ) : (
          <Table {...props} rows={rows} columns={shown} chosen={props.bulk ? chosen : undefined} onChoose={setChosen} />
        )}
        <Foot count={rows.length} total={props.total} hasMore={pages.hasNextPage} />
      </div>
    </div>
  );
}

function Foot({
  count,
  total,
  hasMore,
}: {
  count: number;
  total?: { count: number; isAbout?: boolean };
  hasMore: boolean;
}) {
  if (count === 0) return null;
  const about = total?.isAbout ? "≈ " : "";
  const whole = total && hasMore ? `${about}${number(total.count)}` : number(count);
  return (
    <div className="list-foot">
      <span>
        {!total && hasMore
          ? t("{count} so far, more below", { count: number(count) })
          : t("{count} of {whole}", { count: number(count), whole })}
      </span>
      <span className="cut">{t("↑ ↓ move, Enter opens, / searches")}</span>
    </div>
  );
}

type TableProps<T> = ListProps<T> & {
  rows: T[];
  chosen?: Set<string | number>;
  onChoose: (chosen: Set<string | number>) => void;
};

function Table<T>({ name, rows, columns, pages, keyOf, to, onOpen, chosen, onChoose }: TableProps<T>) {
  const scroll = useRef<HTMLDivElement>(null);
  const [here, setHere] = useState(-1);
  const navigate = useNavigate();
  const href = useHref();
  const count = pages.isPending ? 12 : rows.length + (pages.hasNextPage ? 1 : 0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (last >= rows.length - 1 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const open = (row: T) => {
    if (onOpen) onOpen(row);
    else if (to) void navigate({ href: href(to(row)) });
  };
  const flip = (row: T) => {
    const next = new Set(chosen);
    if (!next.delete(keyOf(row))) next.add(keyOf(row));
    onChoose(next);
  };
  const latest = useRef({ rows, open, flip });
  latest.current = { rows, open, flip };
  const onOpenAt = useCallback((index: number) => {
    const row = latest.current.rows[index];
    if (row === undefined) return;
    setHere(index);
    latest.current.open(row);
  }, []);
  const onFlipAt = useCallback((index: number) => {
    const row = latest.current.rows[index];
    if (row !== undefined) latest.current.flip(row);
  }, []);
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key];
    const row = rows[here];
    if (step !== undefined) {
      const next = Math.max(0, Math.min(rows.length - 1, here + step));
      setHere(next);
      virtual.scrollToIndex(next);
    } else if (event.key === "Enter" && row) open(row);
    else if (event.key === " " && row && chosen) flip(row);
    else return;
    event.preventDefault();
  };
  const grid = `${chosen ? "44px " : ""}${columns.map((column) => column.width).join(" ")}`;
  return (
    <div
      ref={scroll}
      className="list-scroll"
      role="grid"
      aria-label={name}
      aria-rowcount={rows.length}
      tabIndex={0}
      onKeyDown={onKey}
      aria-activedescendant={here >= 0 ? `${name}-row-${here}` : undefined}
    >
      <div className="list-table" style={{ "--columns": grid } as never}>
        <div className="list-head" role="row">
          {chosen ? <span role="columnheader" aria-label={t("Chosen")} tabIndex={-1} /> : null}
          {columns.map((column) => (
            <span key={column.id} role="columnheader" tabIndex={-1} className={column.isNumber ? "num cut" : "cut"}>
              {column.name}
            </span>
          ))}
        </div>
        <div className="list-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          <InGrid.Provider value={true}>
            {items.map((item) => {
              const row = rows[item.index];
              return (
                <ListRow
                  key={row ? keyOf(row) : `bone-${item.index}`}
                  id={`${name}-row-${item.index}`}
                  index={item.index}
                  start={item.start}
                  row={row}
                  columns={columns}
                  isHere={item.index === here}
                  isChosen={row ? chosen?.has(keyOf(row)) : undefined}
                  onOpen={onOpenAt}
                  onFlip={onFlipAt}
                />
              );
            })}
          </InGrid.Provider>
        </div>
      </div>
    </div>
  );
}
