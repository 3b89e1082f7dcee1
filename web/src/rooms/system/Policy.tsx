/** How often and when marketing may reach one person: frequency caps, and the hours of single channels. */
import { ActionIcon, Button, NumberInput, Select, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { api, ask, type Place, queries, Refused, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Card, Note, toast } from "@/kit";
import { Hour } from "./Hour";

type Cap = Shapes["Cap"];
type Hours = { from: number; to: number } | null;

export function Policy({ known }: { known: Shapes["SettingsOut"] }) {
  const [caps, setCaps] = useState(known.caps);
  const [quiet, setQuiet] = useState<Record<string, Hours>>(known.quiet as Record<string, Hours>);
  const [places, setPlaces] = useState<Place[]>([]);
  const [problem, setProblem] = useState("");
  const channels =
    ask.useQuery("get", "/api/v1/suggest", { params: { query: { what: "channels" } } }).data?.items ?? [];
  const save = async () => {
    try {
      await api.PUT("/api/v1/settings", { body: { caps, quiet } });
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
    <Card title={t("How often and when")}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {problem ? <Note tone="failed">{places.map((one) => one.message).join(" ") || problem}</Note> : null}
        <p className="soft">
          {t("Lifecycle and promotional messages to one person. Receipts and service messages are never counted.")}
        </p>
        <Caps of={caps} channels={channels} onChange={setCaps} />
        <Quiet of={quiet} channels={channels} onChange={setQuiet} />
        <div>
          <Button type="submit">{t("Save")}</Button>
        </div>
        <Cost />
      </form>
    </Card>
  );
}

/** What the caps cost each journey, and what one more would release. */
function Cost() {
  const cost = ask.useQuery("get", "/api/v1/caps/cost", {});
  const items = cost.data?.items ?? [];
  if (!items.length) return null;
  return (
    <section className="stack tight" aria-label={t("What the caps cost")}>
      <span className="strong">{t("What the caps cost in the last 30 days")}</span>
      <ul className="stack tight">
        {items.map((one) => (
          <li key={`${one.source} ${one.name}`} className="small wrap">
            {one.source === "journey" ? <A to={`/journeys/${one.name}`}>{one.name}</A> : `${one.source} ${one.name}`}:{" "}
            {t("{deferred} waited, {skipped} were not sent; one more a window would release {released}.", {
              deferred: one.deferred.toLocaleString(),
              skipped: one.skipped.toLocaleString(),
              released: one.released.toLocaleString(),
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}

type CapsProps = { of: Cap[]; channels: string[]; onChange: (caps: Cap[]) => void };

function Caps({ of, channels, onChange }: CapsProps) {
  const put = (at: number, change: Partial<Cap>) =>
    onChange(of.map((one, i) => (i === at ? { ...one, ...change } : one)));
  return (
    <fieldset className="stack tight">
      <legend className="strong">{t("At most")}</legend>
      {of.length === 0 ? <p className="faint small">{t("Nothing is capped: everybody may get everything.")}</p> : null}
      {of.map((one, i) => (
        <div className="row" key={i} style={{ alignItems: "flex-end" }}>
          <NumberInput
            label={t("Messages")}
            w={110}
            min={1}
            max={1000}
            value={one.count}
            onChange={(value) => put(i, { count: Number(value) || 1 })}
          />
          <Select
            label={t("Of the class")}
            w={160}
            allowDeselect={false}
            data={[
              { value: "promotional", label: t("promotional") },
              { value: "lifecycle", label: t("lifecycle") },
              { value: "", label: t("both together") },
            ]}
            value={one.class ?? ""}
            onChange={(value) => put(i, { class: (value ?? "") as Cap["class"] })}
          />
          <Select
            label={t("By")}
            w={160}
            allowDeselect={false}
            data={[{ value: "", label: t("all channels together") }, ...known(channels, one.channel)]}
            value={one.channel ?? ""}
            onChange={(value) => put(i, { channel: value ?? "" })}
          />
          <TextInput
            label={t("Within")}
            w={110}
            placeholder="16h"
            value={one.within}
            onChange={(event) => put(i, { within: event.currentTarget.value })}
          />
          <ActionIcon
            size={36}
            aria-label={t("Remove this cap")}
            onClick={() => onChange(of.filter((_, other) => other !== i))}
          >
            <IconX size={16} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => onChange([...of, { count: 1, class: "promotional", channel: "email", within: "24h" }])}
        >
          {t("Add a cap")}
        </Button>
      </div>
    </fieldset>
  );
}

/** Channels that are in use, and the one that is set. */
function known(channels: string[], set: string | undefined) {
  return [...new Set([...channels, ...(set ? [set] : [])])].map((value) => ({ value, label: value }));
}

type QuietProps = {
  of: Record<string, Hours>;
  channels: string[];
  onChange: (quiet: Record<string, Hours>) => void;
};

function Quiet({ of, channels, onChange }: QuietProps) {
  const free = channels.filter((one) => !(one in of));
  return (
    <fieldset className="stack tight">
      <legend className="strong">{t("Hours of single channels")}</legend>
      <p className="faint small">
        {t("Where nothing is said, disturbing channels keep the hours above, and email has none.")}
      </p>
      {Object.entries(of).map(([channel, hours]) => (
        <div className="row" key={channel} style={{ alignItems: "flex-end" }}>
          <span className="strong" style={{ minWidth: 90 }}>
            {channel}
          </span>
          <Hour
            label={t("From")}
            value={hours?.from ?? 0}
            onChange={(from) => onChange({ ...of, [channel]: { from, to: hours?.to ?? 1440 } })}
          />
          <Hour
            label={t("until")}
            value={hours?.to ?? 1440}
            onChange={(to) => onChange({ ...of, [channel]: { from: hours?.from ?? 0, to } })}
          />
          <ActionIcon
            size={36}
            aria-label={t("{channel} has no hours of its own", { channel })}
            onClick={() => onChange(Object.fromEntries(Object.entries(of).filter(([name]) => name !== channel)))}
          >
            <IconX size={16} />
          </ActionIcon>
        </div>
      ))}
      {free.length ? (
        <Select
          aria-label={t("Give a channel hours of its own")}
          placeholder={t("Give a channel hours of its own")}
          w={280}
          data={free}
          value={null}
          onChange={(channel) => channel && onChange({ ...of, [channel]: { from: 540, to: 1200 } })}
        />
      ) : null}
    </fieldset>
  );
}
