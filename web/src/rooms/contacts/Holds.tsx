/** Marketing that leaves somebody alone: why, until when, and the way back. */
import { Button, Modal, Select, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Note, Time, toast, useDeed } from "@/kit";

const DAY = 86_400_000;

function reload(id: number) {
  const params = { path: { contact_id: id } };
  return queries.invalidateQueries({ queryKey: ["get", "/api/v1/contacts/{contact_id}/reach", { params }] });
}

export function Holds({ id, of }: { id: number; of: Shapes["HoldTold"][] }) {
  const [release, isBusy] = useDeed(async (hold: Shapes["HoldTold"]) => {
    const path = { contact_id: id, hold_id: hold.id };
    await api.DELETE("/api/v1/contacts/{contact_id}/holds/{hold_id}", { params: { path } });
    toast(t("Marketing may reach them again."));
    await reload(id);
  });
  return of.map((one) => (
    <Note key={one.id} tone="warn">
      <div className="row apart">
        <span className="wrap">
          {one.until_at ? t("Marketing is held until") : t("Marketing is held until somebody releases it")}{" "}
          {one.until_at ? <Time at={one.until_at} isNear={false} /> : null}: <bdi>{one.reason}</bdi>{" "}
          <span className="faint small">
            {one.actor} · <Time at={one.from_at} />
          </span>
        </span>
        <Button variant="default" size="compact-sm" disabled={isBusy} onClick={() => void release(one)}>
          {t("Release")}
        </Button>
      </div>
    </Note>
  ));
}

type DialogProps = { id: number; isOpen: boolean; onClose: () => void };

export function HoldDialog({ id, isOpen, onClose }: DialogProps) {
  const [reason, setReason] = useState("");
  const [days, setDays] = useState("14");
  const [hold, isBusy] = useDeed(async (event: FormEvent) => {
    event.preventDefault();
    const until = days === "0" ? null : new Date(Date.now() + Number(days) * DAY).toISOString();
    await api.POST("/api/v1/contacts/{contact_id}/holds", {
      params: { path: { contact_id: id } },
      body: { reason: reason.trim(), until },
    });
    toast(t("No marketing leaves for them until then."));
    setReason("");
    onClose();
    await reload(id);
  });
  return (
    <Modal opened={isOpen} onClose={onClose} title={<span className="strong">{t("Hold marketing")}</span>}>
      <form className="stack" onSubmit={(event) => void hold(event)}>
        <p className="soft">
          {t(
            "Lifecycle and promotional messages that have not left are withdrawn; receipts and service messages still go.",
          )}
        </p>
        <Textarea
          label={t("Why")}
          required
          data-autofocus
          maxLength={500}
          placeholder={t("We talk to them about a contract")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Select
          label={t("How long")}
          allowDeselect={false}
          data={[
            { value: "7", label: t("A week") },
            { value: "14", label: t("Two weeks") },
            { value: "30", label: t("A month") },
            { value: "0", label: t("Until somebody releases it") },
          ]}
          value={days}
          onChange={(value) => setDays(value ?? days)}
        />
        <div className="row">
          <Button type="submit" loading={isBusy} disabled={!reason.trim()}>
            {t("Hold")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
