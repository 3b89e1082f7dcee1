/** One company: what is known of it, and who belongs to it. */
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPencil, IconTrash, IconX } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Empty, Page, Time, toast, useDeed } from "@/kit";
import { parsed, written } from "../contacts/values";
import { companyName } from "./Companies";
import "../contacts/contacts.css";

type Company = Shapes["Company"];
const again = () =>
  Promise.all([
    queries.invalidateQueries({ queryKey: ["get", "/api/v1/companies/{company_id}"] }),
    queries.invalidateQueries({ queryKey: ["get", "/api/v1/contacts"] }),
  ]);

export function CompanyPage() {
  const { company = "0" } = useParams({ strict: false }) as { company?: string };
  const id = /^\d+$/.test(company) ? Number(company) : 0;
  const found = ask.useQuery("get", "/api/v1/companies/{company_id}", { params: { path: { company_id: id } } });
  const name = found.data ? companyName(found.data) : t("Company {id}", { id: company });
  return (
    <Page
      title={<bdi>{name}</bdi>}
      tab={name}
      told={
        found.data ? (
          <>
            <bdi className="mono">{found.data.key}</bdi> · {t("known since")} <Time at={found.data.created_at} />
          </>
        ) : undefined
      }
    >
      <Asking of={found} bones={8}>
        {(one) => (
          <div className="detail">
            <People of={one} />
            <aside aria-label={t("What is known of it")}>
              <Known of={one} />
            </aside>
          </div>
        )}
      </Asking>
    </Page>
  );
}

function People({ of }: { of: Company }) {
  const params = { query: { company: of.key, limit: 50 } };
  const found = ask.useQuery("get", "/api/v1/contacts", { params });
  const [leave] = useDeed(async (id: number, label: string) => {
    const path = { company_id: of.id, contact_id: id };
    await api.DELETE("/api/v1/companies/{company_id}/people/{contact_id}", { params: { path } });
    await again();
    const back = () => api.PUT("/api/v1/companies/{company_id}/people/{contact_id}", { params: { path } }).then(again);
    toast(t("{name} belongs to it no more.", { name: label }), () => void back());
  });
  return (
    <Card
      isBare
      title={t("People")}
      actions={
        of.count ? (
          <A to={`/contacts?company=${encodeURIComponent(of.key)}`}>
            {t("{count, plural, one {# person} other {# people}}", { count: of.count })}
          </A>
        ) : null
      }
    >
      <Asking of={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("Nobody belongs to it yet. Add it on somebody’s page.")}</Empty>
          ) : (
            <ul aria-label={t("People")}>
              {items.map((one) => (
                <li key={one.id} className="line">
                  <div className="grow stack tight">
                    <A to={`/contacts/${one.id}`}>
                      <bdi className="strong wrap">{one.label}</bdi>
                    </A>
                    <bdi className="small soft wrap">{one.email === one.label ? "" : one.email}</bdi>
                  </div>
                  <ActionIcon
                    aria-label={t("Take {name} out of the company", { name: one.label })}
                    onClick={() => void leave(one.id, one.label)}
                  >
                    <IconX size={16} />
                  </ActionIcon>
                </li>
              ))}
            </ul>
          )
        }
      </Asking>
    </Card>
  );
}

async function write(of: Company, attributes: Record<string, unknown>): Promise<void> {
  await api.PUT("/api/v1/companies", { body: { key: of.key, attributes } });
  await again();
}

function Known({ of }: { of: Company }) {
  const known = (of.attributes ?? {}) as Record<string, unknown>;
  const [open, setOpen] = useState<string>();
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [save, isBusy] = useDeed(async (path: string, value: unknown) => {
    const before = known[path] ?? null;
    await write(of, { [path]: value });
    setOpen(undefined);
    toast(t("{name} is saved.", { name: path }), () => void write(of, { [path]: before }));
  });
  const edit = (event: FormEvent, path: string) => {
    event.preventDefault();
    void save(path, parsed(text, known[path]));
  };
  const add = (event: FormEvent) => {
    event.preventDefault();
    void save(name.trim(), "").then(() => {
      setOpen(name.trim());
      setText("");
      setName("");
    });
  };
  return (
    <Card title={t("Attributes")}>
      <div className="stack tight">
        <ul className="stack tight">
          {Object.entries(known).map(([path, value]) => (
            <li key={path} className="pair">
              <span className="pair-name">
                <bdi>{path}</bdi>
              </span>
              {open === path ? (
                <>
                  <form onSubmit={(event) => edit(event, path)}>
                    <TextInput
                      size="xs"
                      autoFocus
                      aria-label={t("Value of {name}", { name: path })}
                      value={text}
                      disabled={isBusy}
                      onChange={(event) => setText(event.currentTarget.value)}
                    />
                  </form>
                  <ActionIcon
                    size="sm"
                    aria-label={t("Take away {name}", { name: path })}
                    onClick={() => void save(path, null)}
                  >
                    <IconTrash size={14} />
                  </ActionIcon>
                </>
              ) : (
                <>
                  <span className="pair-value">
                    <bdi>{written(value)}</bdi>
                  </span>
                  <ActionIcon
                    size="sm"
                    aria-label={t("Change {name}", { name: path })}
                    onClick={() => {
                      setText(written(value));
                      setOpen(path);
                    }}
                  >
                    <IconPencil size={14} />
                  </ActionIcon>
                </>
              )}
            </li>
          ))}
        </ul>
        <form className="row keep" onSubmit={add}>
          <TextInput
            size="xs"
            aria-label={t("Name of the attribute")}
            placeholder={t("Name, such as industry")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" size="compact-sm" variant="default" disabled={!name.trim() || name.trim() in known}>
            {t("Add")}
          </Button>
        </form>
      </div>
    </Card>
  );
}
