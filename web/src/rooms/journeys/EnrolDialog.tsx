import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, queries } from "@/app/client";
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

/** Somebody enters by hand: to see what happens, or because they were forgotten. Who is not known yet is made. */
export function EnrolDialog({ journey, isOpen, onClose }: { journey: string; isOpen: boolean; onClose: () => void }) {
  const [email, setEmail] = useState("");
  const [outcome, setOutcome] = useState<Outcome>();
  const [enter, isBusy] = useDeed(async () => {
    const { data: contact } = await api.POST("/api/v1/contacts", { body: { email } });
    const id = contact?.id ?? 0;
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
