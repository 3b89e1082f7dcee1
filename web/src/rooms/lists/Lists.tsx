/** Lists: people put together by hand, by a file or by a form. */
import { Button, Modal, TextInput } from "@mantine/core";
import { IconPlus, IconUsersGroup } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Confirm, Empty, Page, toast, useDeed } from "@/kit";
import { named } from "../documents/names";

type List = Shapes["CountedList"];
const reload = () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/lists"] });

export function Lists() {
  const lists = ask.useQuery("get", "/api/v1/lists", {});
  const [isMaking, setMaking] = useState(false);
  const [gone, setGone] = useState<List>();
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t("New list")}
    </Button>
  );
  return (
    <Page title={t("Lists")} told={t("People put together by hand, by a file or by a form.")} actions={add}>
      <Card isBare>
        <Asking of={lists}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon={<IconUsersGroup size={28} />} action={add}>
                {t("There is no list yet. An import can make one.")}
              </Empty>
            ) : (
              <ul>
                {items.map((one) => (
                  <li key={one.id} className="line">
                    <div className="grow stack tight">
                      <bdi className="strong cut">{one.title}</bdi>
                      <span className="small soft wrap">
                        <span className="mono faint">{one.name}</span>{" "}
                        <A to={`/contacts?list=${encodeURIComponent(one.name)}`}>
                          {t("{count, plural, one {# person} other {# people}}", { count: one.count })}
                        </A>
                      </span>
                    </div>
                    <Button variant="subtle" size="compact-sm" onClick={() => setGone(one)}>
                      {t("Take away…")}
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Asking>
      </Card>
      {isMaking ? <NewList onClose={() => setMaking(false)} /> : null}
      <Confirm
        isOpen={gone !== undefined}
        onClose={() => setGone(undefined)}
        title={t("Take the list away?")}
        verb={t("Take away")}
        isDanger
        onConfirm={async () => {
          const params = { path: { name: gone?.name ?? "" }, query: { sure: true } };
          await api.DELETE("/api/v1/lists/{name}", { params });
          await reload();
        }}
      >
        {t("{count} people are on {name}. They stay; the list goes, and journeys that ask for it find nobody on it.", {
          count: gone?.count ?? 0,
          name: gone?.title ?? "",
        })}
      </Confirm>
    </Page>
  );
}

function NewList({ onClose }: { onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [save, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    await api.PUT("/api/v1/lists/{name}", { params: { path: { name: named(title) } }, body: { title: title.trim() } });
    await reload();
    toast(t("The list {name} is there.", { name: title.trim() }));
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("New list")}</span>}>
      <form className="stack" onSubmit={(event) => void save(event)}>
        <TextInput
          label={t("Title")}
          required
          data-autofocus
          maxLength={100}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div className="row">
          <Button type="submit" loading={isBusy} disabled={!named(title)}>
            {t("Make it")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
