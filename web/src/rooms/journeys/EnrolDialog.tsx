import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, ask, queries } from "@/app/client";
import { t } from "@/app/words";
import { A, Note, useDeed } from "@/kit";

type Outcome = { id: number; email: string; entered: boolean; why: string };

/** Why somebody was not let in, as the server keeps it. */
function why(refused: { reason: string }[]): string {
  const reason = refused[0]?.reason ?? "";
  if (reason === "audience") return t("they are not in its audience");
  if (reason === "reentry") return t("they have been inside, and may not enter again yet");
  return reason.replaceAll("_", " ") || t("they may not enter now");
}

type Consented = { channel: string; topic: string };
const same = (one: Consented, other: Consented) => one.channel === other.channel && one.topic === other.topic;

/** What the letters of a journey are about: without consent to it they are not sent. */
function useTopics(journey: string, isOpen: boolean): Consented[] {
  const templates = ask.useQuery("get", "/api/v1/templates", {}, { enabled: isOpen });
  const found = (templates.data?.items ?? [])
    .filter(
      (one) =>
        one.used_in.includes(journey) && one.topic !== "" && ["lifecycle", "promotional"].includes(one.message_class),
    )
    .map((one) => ({ channel: one.channel, topic: one.topic }));
  return found.filter((one, at) => found.findIndex((other) => same(one, other)) === at);
}

/** Somebody enters by hand: to see what happens, or because they were forgotten. Who is not known yet is made. */
export function EnrolDialog({ journey, isOpen, onClose }: { journey: string; isOpen: boolean; onClose: () => void }) {
  const [email, setEmail] = useState("");
  const [outcome, setOutcome] = useState<Outcome>();
  const [agreed, setAgreed] = useState<Consented[]>([]);
  const asked = useTopics(journey, isOpen);
  const [enter, isBusy] = useDeed(async () => {
    const { data: contact } = await api.POST("/api/v1/contacts", { body: { email } });
    const id = contact?.id ?? 0;
    for (const one of agreed)
      await api.PUT("/api/v1/contacts/{contact_id}/consent", {
        params: { path: { contact_id: id } },
        body: { channel: one.channel, topic: one.topic, state: "subscribed", source: "by hand" },
      });
    const { data } = await api.POST("/api/v1/journeys/{name}/enrol", {
      params: { path: { name: journey } },
      body: { contact_ids: [id] },
    });
    const entered = data?.entered === 1;
    let reason = "";
    if (!entered) {
      const told = await api.GET("/api/v1/contacts/{contact_id}/explain", {
        params: { path: { contact_id: id }, query: { journey } },
      });
      reason = why(told.data?.refused ?? []);
    }
    setOutcome({ id, email, entered, why: reason });
    setEmail("");
    await queries.invalidateQueries();
  });
  const close = () => {
    setOutcome(undefined);
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={close} title={<span className="strong">{t("Add a person")}</span>}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        {outcome ? (
          <Note tone={outcome.entered ? "done" : "warn"}>
            {outcome.entered
              ? t("{email} has entered.", { email: outcome.email })
              : t("{email} was not let in: {why}.", { email: outcome.email, why: outcome.why })}{" "}
            <A to={`/contacts/${outcome.id}`}>{t("See them")}</A>
            {outcome.entered ? (
              <>
                {" · "}
                <A to="/inbox">{t("Inbox")}</A>
              </>
            ) : null}
          </Note>
        ) : null}
        <TextInput
          type="email"
          required
          label={t("Email")}
          description={t("Whoever is not known yet is made. Audience and re-entry hold as for everybody.")}
          placeholder="ada@example.com"
          value={email}
          data-autofocus
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        {asked.map((one) => (
          <Checkbox
            key={`${one.channel} ${one.topic}`}
            label={t("They agreed to “{topic}” by {channel}", one)}
            description={t("Only when they did: it is written down as told by you.")}
            checked={agreed.some((known) => same(known, one))}
            onChange={(event) => {
              const rest = agreed.filter((known) => !same(known, one));
              setAgreed(event.currentTarget.checked ? [...rest, one] : rest);
            }}
          />
        ))}
        <div className="row apart">
          <span className="faint small">{t("Messages are real, and follow the sender of their channel.")}</span>
          <Button type="submit" loading={isBusy}>
            {t("Let them enter")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
