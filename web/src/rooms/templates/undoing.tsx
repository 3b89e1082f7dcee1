/** Taking back and doing again: two buttons, and the keys that everybody knows. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { t } from "@/app/words";

type Undoable = { undo: () => void; redo: () => void; canUndo: boolean; canRedo: boolean };

/** Ctrl+Z outside of what is being typed, which has an undo of its own. */
export function undoByKey(event: KeyboardEvent, of: Undoable): void {
  const target = event.target as HTMLElement;
  const isField = /^(INPUT|TEXTAREA)$/.test(target.tagName) || target.isContentEditable;
  if (isField || event.key.toLowerCase() !== "z" || !(event.metaKey || event.ctrlKey)) return;
  event.preventDefault();
  if (event.shiftKey) of.redo();
  else of.undo();
}

export function UndoButtons({ of }: { of: Undoable }) {
  return (
    <>
      <Tooltip label={t("Take back (Ctrl+Z)")}>
        <ActionIcon size="lg" aria-label={t("Take back")} disabled={!of.canUndo} onClick={of.undo}>
          <IconArrowBackUp size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("Do again (Ctrl+Shift+Z)")}>
        <ActionIcon size="lg" aria-label={t("Do again")} disabled={!of.canRedo} onClick={of.redo}>
          <IconArrowForwardUp size={18} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
