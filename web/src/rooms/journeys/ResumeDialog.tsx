/** How a paused journey goes on: a person decides what happens with what fell due meanwhile. */
import { Button, Group, Modal, Radio, Select } from "@mantine/core";
import { useState } from "react";
import { api, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Time, useDeed } from "@/kit";

type How = "run" | "shift" | "skip";
type Props = { isOpen: boolean; detail: Shapes["JourneyDetail"]; onClose: () => void };

export function ResumeDialog({ isOpen, detail, onClose }: Props) {
  const [how, setHow] = useState<How>("run");
  const [over, setOver] = useState("0s");
  const [go, isBusy] = useDeed(async () => {
    const body = { how, over: how === "run" ? over : "0s" };
    await api.POST("/api/v1/journeys/{name}/resume", { params: { path: { name: detail.name } }, body });
    await queries.invalidateQueries();
    onClose();
  });
  const spread = [
    { value: "0s", label: t("at once") },
    { value: "1h", label: t("over an hour") },
    { value: "1d", label: t("over a day") },
  ];
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={<span className="strong">{t("Go on with “{name}”", { name: detail.name })}</span>}
    >
      <div className="stack">
        <p>
          {t("Paused")} <Time at={detail.paused_at} />.{" "}
          {t("What happens with the {count, plural, one {# person} other {# people}} inside?", {
            count: detail.people,
          })}
        </p>
        <Radio.Group aria-label={t("How it goes on")} value={how} onChange={(next) => setHow(next as How)}>
          <div className="stack">
            <Radio
              value="run"
              label={t("Do what fell due")}
              description={t("What should have happened during the pause happens now.")}
            />
            {how === "run" ? (
              <Select
                ml={28}
                w={200}
                aria-label={t("How quickly")}
                data={spread}
                value={over}
                onChange={(next) => setOver(next ?? "0s")}
              />
            ) : null}
            <Radio
              value="shift"
              label={t("Move everything by the pause")}
              description={t("Every wait is as long as it was meant to be, the pause not counted.")}
            />
            <Radio
              value="skip"
              label={t("Skip what was missed")}
              description={t("Messages whose time lay in the pause are not sent.")}
            />
          </div>
        </Radio.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("Not now")}
          </Button>
          <Button loading={isBusy} data-autofocus onClick={() => void go()}>
            {t("Go on")}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
