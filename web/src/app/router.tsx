/** Every address of the interface. A room's screens are loaded when they are first opened. */
import { Button } from "@mantine/core";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Empty, Problem } from "@/kit/Basics";
import { api } from "./client";
import { Shell } from "./Shell";
import { t } from "./words";

const root = createRootRoute({
  notFoundComponent: () => (
    <Empty
      action={
        <Button component="a" href="/">
          {t("Go home")}
        </Button>
      }
    >
      {t("There is nothing at this address.")}
    </Empty>
  ),
  errorComponent: ({ error, reset }) => (
    <div className="page">
      <Problem error={error} onRetry={reset} />
    </div>
  ),
});

/** The door: to the first workspace that this person may enter. */
const door = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async () => {
    const { data } = await api.GET("/api/v1/me");
    throw redirect({ href: `/w/${data?.workspaces[0]?.name ?? "main"}/` });
  },
});

type Search = Record<string, string | undefined>;
/** Filters are texts in the address; a screen reads those that it knows. */
function texts(search: Record<string, unknown>): Search {
  return Object.fromEntries(
    Object.entries(search).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  );
}

const workspace = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspace",
  component: Shell,
  validateSearch: texts,
});

/** One screen inside the workspace; `load` is dynamic, so that its code is a chunk of its own. */
function screen<P extends string, M extends Record<K, () => React.ReactNode>, K extends string>(
  path: P,
  load: () => Promise<M>,
  name: K,
) {
  return createRoute({
    getParentRoute: () => workspace,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, never>>, name),
    validateSearch: texts,
  });
}

/** A page before anybody is inside. */
function entry<P extends string, M extends Record<K, () => React.ReactNode>, K extends string>(
  path: P,
  load: () => Promise<M>,
  name: K,
) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, never>>, name),
    validateSearch: texts,
  });
}

const screens = [
  screen("/", () => import("@/rooms/home/Home"), "Home"),
  // set-up
  screen("/readiness", () => import("@/rooms/readiness/Readiness"), "Readiness"),
  screen("/channels", () => import("@/rooms/channels/Channels"), "Channels"),
  screen("/channels/new/$plugin", () => import("@/rooms/channels/Account"), "NewAccount"),
  screen("/channels/domains/$domain", () => import("@/rooms/channels/Domain"), "DomainPage"),
  screen("/channels/$account", () => import("@/rooms/channels/Account"), "AccountPage"),
  screen("/keys", () => import("@/rooms/access/Keys"), "Keys"),
  screen("/workspace", () => import("@/rooms/system/Workspace"), "Workspace"),
  screen("/system", () => import("@/rooms/system/System"), "System"),
  // journeys
  screen("/journeys", () => import("@/rooms/journeys/Journeys"), "Journeys"),
  screen("/journeys/$journey", () => import("@/rooms/journeys/JourneyPage"), "JourneyPage"),
  screen("/campaigns", () => import("@/rooms/campaigns/Campaigns"), "Campaigns"),
  screen("/campaigns/$campaign", () => import("@/rooms/campaigns/CampaignPage"), "CampaignPage"),
  screen("/templates", () => import("@/rooms/templates/Templates"), "Templates"),
  screen("/templates/$template", () => import("@/rooms/templates/TemplatePage"), "TemplatePage"),
  screen("/blocks", () => import("@/rooms/templates/SavedBlocks"), "SavedBlocks"),
  screen("/blocks/$block", () => import("@/rooms/templates/SavedBlockPage"), "SavedBlockPage"),
  screen("/media", () => import("@/rooms/media/Media"), "Media"),
  screen("/brand", () => import("@/rooms/brand/Brand"), "Brand"),
  // people
  screen("/contacts", () => import("@/rooms/contacts/Contacts"), "Contacts"),
  screen("/contacts/$contact", () => import("@/rooms/contacts/Contact"), "Contact"),
  screen("/contacts/$contact/read", () => import("@/rooms/contacts/Read"), "Read"),
  screen("/segments", () => import("@/rooms/segments/Segments"), "Segments"),
  screen("/segments/$segment", () => import("@/rooms/segments/SegmentPage"), "SegmentPage"),
  screen("/tags", () => import("@/rooms/lists/Tags"), "Tags"),
  screen("/companies", () => import("@/rooms/companies/Companies"), "Companies"),
  screen("/companies/$company", () => import("@/rooms/companies/CompanyPage"), "CompanyPage"),
  screen("/lists", () => import("@/rooms/lists/Lists"), "Lists"),
  screen("/imports", () => import("@/rooms/imports/Imports"), "Imports"),
  screen("/imports/$job", () => import("@/rooms/imports/ImportPage"), "ImportPage"),
  screen("/audit", () => import("@/rooms/audit/Audit"), "Audit"),
  screen("/forms", () => import("@/rooms/forms/Forms"), "Forms"),
  screen("/forms/$form", () => import("@/rooms/forms/FormPage"), "FormPage"),
  screen("/topics", () => import("@/rooms/topics/Topics"), "Topics"),
  // results
  screen("/inbox", () => import("@/rooms/inbox/Inbox"), "Inbox"),
  screen("/messages", () => import("@/rooms/messages/Messages"), "Messages"),
  screen("/messages/$message", () => import("@/rooms/messages/Message"), "Message"),
  screen("/events", () => import("@/rooms/events/Events"), "Events"),
  screen("/events/rejected", () => import("@/rooms/events/Rejected"), "Rejected"),
];

const tree = root.addChildren([
  door,
  entry("/sign-in", () => import("@/rooms/access/SignIn"), "SignIn"),
  entry("/first/$token", () => import("@/rooms/access/First"), "First"),
  workspace.addChildren(screens),
]);

/** A query as it is written by hand: names and texts, no JSON. */
function plain(search: Record<string, unknown>): string {
  const said = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString();
  return text ? `?${text}` : "";
}

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  scrollRestoration: true,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: plain,
});
