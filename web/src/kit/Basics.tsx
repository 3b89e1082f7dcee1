/** Page, card, empty state, skeleton, problem, tabs, facts, links. */
import { Button } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { Link, useLocation, useParams } from "@tanstack/react-router";
import { Children, type ComponentProps, type ReactNode, useEffect } from "react";
import { Refused } from "@/app/client";
import { number, t } from "@/app/words";
import { useStop } from "./grid";

/** The address of something in the workspace that is open: `useHref()("/contacts/12")`. */
export function useHref(): (path: string) => string {
  const { workspace = "main" } = useParams({ strict: false }) as { workspace?: string };
  return (path) => `/w/${workspace}${path}`;
}

type AProps = Omit<ComponentProps<"a">, "href"> & { to: string };

/** A link inside the workspace: `<A to="/contacts/12">Ada</A>`; the query may follow a question mark. */
export function A({ to, children, ...rest }: AProps) {
  const stop = useStop();
  const href = useHref()(to);
  const [path, query] = href.split("?");
  const search = Object.fromEntries(new URLSearchParams(query ?? ""));
  return (
    <Link
      to={path as string}
      search={search as never}
      activeOptions={{ exact: true, includeSearch: true }}
      tabIndex={stop}
      {...(rest as object)}
    >
      {children}
    </Link>
  );
}

type PageProps = {
  title: ReactNode;
  /** What the browser's tab says; the title where that is a text. */
  tab?: string;
  /** One line below the title. */
  told?: ReactNode;
  badge?: ReactNode;
  actions?: ReactNode;
  /** Uses the whole window, as the canvas does. */
  isFull?: boolean;
  children: ReactNode;
};

export function Page({ title, tab, told, badge, actions, isFull, children }: PageProps) {
  const name = tab ?? (typeof title === "string" ? title : "");
  useEffect(() => {
    document.title = name ? `${name} · Tidings` : "Tidings";
  }, [name]);
  return (
    <div className={isFull ? "page full" : "page"}>
      <header className="page-head">
        <div className="grow">
          <div className="row">
            <h1>{title}</h1>
            {badge}
          </div>
          {told ? <div className="told">{told}</div> : null}
        </div>
        {actions ? <div className="row">{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}

type CardProps = { title?: ReactNode; actions?: ReactNode; isBare?: boolean; children: ReactNode };

/** A bordered part of a page; with `isBare` its content reaches the border. */
export function Card({ title, actions, isBare, children }: CardProps) {
  return (
    <section className="card">
      {title ? (
        <div className="card-head">
          <h2>{title}</h2>
          {actions}
        </div>
      ) : null}
      {isBare ? children : <div className="card-body">{children}</div>}
    </section>
  );
}

/** One sentence and one action. */
export function Empty({ icon, children, action }: { icon?: ReactNode; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      {icon ? <span className="faint">{icon}</span> : null}
      <p>{children}</p>
      {action}
    </div>
  );
}

/** Grey lines where text will be. */
export function Bones({ lines = 3, height = 16 }: { lines?: number; height?: number }) {
  return (
    <div className="stack tight" role="status" aria-label={t("Loading")}>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className="bone" style={{ height, width: `${92 - ((i * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

type Tone = "warn" | "failed" | "info" | "done" | "idle";

/** A sentence with a mark, where somebody must read it. */
export function Note({ tone = "info", children }: { tone?: Tone; children: ReactNode }) {
  const Icon = tone === "info" || tone === "done" || tone === "idle" ? IconInfoCircle : IconAlertTriangle;
  return (
    <div className={`note tone-${tone}`} role={tone === "failed" ? "alert" : undefined}>
      <Icon size={18} aria-hidden />
      <div className="grow">{children}</div>
    </div>
  );
}

/** What went wrong, where, and what to do, in the server's words. */
export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const refused = error instanceof Refused ? error : undefined;
  const text = refused?.message ?? t("The server does not answer. Is it running, and is the network there?");
  return (
    <Note tone="failed">
      <div className="stack tight">
        <span>{text}</span>
        {onRetry ? (
          <div>
            <Button variant="default" size="compact-sm" onClick={onRetry}>
              {t("Try again")}
            </Button>
          </div>
        ) : null}
      </div>
    </Note>
  );
}

type Asked<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };

/** Skeleton, problem or content of one query. */
export function Asking<T>({
  of,
  bones = 4,
  children,
}: {
  of: Asked<T>;
  bones?: number;
  children: (data: T) => ReactNode;
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.isPending) return <Bones lines={bones} />;
  return <Problem error={of.error} onRetry={() => void of.refetch()} />;
}

/** Tabs are addresses: each is a path inside the workspace. */
export function TabLinks({ tabs }: { tabs: { to: string; label: string; count?: number }[] }) {
  const href = useHref();
  const { pathname, search } = useLocation();
  const here = new URLSearchParams(search as never);
  /** How much of where we are a tab says; what it says otherwise is another place. */
  const saying = (to: string) => {
    const [path, query] = href(to).split("?");
    const asked = [...new URLSearchParams(query ?? "")];
    return path === pathname && asked.every(([name, value]) => here.get(name) === value) ? asked.length : -1;
  };
  const [nearest] = tabs.filter((tab) => saying(tab.to) >= 0).sort((one, other) => saying(other.to) - saying(one.to));
  return (
    <nav className="tabs">
      {tabs.map((tab) => (
        <A key={tab.to} to={tab.to} aria-current={nearest?.to === tab.to ? "page" : undefined}>
          {tab.label} {tab.count === undefined ? null : <span className="count">{number(tab.count)}</span>}
        </A>
      ))}
    </nav>
  );
}

/** Name and value, below each other: `<Facts of={[["Email", "ada@example.com"]]} />`; empty values are left out. */
export function Facts({ of }: { of: [ReactNode, ReactNode][] }) {
  const told = of.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return (
    <dl className="facts">
      {Children.toArray(
        told.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        )),
      )}
    </dl>
  );
}

/** Raw JSON, as it is stored. */
export function Raw({ value }: { value: unknown }) {
  return <pre className="mono">{JSON.stringify(value, null, 2)}</pre>;
}
