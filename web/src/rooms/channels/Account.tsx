import { Button, NumberInput, Switch, TextInput } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, type Place, queries, Refused, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Facts, Note, Page, type Schema, SchemaForm, StateBadge, toast, useHref } from "@/kit";
import { CameIn } from "./CameIn";
import { channelWord } from "./Channels";
import { ChannelIcon } from "./icons";

type Kind = Shapes["ChannelKind"];
type Known = Shapes["Account"];
type Checked = Shapes["Check"];

export function NewAccount() {
  const { plugin = "" } = useParams({ strict: false }) as { plugin?: string };
  const kinds = ask.useQuery("get", "/api/v1/accounts/plugins", {}, { meta: { isStill: true } });
  const kind = kinds.data?.items.find((one) => one.id === plugin);
  return (
    <Page
      title={kind ? t("Add {kind}", { kind: kind.name }) : t("Add a sender")}
      told={<A to="/channels">{t("Channels")}</A>}
    >
      <Asking of={kinds}>
        {() =>
          kind ? (
            <Form kind={kind} />
          ) : (
            <Note tone="warn">{t("There is no plugin {name} here.", { name: plugin })}</Note>
          )
        }
      </Asking>
    </Page>
  );
}

export function AccountPage() {
  const { account = "" } = useParams({ strict: false }) as { account?: string };
  const kinds = ask.useQuery("get", "/api/v1/accounts/plugins", {}, { meta: { isStill: true } });
  const accounts = ask.useQuery("get", "/api/v1/accounts", {}, { meta: { isStill: true } });
  const known = accounts.data?.items.find((one) => one.name === account);
  const kind = kinds.data?.items.find((one) => one.id === known?.plugin);
  return (
    <Page
      title={account}
      told={<A to="/channels">{t("Channels")}</A>}
      badge={known ? <StateBadge state={known.state === "active" ? "active" : "resting"} /> : null}
    >
      {known?.state_reason ? (
        <Note tone="warn">{t("It rests: {reason} Saving lets it send again.", { reason: known.state_reason })}</Note>
      ) : null}
      <Asking of={accounts}>
        {() =>
          known && kind ? (
            <Form key={known.id} kind={kind} known={known} />
          ) : kinds.isPending ? null : (
            <Note tone="warn">
              {known
                ? t("Its plugin {name} is not here any more.", { name: known.plugin })
                : t("There is no sender {name}.", { name: account })}
            </Note>
          )
        }
      </Asking>
    </Page>
  );
}

function Form({ kind, known }: { kind: Kind; known?: Known }) {
  const [name, setName] = useState(known?.name ?? kind.id);
  const [config, setConfig] = useState<Record<string, unknown>>((known?.config as Record<string, unknown>) ?? {});
  const [isDefault, setDefault] = useState(known ? known.is_default === 1 : true);
  const [pace, setPace] = useState<number | undefined>(known?.per_second ?? undefined);
  const [checked, setChecked] = useState<Checked>();
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState<"check" | "save" | "">("");
  const navigate = useNavigate();
  const href = useHref();
  const places: Place[] = problem instanceof Refused ? problem.places : [];
  const elsewhere =
    problem !== undefined && !places.some((place) => place.path.startsWith("config.") || place.path === "name");

  const act = async (what: "check" | "save", deed: () => Promise<void>) => {
    setBusy(what);
    setProblem(undefined);
    setChecked(undefined);
    try {
      await deed();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy("");
    }
  };
  const check = () =>
    act("check", async () => {
      const { data } = await api.POST("/api/v1/accounts/check", {
        body: { plugin: kind.id, config, name: known?.name ?? "" },
      });
      setChecked(data);
    });
  const save = () =>
    act("save", async () => {
      const body = { plugin: kind.id, config, is_default: isDefault, per_second: pace ?? null };
      await api.PUT("/api/v1/accounts/{name}", { params: { path: { name } }, body });
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/accounts"] });
      toast(t("{name} is saved and sends from now on.", { name }));
      void navigate({ href: href("/channels") });
    });

  return (
    <div className="detail">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Card>
          <div className="stack">
            <TextInput
              label={t("Name")}
              description={t("Journeys may name it; small letters, digits, - and _.")}
              value={name}
              disabled={known !== undefined}
              error={places.find((place) => place.path === "name")?.message}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <SchemaForm
              schema={kind.form as Schema}
              value={config}
              onChange={setConfig}
              places={places}
              path="config"
            />
            <Switch
              label={t("Default for {channel}", { channel: channelWord(kind.channel) })}
              description={t("Messages go through it unless a step names another sender.")}
              checked={isDefault}
              onChange={(event) => setDefault(event.currentTarget.checked)}
            />
            <NumberInput
              label={t("Messages per second, at most")}
              description={t("Empty: as fast as the plugin may.")}
              min={0.01}
              value={pace ?? ""}
              onChange={(next) => setPace(next === "" ? undefined : Number(next))}
            />
          </div>
        </Card>
        {elsewhere ? <Note tone="failed">{problem instanceof Error ? problem.message : String(problem)}</Note> : null}
        {checked ? <Told of={checked} /> : null}
        <div className="row">
          <Button variant="default" loading={busy === "check"} onClick={() => void check()}>
            {t("Test connection")}
          </Button>
          <Button type="submit" loading={busy === "save"}>
            {t("Save")}
          </Button>
        </div>
      </form>
      <aside>
        {known ? <Outside of={known} /> : null}
        {known && config.mailbox ? <CameIn account={known.name} /> : null}
        <Card>
          <div className="stack tight">
            <span className="row keep strong">
              <ChannelIcon channel={kind.channel} /> {kind.name}
            </span>
            <p className="soft small">{kind.summary}</p>
            <p className="faint small">
              {t("A test sends nothing to anybody. Secrets are kept hidden once they are saved.")}
            </p>
          </div>
        </Card>
      </aside>
    </div>
  );
}

/** What else has to be right for mail to arrive: the domain, and where the provider calls back. */
function Outside({ of }: { of: Known }) {
  const config = of.config as { sender?: string; reports?: { provider: string } | null };
  const domain = of.channel === "email" ? config.sender?.split("@")[1] : undefined;
  const system = ask.useQuery(
    "get",
    "/api/v1/system",
    {},
    { enabled: Boolean(config.reports), meta: { isStill: true } },
  );
  const hook = `${system.data?.public_url ?? ""}/hooks/channels/${of.name}/reports`;
  if (!domain) return null;
  return (
    <Card title={t("Before you send to many")}>
      <div className="stack tight">
        <p className="small">{t("Mailbox providers ask DNS whether mail of {domain} is really yours.", { domain })}</p>
        <A to={`/channels/domains/${domain}`}>{t("Check {domain}", { domain })}</A>
        {config.reports ? (
          <>
            <p className="small">{t("Give your provider this address for its events (webhook):")}</p>
            <code className="wrap small">{hook}</code>
          </>
        ) : null}
      </div>
    </Card>
  );
}

function Told({ of }: { of: Checked }) {
  return (
    <Note tone={of.ok ? "done" : "failed"}>
      <div className="stack tight">
        <span className="strong">{of.ok ? t("The connection works.") : t("The connection does not work.")}</span>
        <span>{of.detail}</span>
        <Facts of={Object.entries(of.facts ?? {})} />
      </div>
    </Note>
  );
}
