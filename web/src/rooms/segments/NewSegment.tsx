/** A new segment: its name, and what it begins with. */
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, queries } from "@/app/client";
import { t } from "@/app/words";
import { useDeed, useHref } from "@/kit";
import { named } from "../documents/names";
import { useRuleForms } from "../rules/forms";
import type { Rule } from "../rules/tree";
import { ruleWords } from "../rules/words";
import { written } from "./document";

/** What it begins with: a template by name, a rule that is there, or nothing. */
export type Start = { template?: string; where?: Rule; left?: string[] };

export function NewSegment({ start, onClose }: { start: Start; onClose: () => void }) {
  const templates = useRuleForms().data?.templates ?? [];
  const [from, setFrom] = useState(start.template ?? "");
  const template = templates.find((one) => one.name === from);
  const [title, setTitle] = useState<string>();
  const href = useHref();
  const navigate = useNavigate();
  const called = title ?? template?.title ?? "";
  const name = named(called);
  const [make, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    const params = { path: { kind: "segment" as never, name } };
    const where = start.where ?? template?.where;
    let body = written({ segment: name, title: called.trim() }, "where", where);
    body = written(body, "description", template?.description);
    await api.PUT("/api/v1/documents/{kind}/{name}/draft", { params, body });
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/segments"] });
    onClose();
    await navigate({ to: href(`/segments/${name}`), search: { tab: "edit" } as never });
  });
  const options = [
    { value: "", label: t("Nothing yet") },
    ...templates.map((one) => ({ value: one.name, label: one.title })),
  ];
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("New segment")}</span>}>
      <form className="stack" onSubmit={(event) => void make(event)}>
        {start.where === undefined ? (
          <Select
            label={t("Begin with")}
            description={template?.description}
            data={options}
            value={from}
            allowDeselect={false}
            onChange={(next) => setFrom(next ?? "")}
          />
        ) : (
          <div className="stack tight">
            <span className="field-label">{t("Whoever")}</span>
            <p className="small wrap">{ruleWords(start.where)}</p>
            {start.left?.length ? (
              <p className="small faint">{t("The text that was searched for is no part of it.")}</p>
            ) : null}
          </div>
        )}
        <TextInput
          label={t("Name")}
          description={name && name !== called ? name : undefined}
          required
          data-autofocus
          maxLength={100}
          value={called}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div className="row">
          <Button type="submit" loading={isBusy} disabled={!name}>
            {t("Build it")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
