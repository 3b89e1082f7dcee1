/** The frame around every screen: rail, workspace switcher, search, theme, who is signed in. */
import { ActionIcon, Drawer, Menu, Tooltip, useMantineColorScheme } from "@mantine/core";
import { useDisclosure, useHotkeys, useLocalStorage } from "@mantine/hooks";
import {
  IconCheck,
  IconChevronDown,
  IconLogout,
  IconMenu2,
  IconMoon,
  IconSearch,
  IconSelector,
  IconSun,
} from "@tabler/icons-react";
import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { Suspense, useEffect, useRef } from "react";
import { A, Bones, useHref } from "@/kit/Basics";
import { TimeTip, useZoneOf } from "@/kit/Time";
import { Commands } from "./Commands";
import { api, ask, enter, queries } from "./client";
import { Logo } from "./Logo";
import { useIsLive, useLive } from "./live";
import { type RailGroup, rail } from "./rail";
import { useMe, useWorkspace } from "./session";
import { t } from "./words";

export function Shell() {
  const workspace = useWorkspace();
  const open = useRef("");
  if (open.current !== workspace) {
    enter(workspace);
    if (open.current) queries.clear();
    open.current = workspace;
  }
  useLive(workspace);
  const settings = ask.useQuery("get", "/api/v1/settings", {}, { staleTime: 60_000 });
  useZoneOf(settings.data?.zone ?? "");
  const [isMenuOpen, menu] = useDisclosure(false);
  const [isFinding, finder] = useDisclosure(false);
  useHotkeys([["mod+K", finder.toggle]], []);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes when the address changes
  useEffect(() => menu.close(), [pathname]);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t("Skip to content")}
      </a>
      <nav className="rail" aria-label={t("Main")}>
        <Rail onFind={finder.open} />
      </nav>
      <div className="topbar">
        <ActionIcon aria-label={t("Open menu")} onClick={menu.open}>
          <IconMenu2 size={20} />
        </ActionIcon>
        <Logo />
        <ActionIcon ml="auto" aria-label={t("Search")} onClick={finder.open}>
          <IconSearch size={18} />
        </ActionIcon>
      </div>
      <Drawer opened={isMenuOpen} onClose={menu.close} size={280} className="drawer-rail" title={t("Menu")}>
        <nav className="rail" aria-label={t("Main")}>
          <Rail onFind={finder.open} />
        </nav>
      </Drawer>
      <TimeTip />
      <Commands isOpen={isFinding} onClose={finder.close} />
      <main id="main" key={workspace} tabIndex={-1}>
        <Suspense
          fallback={
            <div className="page">
              <Bones lines={6} />
            </div>
          }
        >
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

function Rail({ onFind }: { onFind: () => void }) {
  return (
    <>
      <Switcher />
      <button type="button" className="finder" onClick={onFind}>
        <IconSearch size={15} aria-hidden />
        {t("Find")}
        <span className="kbd">{/Mac/.test(navigator.platform) ? "⌘K" : "Ctrl K"}</span>
      </button>
      {rail().map((group) => (
        <Group key={group.name} group={group} />
      ))}
      <Foot />
    </>
  );
}

function Group({ group }: { group: RailGroup }) {
  const [isOpen, setOpen] = useLocalStorage({ key: `tidings-rail-${group.name}`, defaultValue: true });
  const here = useLocation().pathname;
  const href = useHref();
  const needs = useNeeds();
  const isHere = (to: string) => (to === "/" ? here === href("/") || here === href("") : here.startsWith(href(to)));
  return (
    <div className="rail-group">
      {group.name ? (
        <button type="button" className="rail-name" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {group.name}
          <IconChevronDown size={14} aria-hidden />
        </button>
      ) : null}
      {isOpen || !group.name
        ? group.stops.map(({ to, name, icon: Icon }) => (
            <A key={to} to={to} aria-current={isHere(to) ? "page" : undefined}>
              <Icon size={17} aria-hidden />
              {name}
              {needs[to] ? (
                <span className="mark" title={t("Needs you")}>
                  {needs[to]}
                  <span className="sr"> {t("need you")}</span>
                </span>
              ) : null}
            </A>
          ))
        : null}
    </div>
  );
}

/** How many things wait for a person, by where they are shown. */
function useNeeds(): Record<string, number> {
  const { data } = ask.useQuery("get", "/api/v1/home", {});
  if (!data) return {};
  return {
    "/journeys": data.needs.failed_runs,
    "/inbox": data.needs.uncertain,
    "/channels": data.needs.resting_accounts,
  };
}

function Switcher() {
  const { data: me } = useMe();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const here = me?.workspaces.find((one) => one.name === workspace);
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <button type="button" className="switcher">
          <img src="/icon.svg" alt="" width={22} height={22} />
          <span className="sr">{t("Workspace:")} </span>
          <span className="cut strong">{here?.title ?? workspace}</span>
          {here?.is_demo ? <span className="badge tone-accent">{t("Demo")}</span> : null}
          <IconSelector size={15} aria-hidden style={{ marginLeft: "auto", flex: "none" }} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("Workspaces")}</Menu.Label>
        {me?.workspaces.map((one) => (
          <Menu.Item
            key={one.name}
            rightSection={one.name === workspace ? <IconCheck size={15} /> : null}
            onClick={() => void navigate({ href: `/w/${one.name}/` })}
          >
            {one.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Foot() {
  const { data: me } = useMe();
  const isLive = useIsLive();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isDark =
    colorScheme === "dark" || (colorScheme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  const leave = async () => {
    await api.POST("/api/v1/logout");
    location.assign("/sign-in");
  };
  return (
    <div className="rail-foot">
      <Tooltip label={isLive ? t("Live: changes show by themselves") : t("Not connected: what you see may be old")}>
        <span
          role="img"
          aria-label={isLive ? t("Live") : t("Not connected")}
          style={{ color: isLive ? "var(--done)" : "var(--warn)" }}
        >
          ●
        </span>
      </Tooltip>
      <span className="cut small soft grow" title={me?.name}>
        {me?.name}
      </span>
      <Tooltip label={isDark ? t("Light theme") : t("Dark theme")}>
        <ActionIcon
          aria-label={isDark ? t("Light theme") : t("Dark theme")}
          onClick={() => setColorScheme(isDark ? "light" : "dark")}
        >
          {isDark ? <IconSun size={17} /> : <IconMoon size={17} />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("Sign out")}>
        <ActionIcon aria-label={t("Sign out")} onClick={() => void leave()}>
          <IconLogout size={17} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
