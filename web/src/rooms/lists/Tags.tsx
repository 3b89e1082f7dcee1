/** Tags: which there are, and how many people have each; renamed, merged and taken away by what is done to many. */
import { Button, Modal, TextInput } from "@mantine/core";
import { IconTags } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Asking, Card, Confirm, Empty, Note, Page, useDeed } from "@/kit";
import { followed } from "../contacts/follow";

type Tag = Shapes["CountedTag"];

async function change(tag: string, deed: Shapes["Deed"]): Promise<void> {
  const job = (await api.POST("/api/v1/bulk", { body: { deed, whom: { everybody: true, tag } } })).data;
  if (job) await followed(job);
  await queries.invalidateQueries({ queryKey: ["get", "/api/v1/tags"] });
}

export function Tags() {
  const found = ask.useQuery("get", "/api/v1/tags", {});
  const [renamed, setRenamed] = useState<Tag>();
  const [gone, setGone] = useState<Tag>();
  return (
    <Page title={t("Tags")} told={t("Short words on people, put on by hand, by files, forms and journeys.")}>
      <Card isBare>
        <Asking of={found}>
          {({ items, is_exact }) =>
            items.length === 0 ? (
              <Empty icon={<IconTags size={28} />}>{t("Nobody has a tag yet.")}</Empty>
            ) : (
              <>
                {is_exact ? null : <Note>{t("So many tags are on people that not all were counted.")}</Note>}
                <ul>
                  {items.map((one) => (
                    <li key={one.name} className="line">
                      <div className="grow stack tight">
                        <bdi className="strong wrap">{one.name}</bdi>
                        <span className="small soft">
                          <A to={`/contacts?tag=${encodeURIComponent(one.name)}`}>
                            {t("{count, plural, one {# person} other {# people}}", { count: one.count })}
                          </A>
                        </span>
                      </div>
                      <Button variant="subtle" size="compact-sm" onClick={() => setRenamed(one)}>
                        {t("Rename or merge…")}
                      </Button>
                      <Button variant="subtle" size="compact-sm" onClick={() => setGone(one)}>
                        {t("Take away…")}
                      </Button>
                    </li>
                  ))}
                </ul>
              </>
            )
          }
        </Asking>
      </Card>
      {renamed ? <Rename of={renamed} all={found.data?.items ?? []} onClose={() => setRenamed(undefined)} /> : null}
      <Confirm
        isOpen={gone !== undefined}
        onClose={() => setGone(undefined)}
        title={t("Take the tag off everybody?")}
        verb={t("Take off")}
        isDanger
        onConfirm={() => {
          if (gone) void change(gone.name, { remove_tags: [gone.name] });
        }}
      >
        {t("{count} people have {name}. Journeys that ask for it find nobody who has it. It can be undone for a day.", {
          count: number(gone?.count ?? 0),
          name: gone?.name ?? "",
        })}
      </Confirm>
    </Page>
  );
}

function Rename({ of, all, onClose }: { of: Tag; all: Tag[]; onClose: () => void }) {
  const [name, setName] = useState(of.name);
  const next = name.trim();
  const other = all.find((one) => one.name === next && one.name !== of.name);
  const [save, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    onClose();
    await change(of.name, { add_tags: [next], remove_tags: [of.name] });
  });
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("Rename or merge “{name}”", of)}</span>}>
      <form className="stack" onSubmit={(event) => void save(event)}>
        <TextInput
          label={t("New name")}
          description={t("The name of another tag merges the two.")}
          data-autofocus
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {other ? (
          <Note tone="warn">
            {t("{count} people have {name} already; the two become one.", {
              count: number(other.count),
              name: other.name,
            })}
          </Note>
        ) : null}
        <p className="faint small">
          {t("Journeys, forms and campaigns that name the old tag are not changed. It can be undone for a day.")}
        </p>
        <div className="row">
          <Button type="submit" loading={isBusy} disabled={!next || next === of.name}>
            {other ? t("Merge them") : t("Rename")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
