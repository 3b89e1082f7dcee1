/** The lists that they are on, and the companies that they belong to. */
import { ActionIcon, Autocomplete, Select } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { api, ask, queries } from "@/app/client";
import { t } from "@/app/words";
import { A, Card, toast, useDeed } from "@/kit";
import type { Whole } from "./Contact";

const again = () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/contacts/{contact_id}"] });

async function move(name: string, id: number, isJoining: boolean): Promise<void> {
  const params = { path: { name } };
  const body = { contact_ids: [id] };
  if (isJoining) await api.POST("/api/v1/lists/{name}/join", { params, body });
  else await api.POST("/api/v1/lists/{name}/leave", { params, body });
  await again();
}

export function Belongs({ of }: { of: Whole }) {
  return (
    <>
      <Lists of={of} />
      <Companies of={of} />
    </>
  );
}

function Lists({ of }: { of: Whole }) {
  const lists = ask.useQuery("get", "/api/v1/lists", {}).data?.items ?? [];
  const titles = new Map(lists.map((one) => [one.name, one.title]));
  const [join, isBusy] = useDeed(async (name: string) => {
    await move(name, of.id, true);
    toast(t("They are on {name}.", { name: titles.get(name) ?? name }), () => void move(name, of.id, false));
  });
  const [leave] = useDeed(async (name: string) => {
    await move(name, of.id, false);
    toast(t("They are off {name}.", { name: titles.get(name) ?? name }), () => void move(name, of.id, true));
  });
  const others = lists.filter((one) => !of.lists.includes(one.name));
  return (
    <Card title={t("Lists")}>
      <div className="stack tight">
        {of.lists.length ? (
          <div className="chips">
            {of.lists.map((name) => (
              <span key={name} className="badge tone-idle tagged">
                <bdi className="cut">{titles.get(name) ?? name}</bdi>
                <ActionIcon
                  size={18}
                  aria-label={t("Take off the list {name}", { name: titles.get(name) ?? name })}
                  onClick={() => void leave(name)}
                >
                  <IconX size={12} />
                </ActionIcon>
              </span>
            ))}
          </div>
        ) : (
          <p className="faint small">{t("They are on no list.")}</p>
        )}
        {others.length ? (
          <Select
            aria-label={t("Put on a list")}
            placeholder={t("Put on a list")}
            searchable
            disabled={isBusy}
            data={others.map((one) => ({ value: one.name, label: one.title }))}
            value={null}
            onChange={(name) => (name ? void join(name) : undefined)}
          />
        ) : null}
      </div>
    </Card>
  );
}

function Companies({ of }: { of: Whole }) {
  const [key, setKey] = useState("");
  const params = { query: { q: key.trim(), limit: 10 } };
  const found = ask.useQuery("get", "/api/v1/companies", { params }).data?.items ?? [];
  const [join, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    if (!key.trim()) return;
    const company = (await api.PUT("/api/v1/companies", { body: { key: key.trim() } })).data;
    if (!company) return;
    const path = { company_id: company.id, contact_id: of.id };
    await api.PUT("/api/v1/companies/{company_id}/people/{contact_id}", { params: { path } });
    await again();
    setKey("");
  });
  return (
    <Card title={t("Companies")}>
      <div className="stack tight">
        {of.companies.length ? (
          <ul className="stack tight">
            {of.companies.map((one) => (
              <li key={one.key} className="wrap small">
                <A to={`/companies?q=${encodeURIComponent(one.key)}`}>
                  <bdi>{nameOf(one.attributes, one.key)}</bdi>
                </A>
              </li>
            ))}
          </ul>
        ) : (
          <p className="faint small">{t("They belong to none.")}</p>
        )}
        <form onSubmit={(event) => void join(event)}>
          <Autocomplete
            aria-label={t("Add to a company")}
            placeholder={t("Add to a company, Enter")}
            data={[...new Set(found.map((one) => one.key))]}
            maxLength={200}
            value={key}
            disabled={isBusy}
            onChange={setKey}
          />
        </form>
      </div>
    </Card>
  );
}

function nameOf(attributes: unknown, key: string): string {
  const name = (attributes as Record<string, unknown> | null)?.name;
  return typeof name === "string" && name ? name : key;
}
