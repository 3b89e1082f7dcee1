/** What recognises them; the last one stays, and what recognises somebody else is a reason to join the two. */
import { ActionIcon, Autocomplete, Button, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { api, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Card, toast, useDeed } from "@/kit";
import type { Whole } from "./Contact";

type Key = Shapes["Recognised"];

async function write(id: number, key: Key, isThere: boolean): Promise<void> {
  const params = { path: { contact_id: id } };
  if (isThere) await api.PUT("/api/v1/contacts/{contact_id}/identifiers", { params, body: key });
  else await api.POST("/api/v1/contacts/{contact_id}/identifiers/remove", { params, body: key });
  await queries.invalidateQueries({ queryKey: ["get", "/api/v1/contacts/{contact_id}"] });
}

export function Recognised({ of }: { of: Whole }) {
  const [kind, setKind] = useState("email");
  const [value, setValue] = useState("");
  const [add, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    const key = { kind: kind.trim(), value: value.trim() };
    await write(of.id, key, true);
    setValue("");
    toast(t("{value} recognises them.", key), () => void write(of.id, key, false));
  });
  const [drop] = useDeed(async (key: Key) => {
    await write(of.id, key, false);
    toast(t("{value} recognises them no more.", key), () => void write(of.id, key, true));
  });
  return (
    <Card title={t("Recognised by")}>
      <div className="stack tight">
        <ul className="stack tight">
          {of.identifiers.map((one) => (
            <li key={`${one.kind} ${one.value}`} className="pair">
              <span className="pair-name">{one.kind}</span>
              <span className="pair-value">
                <bdi>{one.value}</bdi>
              </span>
              {of.identifiers.length > 1 ? (
                <ActionIcon
                  size="sm"
                  aria-label={t("Take away the identifier {value}", one)}
                  onClick={() => void drop({ kind: one.kind, value: one.value })}
                >
                  <IconX size={14} />
                </ActionIcon>
              ) : null}
            </li>
          ))}
        </ul>
        <form className="row keep" onSubmit={(event) => void add(event)}>
          <Autocomplete
            size="xs"
            w={96}
            aria-label={t("Kind of identifier")}
            data={["email", "user_id", "crm_id"]}
            value={kind}
            onChange={setKind}
          />
          <TextInput
            size="xs"
            className="grow"
            aria-label={t("Another identifier")}
            placeholder={t("Another one")}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <Button type="submit" size="compact-sm" variant="default" loading={isBusy} disabled={!value.trim()}>
            {t("Add")}
          </Button>
        </form>
      </div>
    </Card>
  );
}
