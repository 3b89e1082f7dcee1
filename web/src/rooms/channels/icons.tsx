import {
  IconBell,
  IconBrandTelegram,
  IconBrandWhatsapp,
  IconInbox,
  IconMail,
  IconMessage,
  IconPlug,
  IconWebhook,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

const icons: Record<string, ComponentType<{ size?: number }>> = {
  email: IconMail,
  sms: IconMessage,
  push: IconBell,
  webpush: IconBell,
  telegram: IconBrandTelegram,
  whatsapp: IconBrandWhatsapp,
  webhook: IconWebhook,
  "*": IconInbox,
};

export function ChannelIcon({ channel, size = 18 }: { channel: string; size?: number }) {
  const Icon = icons[channel] ?? IconPlug;
  return <Icon size={size} aria-hidden />;
}
