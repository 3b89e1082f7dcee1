/** Parts that several letters share: what there is, where it is used. */
import { Button, Modal, TextInput } from "@mantine/core";
import { IconPlus, IconPuzzle } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, queries } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Empty, Page, StateBadge, useDeed, useHref } from "@/kit";
import { named } from "../documents/names";
import { fresh, gist, kindOf, kindWord, type Piece } from "./blocks";

type Shared = { title?: string; blocks?: Piece[] };

export function SavedBlocks() {
  const params = { path: { kind: "block" } };
  const found = ask.useQuery("get", "/api/v1/documents/{kind}", { params });
  const [isNew, setNew] = useState(false);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>
      {t("New saved block")}
    </Button>
  );
  return (
    <Page
      title={t("Saved blocks")}
      told={t("Parts that several letters share. When one changes, every letter that holds it follows.")}
      actions={add}
    >
      <Card isBare>
        <Asking of={found}>
          {(items) =>
            items.length === 0 ? (
              <Empty icon={<IconPuzzle size={28} stroke={1.4} />} action={add}>
                {t("Nothing is shared yet. Any block of a letter can be, by its menu.")}
              </Empty>
            ) : (
              <ul>
                {items.map((one) => {
                  const { title, blocks = [] } = one.document as Shared;
                  return (
                    <li key={one.name} className="line">
                      <div className="grow stack tight">
                        <A to={`/blocks/${encodeURIComponent(one.name)}`} className="strong cut">
                          {title || one.name}
                        </A>
                        <span className="small soft cut">
                          {blocks.map((piece) => `${kindWord(kindOf(piece))}: ${gist(piece)}`).join(" · ") ||
                            t("Empty")}
                        </span>
                      </div>
                      <StateBadge state={one.number ? "live" : "draft"} />
                    </li>
                  );
                })}
              </ul>
            )
          }
        </Asking>
      </Card>
      {isNew ? <NewBlock taken={(found.data ?? []).map((one) => one.name)} onClose={() => setNew(false)} /> : null}
    </Page>
  );
}

function NewBlock({ taken, onClose }: { taken: string[]; onClose: () => void }) {
  const [title, setTitle] = useState("");
  const navigate = useNavigate();
  const href = useHref();
  const name = named(title);
  const isTaken = taken.includes(name);
  const [make, isBusy] = useDeed(async () => {
    const params = { path: { kind: "block", name } };
    await api.PUT("/api/v1/documents/{kind}/{name}/draft", {
      params,
      body: { block: name, title, blocks: [fresh("text")] },
    });
    await queries.invalidateQueries();
    await navigate({ href: href(`/blocks/${name}`) });
  });
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("New saved block")}</span>}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (name && !isTaken) void make();
        }}
      >
        <TextInput
          label={t("Name")}
          data-autofocus
          error={isTaken ? t("There is a saved block “{name}” already.", { name }) : undefined}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div className="row apart">
          <span className="faint small">{name}</span>
          <Button type="submit" disabled={!name || isTaken} loading={isBusy}>
            {t("Make it")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
