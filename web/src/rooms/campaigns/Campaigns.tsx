/** Every campaign: what is under way first. */
import { Button, Modal, TextInput } from "@mantine/core";
import { IconPlus, IconSpeakerphone } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, ask, queries } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Empty, Page, Time, useDeed, useHref } from "@/kit";
import { named } from "../documents/names";
import { CampaignState } from "./CampaignState";

export function Campaigns() {
  const found = ask.useQuery("get", "/api/v1/campaigns", {});
  const [isMaking, setMaking] = useState(false);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t("New campaign")}
    </Button>
  );
  return (
    <Page title={t("Campaigns")} told={t("One message to one audience, once for each person.")} actions={add}>
      <Card isBare>
        <Asking of={found}>
          {(lines) =>
            lines.length === 0 ? (
              <Empty icon={<IconSpeakerphone size={28} />} action={add}>
                {t("No campaign was written yet.")}
              </Empty>
            ) : (
              <ul>
                {lines.map((one) => (
                  <li key={one.name} className="line">
                    <div className="grow stack tight">
                      <div className="row">
                        <A to={`/campaigns/${one.name}`}>
                          <span className="strong">{one.name}</span>
                        </A>
                        <CampaignState state={one.state} />
                      </div>
                      <span className="small soft wrap">
                        {one.launched_at
                          ? t("{count, plural, one {# message} other {# messages}} asked for", { count: one.asked })
                          : String(one.document.description ?? one.document.template ?? "")}
                      </span>
                    </div>
                    <span className="faint small">{one.starts_at ? <Time at={one.starts_at} /> : null}</span>
                  </li>
                ))}
              </ul>
            )
          }
        </Asking>
      </Card>
      {isMaking ? <NewCampaign onClose={() => setMaking(false)} /> : null}
    </Page>
  );
}

function NewCampaign({ onClose }: { onClose: () => void }) {
  const [title, setTitle] = useState("");
  const href = useHref();
  const navigate = useNavigate();
  const name = named(title);
  const [make, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    const params = { path: { kind: "campaign", name } };
    await api.PUT("/api/v1/documents/{kind}/{name}/draft", { params, body: { campaign: name } });
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/campaigns"] });
    await navigate({ to: href(`/campaigns/${name}`) });
  });
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("New campaign")}</span>}>
      <form className="stack" onSubmit={(event) => void make(event)}>
        <TextInput
          label={t("Name")}
          description={name && name !== title ? name : undefined}
          required
          data-autofocus
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div className="row">
          <Button type="submit" loading={isBusy} disabled={!name}>
            {t("Write it")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
