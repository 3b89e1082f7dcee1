/** Forms: where people sign up, on a page of ours or inside their own site. */
import { Button, Modal, TextInput } from "@mantine/core";
import { IconForms, IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Asking, Card, Empty, Page, StateBadge, Time, useDeed, useHref } from "@/kit";
import { named } from "../documents/names";
import { starter } from "./document";

export function Forms() {
  const found = ask.useQuery("get", "/api/v1/forms", {});
  const [isMaking, setMaking] = useState(false);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t("New form")}
    </Button>
  );
  return (
    <Page title={t("Forms")} told={t("Where people sign up, on a page of ours or inside your own site.")} actions={add}>
      <Card isBare>
        <Asking of={found}>
          {(lines) =>
            lines.length === 0 ? (
              <Empty icon={<IconForms size={28} />} action={add}>
                {t("There is no form yet. With one, people join by themselves, and their consent is on record.")}
              </Empty>
            ) : (
              <ul>
                {lines.map((one) => (
                  <Line key={one.name} of={one} />
                ))}
              </ul>
            )
          }
        </Asking>
      </Card>
      {isMaking ? <NewForm taken={found.data?.map((one) => one.name) ?? []} onClose={() => setMaking(false)} /> : null}
    </Page>
  );
}

function Line({ of }: { of: Shapes["FormLine"] }) {
  return (
    <li className="line">
      <div className="grow stack tight">
        <div className="row">
          <A to={`/forms/${of.name}`}>
            <bdi className="strong wrap">{of.title}</bdi>
          </A>
          <StateBadge state={of.state} />
          {of.has_draft && of.state === "live" ? <StateBadge state="draft" /> : null}
        </div>
        <span className="small soft wrap">
          <span className="mono faint">{of.name}</span>{" "}
          {of.topic ? t("asks for {topic}", { topic: of.topic }) : t("asks for everything by email")}
        </span>
      </div>
      <span className="small soft">
        {t("{count, plural, one {# submission} other {# submissions}} in 30 days", { count: of.submitted_30d })}
        {of.submitted > of.submitted_30d ? ` · ${t("{count} in all", { count: number(of.submitted) })}` : ""}
        {of.last_at ? (
          <>
            {" · "}
            {t("last")} <Time at={of.last_at} />
          </>
        ) : null}
      </span>
    </li>
  );
}

function NewForm({ taken, onClose }: { taken: string[]; onClose: () => void }) {
  const [title, setTitle] = useState("");
  const href = useHref();
  const navigate = useNavigate();
  const name = named(title);
  const isTaken = taken.includes(name);
  const [make, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    const params = { path: { kind: "form", name } };
    await api.PUT("/api/v1/documents/{kind}/{name}/draft", { params, body: starter(name, title.trim()) });
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/forms"] });
    await navigate({ to: href(`/forms/${name}`) });
  });
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("New form")}</span>}>
      <form className="stack" onSubmit={(event) => void make(event)}>
        <TextInput
          label={t("Title")}
          description={name ? t("It is called “{name}” in its address.", { name }) : t("What people read above it.")}
          error={isTaken ? t("There is a form “{name}” already.", { name }) : undefined}
          required
          data-autofocus
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div className="row apart">
          <span className="faint small">{t("It begins as a draft.")}</span>
          <Button type="submit" loading={isBusy} disabled={!name || isTaken}>
            {t("Make it")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
