/** One campaign: written, looked at before it goes, and what came of it. */
import { useParams } from "@tanstack/react-router";
import { ask } from "@/app/client";
import { Asking, Page } from "@/kit";
import { Flight } from "./Flight";
import { Writing } from "./Writing";
import "./campaigns.css";

export function CampaignPage() {
  const { campaign = "" } = useParams({ strict: false }) as { campaign?: string };
  const params = { path: { name: campaign } };
  const found = ask.useQuery("get", "/api/v1/campaigns/{name}", { params });
  if (!found.data) {
    return (
      <Page title={campaign}>
        <Asking of={found}>{() => null}</Asking>
      </Page>
    );
  }
  return found.data.launched_at && found.data.state !== "cancelled" ? (
    <Flight of={found.data} />
  ) : found.data.launched_at && found.data.asked ? (
    <Flight of={found.data} />
  ) : (
    <Writing key={campaign} of={found.data} />
  );
}
