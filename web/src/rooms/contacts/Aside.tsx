/** What is true now: attributes, tags, how they are recognised and reached, consent with its proof. */
import { ActionIcon, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Card, Facts, StateBadge, Time, toast, useDeed, Why } from "@/kit";
import { Attributes } from "./Attributes";
import { Belongs } from "./Belongs";
import type { Whole } from "./Contact";
import { Place } from "./Place";
import { Recognised } from "./Recognised";
import { Segments } from "./Segments";

export function Aside({ of }: { of: Whole }) {
  return (
    <aside aria-label={t("What is true now")}>
      <Attributes of={of} />
      <Place of={of} />
      <Tags of={of} />
      <Segments of={of} />
      <Belongs of={of} />
      <Recognised of={of} />
      <Consent of={of} />
    </aside>
  );
}

/** Write, ask again, and answer with the contact as it is then. */
export async function edit(id: number, body: Shapes["Edit"]): Promise<void> {
  await api.PATCH("/api/v1/contacts/{contact_id}", { params: { path: { contact_id: id } }, body });
  await queries.invalidateQueries({ queryKey: ["get", "/api/v1/contacts/{contact_id}"] });
}

function Tags({ of }: { of: Whole }) {
  const [name, setName] = useState("");
  const [add, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    const tag = name.trim();
    if (!tag) return;
    await edit(of.id, { add_tags: [tag] });
    setName("");
    toast(t("Tagged with {tag}.", { tag }), () => void edit(of.id, { remove_tags: [tag] }));
  });
  const [drop] = useDeed(async (tag: string) => {
    await edit(of.id, { remove_tags: [tag] });
    toast(t("The tag {tag} is off.", { tag }), () => void edit(of.id, { add_tags: [tag] }));
  });
  return (
    <Card title={t("Tags")}>
      <div className="stack tight">
        {of.tags.length ? (
          <div className="chips">
            {of.tags.map((tag) => (
              <span key={tag} className="badge tone-idle tagged">
                <bdi className="cut">{tag}</bdi>
                <ActionIcon size={18} aria-label={t("Take off the tag {tag}", { tag })} onClick={() => void drop(tag)}>
                  <IconX size={12} />
                </ActionIcon>
              </span>
            ))}
          </div>
        ) : null}
        <form onSubmit={(event) => void add(event)}>
          <TextInput
            aria-label={t("Add a tag")}
            placeholder={t("Add a tag, Enter")}
            value={name}
            disabled={isBusy}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </form>
      </div>
    </Card>
  );
}

function Consent({ of }: { of: Whole }) {
  const ledger = ask.useQuery("get", "/api/v1/contacts/{contact_id}/consent", {
    params: { path: { contact_id: of.id } },
  });
  return (
    <Card title={t("Consent")}>
      <Asking of={ledger} bones={2}>
        {({ states, records }) =>
          states.length === 0 ? (
            <p className="faint small">
              {t("None was ever recorded: only service and transactional messages may go.")}
            </p>
          ) : (
            <ul className="stack tight">
              {states.map((one) => (
                <li key={`${one.channel} ${one.topic}`} className="stack tight">
                  <div className="row">
                    <StateBadge state={one.state} />
                    <span className="small wrap">
                      {one.channel}
                      {one.topic ? ` · ${one.topic}` : ` · ${t("everything")}`}
                    </span>
                    <Why label={t("proof")}>
                      <Proof of={records.filter((row) => row.channel === one.channel && row.topic === one.topic)} />
                    </Why>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Asking>
    </Card>
  );
}

/** The lines of the ledger, newest first. */
function Proof({ of }: { of: Shapes["ConsentRecord"][] }) {
  return (
    <ol className="stack">
      {[...of].reverse().map((row) => (
        <li key={row.id} className="stack tight">
          <div className="row">
            <StateBadge state={row.state} /> <Time at={row.at} isNear={false} />
          </div>
          <Facts
            of={[
              [t("How"), row.method],
              [t("Where"), row.source],
              [t("Basis"), row.basis],
              [t("Words"), row.wording],
              [t("Who"), row.actor],
              [t("Until"), row.expires_at ? <Time key="until" at={row.expires_at} /> : ""],
            ]}
          />
        </li>
      ))}
    </ol>
  );
}
