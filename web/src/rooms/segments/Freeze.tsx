/** Who is in a segment now, kept on a list that does not move. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { queries } from "@/app/client";
import { t } from "@/app/words";
import { toast, useDeed, useHref } from "@/kit";
import { named } from "../documents/names";
import { post } from "../rules/remote";
import { titleOf } from "./document";
import { today } from "./Segments";
import type { SegmentRow } from "./types";

export function Freeze({ of, onClose }: { of: SegmentRow; onClose: () => void }) {
  const [title, setTitle] = useState(`${titleOf(of)} ${today()}`);
  const href = useHref();
  const navigate = useNavigate();
  const [freeze, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    const body = { list: named(title), title: title.trim() };
    const { list } = await post<{ list: string; bulk: number }>(
      "/api/v1/segments/{name}/freeze",
      { path: { name: of.name } },
      body,
    );
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/lists"] });
    toast(t("They are being put on the list {name}.", { name: title.trim() }));
    onClose();
    await navigate({ href: href(`/contacts?list=${encodeURIComponent(list)}`) });
  });
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("Freeze to a list")}</span>}>
      <form className="stack" onSubmit={(event) => void freeze(event)}>
        <p className="soft">
          {t(
            "{count, plural, one {The # person who is} other {The # people who are}} in it now stay on the list, whatever happens later.",
            {
              count: of.count ?? 0,
            },
          )}
        </p>
        <TextInput
          label={t("Name of the list")}
          required
          data-autofocus
          maxLength={100}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div className="row">
          <Button type="submit" loading={isBusy} disabled={!named(title)}>
            {t("Freeze")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
