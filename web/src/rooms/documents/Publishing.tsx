/** Publishing a document of any kind: what is wrong with it, what changes, and one button. */
import { Button, Group, Modal, type ModalProps } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Asking, useDeed } from "@/kit";
import { Problems } from "./Problems";
import { usePlan } from "./use-plan";

type Plan = Shapes["DocumentPlan"];
type Props = {
  isOpen: boolean;
  title: string;
  doc: Parameters<typeof usePlan>[0];
  size?: ModalProps["size"];
  onClose: () => void;
  onPublish: () => Promise<unknown>;
  onJump?: (path: string) => void;
  /** A place as the screen shows it. */
  wordsOf?: (path: string) => string;
  /** What is said between the problems and the difference, and behind it. */
  before?: (plan: Plan | undefined) => ReactNode;
  after?: ReactNode;
  difference: (plan: Plan) => ReactNode;
};

export function Publishing({ isOpen, title, doc, size, onClose, onPublish, onJump, ...told }: Props) {
  const found = usePlan(doc, isOpen);
  const [publish, isBusy] = useDeed(onPublish);
  const jump = onJump
    ? (path: string) => {
        onClose();
        onJump(path);
      }
    : undefined;
  return (
    <Modal opened={isOpen} onClose={onClose} size={size} title={<span className="strong">{title}</span>}>
      <Asking of={found}>
        {({ plan, problems }) => (
          <div className="stack">
            <Problems of={problems} onJump={jump} wordsOf={told.wordsOf} />
            {told.before?.(plan)}
            {plan ? told.difference(plan) : <p>{t("Mend this first; what is live stays as it is.")}</p>}
            {told.after}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t("Not now")}
              </Button>
              <Go isReady={plan?.is_changed === true} isBusy={isBusy} onGo={() => void publish().then(onClose)} />
            </Group>
          </div>
        )}
      </Asking>
    </Modal>
  );
}

/** The one button; the hand is on it as soon as the difference is there. */
function Go({ isReady, isBusy, onGo }: { isReady: boolean; isBusy: boolean; onGo: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <Button ref={button} disabled={!isReady} loading={isBusy} onClick={onGo}>
      {t("Publish")}
    </Button>
  );
}
