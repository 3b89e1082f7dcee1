/** The left rail: what is not built yet is not in it. */
import {
  IconActivity,
  IconAddressBook,
  IconBuilding,
  IconChartPie,
  IconFileImport,
  IconForms,
  IconHome,
  IconInbox,
  IconKey,
  IconListDetails,
  IconMail,
  IconMessages,
  IconPalette,
  IconPhoto,
  IconPlugConnected,
  IconPuzzle,
  IconRocket,
  IconRoute,
  IconServer,
  IconSettings,
  IconSpeakerphone,
  IconStethoscope,
  IconTags,
  IconUsersGroup,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import { t } from "./words";

export type Stop = { to: string; name: string; icon: ComponentType<{ size?: number }>; isFor?: "admin" };
export type RailGroup = { name: string; stops: Stop[] };

export function rail(): RailGroup[] {
  return [
    { name: "", stops: [{ to: "/", name: t("Home"), icon: IconHome }] },
    {
      name: t("People"),
      stops: [
        { to: "/contacts", name: t("Contacts"), icon: IconAddressBook },
        { to: "/segments", name: t("Segments"), icon: IconChartPie },
        { to: "/lists", name: t("Lists"), icon: IconUsersGroup },
        { to: "/tags", name: t("Tags"), icon: IconTags },
        { to: "/companies", name: t("Companies"), icon: IconBuilding },
        { to: "/topics", name: t("Topics"), icon: IconListDetails },
        { to: "/forms", name: t("Forms"), icon: IconForms },
        { to: "/imports", name: t("Imports"), icon: IconFileImport },
        { to: "/audit", name: t("Data audit"), icon: IconStethoscope },
      ],
    },
    {
      name: t("Sending"),
      stops: [
        { to: "/journeys", name: t("Journeys"), icon: IconRoute },
        { to: "/campaigns", name: t("Campaigns"), icon: IconSpeakerphone },
      ],
    },
    {
      name: t("Content"),
      stops: [
        { to: "/templates", name: t("Templates"), icon: IconMail },
        { to: "/blocks", name: t("Saved blocks"), icon: IconPuzzle },
        { to: "/media", name: t("Media"), icon: IconPhoto },
        { to: "/brand", name: t("Brand"), icon: IconPalette },
      ],
    },
    {
      name: t("Results"),
      stops: [
        { to: "/inbox", name: t("Inbox"), icon: IconInbox },
        { to: "/messages", name: t("Messages"), icon: IconMessages },
        { to: "/events", name: t("Events"), icon: IconActivity },
      ],
    },
    {
      name: t("Set-up"),
      stops: [
        { to: "/readiness", name: t("Ready to send"), icon: IconRocket },
        { to: "/channels", name: t("Channels"), icon: IconPlugConnected },
        { to: "/keys", name: t("API keys"), icon: IconKey },
        { to: "/workspace", name: t("Workspace"), icon: IconSettings },
        { to: "/system", name: t("System"), icon: IconServer },
      ],
    },
  ];
}
