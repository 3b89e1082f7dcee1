import { Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, ask, type Place, queries, Refused, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Card, Note, Page, toast } from "@/kit";
import { Hour } from "./Hour";
import { Policy } from "./Policy";

const zones = Intl.supportedValuesOf("timeZone");

export function Workspace() {
  const settings = ask.useQuery("get", "/api/v1/settings", {}, { meta: { isStill: true } });
  return (
    <Page title={t("Workspace")} told={t("What every journey and message here follows.")}>
      <Asking of={settings}>
        {(known) => (
          <div className="stack">
            <Form known={known} />
            <Policy known={known} />
          </div>
        )}
      </Asking>
    </Page>
  );
}

function Form({ known }: { known: Shapes["SettingsOut"] }) {
  const [form, setForm] = useState(known);
  const [places, setPlaces] = useState<Place[]>([]);
  const [problem, setProblem] = useState("");
  const at = (path: string) => places.find((place) => place.path === path)?.message;
  const save = async () => {
    const { zone, quiet_from, quiet_to, public_url } = form;
    const body = { zone, quiet_from, quiet_to, ...(known.is_public_url_fixed ? {} : { public_url }) };
    try {
      await api.PUT("/api/v1/settings", { body });
      setPlaces([]);
      setProblem("");
      toast(t("Saved. What departs from now on follows."));
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/settings"] });
    } catch (error) {
      setPlaces(error instanceof Refused ? error.places : []);
      setProblem(error instanceof Refused ? error.message : t("The server does not answer."));
    }
  };
  return (
    <Card>
      <form
        className="stack"
        style={{ maxWidth: 520 }}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {problem && places.length === 0 ? <Note tone="failed">{problem}</Note> : null}
        <Select
          label={t("Time zone")}
          description={t("Days, windows and quiet hours of people whose own zone is not known.")}
          data={zones}
          searchable
          value={form.zone}
          error={at("zone")}
          onChange={(zone) => setForm({ ...form, zone: zone ?? form.zone })}
        />
        <div className="row" style={{ alignItems: "flex-start" }}>
          <Hour
            label={t("Disturbing channels from")}
            value={form.quiet_from}
            onChange={(quiet_from) => setForm({ ...form, quiet_from })}
          />
          <Hour label={t("until")} value={form.quiet_to} onChange={(quiet_to) => setForm({ ...form, quiet_to })} />
        </div>
        <p className="faint small">
          {t(
            "SMS, push and chat messages leave only between these hours in the person's own zone; what falls outside waits.",
          )}
        </p>
        <TextInput
          label={t("Public address")}
          description={
            known.is_public_url_fixed ? t("Set by TIDINGS_PUBLIC_URL.") : t("Links in messages point to it.")
          }
          disabled={known.is_public_url_fixed}
          value={form.public_url}
          error={at("public_url")}
          onChange={(e) => setForm({ ...form, public_url: e.currentTarget.value })}
        />
        <div>
          <Button type="submit">{t("Save")}</Button>
        </div>
      </form>
    </Card>
  );
}
