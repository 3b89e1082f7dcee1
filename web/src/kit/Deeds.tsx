/** Doing things: a toast that can be undone, a dialog that names what is affected. */
import { Button, Group, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type ReactNode, useState } from "react";
import { Refused } from "@/app/client";
import { t } from "@/app/words";

/** A short word that something was done; `undo` takes it back. */
export function toast(text: string, undo?: () => void): void {
  const id = `${Date.now()}-${Math.floor(performance.now())}`;
  const back = () => {
    notifications.hide(id);
    undo?.();
  };
  notifications.show({
    id,
    autoClose: undo ? 8_000 : 4_000,
    withBorder: true,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{text}</span>
        {undo ? (
          <Button size="compact-sm" variant="subtle" onClick={back}>
            {t("Undo")}
          </Button>
        ) : null}
      </Group>
    ),
  });
}

/** What was refused, in the server's words. */
export function toastProblem(error: unknown): void {
  const told = error instanceof Refused ? error.message : t("The server does not answer. Nothing was changed.");
  notifications.show({ message: told, color: "red", withBorder: true, autoClose: 10_000 });
}

type ConfirmProps = {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** What is affected and how many. */
  children: ReactNode;
  /** The verb on the button. */
  verb: string;
  isDanger?: boolean;
  onConfirm: () => Promise<unknown> | unknown;
};

/** For what cannot be undone. It closes when the deed is done, and says what was refused. */
export function Confirm({ isOpen, onClose, title, children, verb, isDanger, onConfirm }: ConfirmProps) {
  const [isBusy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title={<span className="strong">{title}</span>}>
      <div className="stack">
        <div>{children}</div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("Not now")}
          </Button>
          <Button color={isDanger ? "red" : undefined} loading={isBusy} onClick={() => void act()} data-autofocus>
            {verb}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}

/** `const [save, isSaving] = useDeed(async (x) => …)`: busy while it runs, refusals told by a toast. */
export function useDeed<A extends unknown[], R>(
  deed: (...args: A) => Promise<R>,
): [(...args: A) => Promise<R | undefined>, boolean] {
  const [isBusy, setBusy] = useState(false);
  const act = async (...args: A): Promise<R | undefined> => {
    setBusy(true);
    try {
      return await deed(...args);
    } catch (error) {
      toastProblem(error);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return [act, isBusy];
}
