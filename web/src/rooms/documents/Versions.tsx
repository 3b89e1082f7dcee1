/** What was published before, and when; any of it can be the draft again. */
import { Button, Modal } from "@mantine/core";
import { api, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { StateBadge, Time, useDeed } from "@/kit";

type Props = {
  kind: "journey" | "template" | "form";
  name: string;
  live: number | null;
  versions: Shapes["DocumentEdition"][];
  isOpen: boolean;
  onClose: () => void;
  onTake: (document: Record<string, unknown>, number: number) => void;
};

export function Versions({ kind, name, live, versions, isOpen, onClose, onTake }: Props) {
  const [take, isBusy] = useDeed(async (number: number) => {
    const params = { path: { kind, name, number } };
    const { data } = await api.GET("/api/v1/documents/{kind}/{name}/versions/{number}", { params });
    if (data) onTake(data.document, number);
    onClose();
  });
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={<span className="strong">{t("Versions of “{name}”", { name })}</span>}
    >
      <ul aria-label={t("Versions")}>
        {versions.map((one) => (
          <li key={one.number} className="line">
            <span className="grow">
              <span className="row">
                <span className="strong">{t("Version {version}", { version: one.number })}</span>
                {one.number === live ? <StateBadge state="live" /> : null}
              </span>
              <span className="faint small">
                <Time at={one.at} /> {one.actor ? t("by {name}", { name: one.actor }) : null}
              </span>
            </span>
            {one.number === live ? null : (
              <Button size="compact-sm" variant="default" loading={isBusy} onClick={() => void take(one.number)}>
                {t("Make it the draft")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Modal>
  );
}
