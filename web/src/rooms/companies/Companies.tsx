/** Companies: who people work for, or buy for. */
import { Button, Modal, TextInput } from "@mantine/core";
import { IconBuilding, IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useMemo, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { type Column, Empty, keyset, ListView, Page, Time, useDeed, useHref } from "@/kit";
import { useFilters } from "../contacts/listing";

type Company = Shapes["Company"];

/** Its name, where one is known; else the key by which the data calls it. */
export function companyName(of: Company): string {
  const name = ((of.attributes ?? {}) as Record<string, unknown>).name;
  return typeof name === "string" && name ? name : of.key;
}

function columns(): Column<Company>[] {
  return [
    {
      id: "name",
      name: t("Company"),
      width: "minmax(160px, 2fr)",
      text: companyName,
      cell: (row) => <bdi>{companyName(row)}</bdi>,
    },
    {
      id: "key",
      name: t("Key"),
      width: "minmax(110px, 1fr)",
      text: (row) => row.key,
      cell: (row) => <bdi className="mono faint">{row.key}</bdi>,
    },
    {
      id: "people",
      name: t("People"),
      width: "90px",
      isNumber: true,
      text: (row) => row.count,
      cell: (row) => number(row.count),
    },
    {
      id: "changed",
      name: t("Changed"),
      width: "150px",
      text: (row) => row.changed_at,
      cell: (row) => <Time at={row.changed_at} />,
    },
  ];
}

export function Companies() {
  const [filters, change] = useFilters();
  const [isMaking, setMaking] = useState(false);
  const shown = useMemo(columns, []);
  const query = { q: filters.q ?? "", limit: 100 };
  const pages = ask.useInfiniteQuery("get", "/api/v1/companies", { params: { query } }, keyset);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t("Add a company")}
    </Button>
  );
  return (
    <Page
      title={t("Companies")}
      told={t("They come with calls of group from your site, with imports, or one by one.")}
      actions={add}
    >
      <ListView<Company>
        name="companies"
        pages={pages}
        columns={shown}
        keyOf={(row) => row.id}
        to={(row) => `/companies/${row.id}`}
        search={{
          value: filters.q ?? "",
          onChange: (q) => change({ q }),
          placeholder: t("Find by name, key or anything known"),
        }}
        empty={
          filters.q ? (
            <Empty
              action={
                <Button variant="default" onClick={() => change({ q: undefined })}>
                  {t("Show all")}
                </Button>
              }
            >
              {t("No company is like that.")}
            </Empty>
          ) : (
            <Empty icon={<IconBuilding size={28} />} action={add}>
              {t("No company is known yet.")}
            </Empty>
          )
        }
      />
      {isMaking ? <NewCompany onClose={() => setMaking(false)} /> : null}
    </Page>
  );
}

function NewCompany({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const navigate = useNavigate();
  const href = useHref();
  const [make, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    const body = { key: key.trim() || name.trim(), attributes: { name: name.trim() } };
    const made = (await api.PUT("/api/v1/companies", { body })).data;
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/companies"] });
    if (made) await navigate({ href: href(`/companies/${made.id}`) });
  });
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("Add a company")}</span>}>
      <form className="stack" onSubmit={(event) => void make(event)}>
        <TextInput
          label={t("Name")}
          required
          data-autofocus
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t("Key")}
          description={t("By which your data calls it; the name when empty.")}
          maxLength={200}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <div className="row">
          <Button type="submit" loading={isBusy} disabled={!name.trim()}>
            {t("Add")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
