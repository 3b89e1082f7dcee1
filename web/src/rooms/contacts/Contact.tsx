/** One person: can we reach them, what did they get, what comes next; then journeys and everything that happened. */
import { Button, Menu } from "@mantine/core";
import {
  IconArrowsJoin,
  IconChevronDown,
  IconDownload,
  IconHandStop,
  IconMail,
  IconShieldCheck,
} from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { ask, entered, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Card, Page, TabLinks, Time } from "@/kit";
import { Aside } from "./Aside";
import { ConsentDialog } from "./ConsentDialog";
import { HoldDialog } from "./Holds";
import { Journeys } from "./Journeys";
import { Merge } from "./Merge";
import { ReachCard } from "./Reach";
import { Timeline } from "./Timeline";
import "./contacts.css";

export type Whole = Shapes["WholeContact"];

/** The number in the address, and whoever it is; somebody who was merged answers as whom they were merged into. */
export function useContact() {
  const { contact = "0" } = useParams({ strict: false }) as { contact?: string };
  const id = /^\d+$/.test(contact) ? Number(contact) : 0;
  const found = ask.useQuery("get", "/api/v1/contacts/{contact_id}", { params: { path: { contact_id: id } } });
  return { id, found };
}

/** Head and tabs of every page about one person. */
export function PersonPage({ id, of, children }: { id: number; of: Whole | undefined; children: ReactNode }) {
  const [dialog, setDialog] = useState<"consent" | "hold" | "merge">();
  const name = of?.label ?? t("Contact {id}", { id: String(id) });
  const at = of ? `/contacts/${of.id}` : `/contacts/${id}`;
  return (
    <Page
      title={<bdi>{name}</bdi>}
      tab={name}
      told={of ? <Told of={of} /> : undefined}
      actions={
        of ? (
          <>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="default" rightSection={<IconChevronDown size={14} />}>
                  {t("More")}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconHandStop size={16} />} onClick={() => setDialog("hold")}>
                  {t("Hold marketing…")}
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconDownload size={16} />}
                  component="a"
                  href={`/api/v1/contacts/${of.id}/export?workspace=${encodeURIComponent(entered())}`}
                  download={`contact-${of.id}.json`}
                >
                  {t("Everything we hold about them")}
                </Menu.Item>
                <Menu.Item leftSection={<IconArrowsJoin size={16} />} onClick={() => setDialog("merge")}>
                  {t("Join with another contact…")}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
            <Button leftSection={<IconShieldCheck size={16} />} onClick={() => setDialog("consent")}>
              {t("Change consent")}
            </Button>
          </>
        ) : null
      }
    >
      <TabLinks
        tabs={[
          { to: at, label: t("Now") },
          { to: `${at}/read`, label: t("Read as this person") },
        ]}
      />
      {children}
      {of && dialog === "consent" ? <ConsentDialog of={of} onClose={() => setDialog(undefined)} /> : null}
      {of ? <HoldDialog id={of.id} isOpen={dialog === "hold"} onClose={() => setDialog(undefined)} /> : null}
      {of && dialog === "merge" ? <Merge of={of} onClose={() => setDialog(undefined)} /> : null}
    </Page>
  );
}

function Told({ of }: { of: Whole }) {
  return (
    <span className="wrap">
      {of.addresses.email ? (
        <>
          <IconMail size={13} aria-hidden style={{ verticalAlign: -2 }} /> <bdi>{of.addresses.email}</bdi> ·{" "}
        </>
      ) : null}
      {t("known since")} <Time at={of.created_at} /> {of.zone ? `· ${of.zone}` : ""}
      {of.is_verified ? "" : ` · ${t("known from a browser only")}`}
    </span>
  );
}

export function Contact() {
  const { id, found } = useContact();
  return (
    <PersonPage id={id} of={found.data}>
      <Asking of={found} bones={8}>
        {(whole) => (
          <div className="detail">
            <div className="stack">
              <ReachCard of={whole} />
              <Journeys of={whole.id} />
              <Card title={t("What happened")} isBare>
                <Timeline of={whole.id} />
              </Card>
            </div>
            <Aside of={whole} />
          </div>
        )}
      </Asking>
    </PersonPage>
  );
}
