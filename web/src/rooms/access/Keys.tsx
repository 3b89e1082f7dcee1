import { Button, CopyButton, Modal, Select, TextInput } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Card, Confirm, Empty, Note, Page, Time, useDeed } from "@/kit";

type Key = Shapes["ApiKey"];
type Scope = "browser" | "track" | "api" | "admin";

function scopes(): { value: Scope; label: string; told: string }[] {
  return [
    { value: "track", label: t("Track"), told: t("Your server sends events and people. It reads nothing.") },
    {
      value: "browser",
      label: t("Browser"),
      told: t("For a web page: anybody can see it, so it may only report events, never consent or email."),
    },
    { value: "api", label: t("API"), told: t("Everything a marketer can do.") },
    { value: "admin", label: t("Admin"), told: t("Everything, also keys and channels.") },
  ];
}

const refresh = () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/keys"] });

export function Keys() {
  const keys = ask.useQuery("get", "/api/v1/keys", {});
  const [isMaking, setMaking] = useState(false);
  const [gone, setGone] = useState<Key>();
  const make = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t("New key")}
    </Button>
  );
  return (
    <Page
      title={t("API keys")}
      told={t("Programs send events and use the API with a key. Any Segment library works; only its host changes.")}
      actions={make}
    >
      <Card isBare>
        <Asking of={keys}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon={<IconKey size={28} />} action={make}>
                {t("No program can reach this workspace yet.")}
              </Empty>
            ) : (
              <ul>
                {items.map((key) => (
                  <KeyRow key={key.id} of={key} onRevoke={() => setGone(key)} />
                ))}
              </ul>
            )
          }
        </Asking>
      </Card>
      <NewKey isOpen={isMaking} onClose={() => setMaking(false)} />
      <Confirm
        isOpen={gone !== undefined}
        onClose={() => setGone(undefined)}
        title={t("Revoke this key?")}
        verb={t("Revoke")}
        isDanger
        onConfirm={async () => {
          await api.DELETE("/api/v1/keys/{key_id}", { params: { path: { key_id: gone?.id ?? 0 } } });
          await refresh();
        }}
      >
        {t("Every program that uses {name} is refused within five seconds. A key cannot come back.", {
          name: gone?.name || gone?.prefix,
        })}
      </Confirm>
    </Page>
  );
}

function KeyRow({ of, onRevoke }: { of: Key; onRevoke: () => void }) {
  return (
    <li className="line">
      <div className="grow">
        <div className="row">
          <span className="strong wrap">{of.name || t("Without a name")}</span>
          <span className="badge tone-idle">{scopes().find((one) => one.value === of.scope)?.label ?? of.scope}</span>
          {of.revoked_at ? <span className="badge tone-failed">{t("Revoked")}</span> : null}
        </div>
        <div className="faint small">
          <code>{of.prefix}…</code> · {t("made")} <Time at={of.created_at} />
        </div>
      </div>
      {of.revoked_at ? null : (
        <Button variant="default" size="compact-sm" onClick={onRevoke}>
          {t("Revoke")}
        </Button>
      )}
    </li>
  );
}

function NewKey({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [name, setName] = useState("");
  const [scope, setScope] = useState<Scope>("track");
  const [made, setMade] = useState("");
  const [make, isBusy] = useDeed(async () => {
    const { data } = await api.POST("/api/v1/keys", { body: { name, scope } });
    setMade(data?.key ?? "");
    await refresh();
  });
  const close = () => {
    setMade("");
    setName("");
    onClose();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={<span className="strong">{made ? t("Your new key") : t("New key")}</span>}
    >
      {made ? (
        <div className="stack">
          <Note tone="warn">{t("It is shown this once. Keep it where your program finds it.")}</Note>
          <pre className="card" style={{ padding: 12 }}>
            {made}
          </pre>
          <CopyButton value={made}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? t("Copied") : t("Copy")}</Button>}
          </CopyButton>
        </div>
      ) : (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <TextInput
            label={t("Name")}
            description={t("Where it is used.")}
            placeholder={t("Web shop")}
            value={name}
            onChange={(e) => setName(e.currentTarget.value)}
            data-autofocus
          />
          <Select
            label={t("What it may do")}
            description={scopes().find((one) => one.value === scope)?.told}
            data={scopes()}
            value={scope}
            onChange={(next) => setScope((next ?? "track") as Scope)}
          />
          <Button type="submit" loading={isBusy}>
            {t("Make key")}
          </Button>
        </form>
      )}
    </Modal>
  );
}
