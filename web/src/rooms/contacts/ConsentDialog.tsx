/** Consent is given or withdrawn with its proof; a withdrawal names what it cancels. */
import { Autocomplete, Button, Group, Modal, Textarea, TextInput } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { api, ask, queries, Refused } from "@/app/client";
import { t } from "@/app/words";
import { Note, toast } from "@/kit";
import type { Whole } from "./Contact";
import { useReach } from "./Reach";

const OVER = new Set(["transactional", "service"]);

export function ConsentDialog({ of, onClose }: { of: Whole; onClose: () => void }) {
  const reach = useReach(of.id);
  const open = ask.useQuery("get", "/api/v1/messages", {
    params: { query: { contact_id: of.id, state: ["queued", "held", "deferred", "sending"], limit: 200 } },
  });
  const [how, setHow] = useState<"subscribed" | "unsubscribed">("subscribed");
  const [channel, setChannel] = useState("email");
  const [topic, setTopic] = useState("");
  const [source, setSource] = useState("");
  const [wording, setWording] = useState("");
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const channels = reach.data?.channels.map((one) => one.channel) ?? ["email"];
  const topics = [...new Set(of.consent.map((one) => one.topic).filter(Boolean))];
  const gone = (open.data?.items ?? []).filter(
    (one) => one.channel === channel && (topic === "" || one.topic === topic) && !OVER.has(one.message_class),
  );
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await api.PUT("/api/v1/contacts/{contact_id}/consent", {
        params: { path: { contact_id: of.id } },
        body: { channel: channel.trim(), topic: topic.trim(), state: how, basis: "", source, wording },
      });
      await queries.invalidateQueries();
      toast(how === "subscribed" ? t("Their consent is recorded.") : t("Their withdrawal is recorded."));
      onClose();
    } catch (error) {
      setProblem(error instanceof Refused ? error.message : t("The server does not answer."));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={<span className="strong">{t("Consent of {name}", { name: of.label })}</span>}
    >
      <form className="stack" onSubmit={(event) => void save(event)}>
        {problem ? <Note tone="failed">{problem}</Note> : null}
        <fieldset className="chips" aria-label={t("What is recorded")}>
          <button
            type="button"
            className={how === "subscribed" ? "chip is-on" : "chip"}
            aria-pressed={how === "subscribed"}
            onClick={() => setHow("subscribed")}
          >
            <IconCheck size={14} aria-hidden />
            {t("They consent")}
          </button>
          <button
            type="button"
            className={how === "unsubscribed" ? "chip is-on" : "chip"}
            aria-pressed={how === "unsubscribed"}
            onClick={() => setHow("unsubscribed")}
          >
            <IconX size={14} aria-hidden />
            {t("They withdraw")}
          </button>
        </fieldset>
        <div className="row keep" style={{ alignItems: "flex-start" }}>
          <Autocomplete className="grow" label={t("Channel")} data={channels} value={channel} onChange={setChannel} />
          <Autocomplete
            className="grow"
            label={t("Topic")}
            placeholder={t("everything")}
            data={topics}
            value={topic}
            onChange={setTopic}
          />
        </div>
        <TextInput
          label={t("Where it was said")}
          placeholder={how === "subscribed" ? t("Form at the fair, phone call of today") : t("Letter, phone call")}
          value={source}
          onChange={(event) => setSource(event.currentTarget.value)}
        />
        <Textarea
          label={t("The words that were used")}
          value={wording}
          onChange={(event) => setWording(event.currentTarget.value)}
        />
        {how === "unsubscribed" ? (
          <Note tone={gone.length ? "warn" : "info"}>
            {t(
              "{count, plural, =0 {Nothing waits to leave, so nothing is cancelled.} one {It cancels # message that has not left:} other {It cancels # messages that have not left:}}",
              { count: gone.length },
            )}
            <ul>
              {gone.slice(0, 6).map((one) => (
                <li key={one.id} className="wrap small">
                  {one.template ?? one.channel} {one.journey ? t("from {journey}", { journey: one.journey }) : ""}
                </li>
              ))}
            </ul>
          </Note>
        ) : (
          <Note tone="info">{t("You say that they said so. It is kept with your name, and cannot be taken out.")}</Note>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("Not now")}
          </Button>
          <Button type="submit" loading={isBusy} color={how === "unsubscribed" ? "red" : undefined}>
            {how === "subscribed" ? t("Record consent") : t("Record withdrawal")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
