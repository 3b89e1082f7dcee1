/** What is done to a block as a whole: moved, copied, taken out, shared with other letters. */
import { ActionIcon, Button, Menu, Modal, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCopy, IconDots, IconTrash } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { api, ask, queries } from "@/app/client";
import { t } from "@/app/words";
import { toast, useDeed } from "@/kit";
import { named } from "../documents/names";
import { kindOf, type Piece } from "./blocks";
import type { Step } from "./moving";

type Props = {
  name: string;
  piece: Piece;
  isFirst: boolean;
  isLast: boolean;
  /** Inside of columns there is room for one button. */
  isNarrow: boolean;
  onStep: (step: Step) => void;
  onCopy: () => void;
  onRemove: () => void;
  onReplace: (piece: Piece) => void;
};

export function BlockTools({ name, piece, isFirst, isLast, isNarrow, onStep, onCopy, onRemove, onReplace }: Props) {
  const [isSharing, setSharing] = useState(false);
  return (
    <span className="row keep block-tools">
      {isNarrow ? null : (
        <>
          <Tool name={t("Move {name} up", { name })} isOff={isFirst} onClick={() => onStep("up")}>
            <IconArrowUp size={16} />
          </Tool>
          <Tool name={t("Move {name} down", { name })} isOff={isLast} onClick={() => onStep("down")}>
            <IconArrowDown size={16} />
          </Tool>
          <Tool name={t("Copy {name}", { name })} onClick={onCopy}>
            <IconCopy size={16} />
          </Tool>
          <Tool name={t("Remove {name}", { name })} onClick={onRemove}>
            <IconTrash size={16} />
          </Tool>
        </>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t("More for {name}", { name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {isNarrow ? (
            <>
              <Menu.Item disabled={isFirst} onClick={() => onStep("up")}>
                {t("Up")}
              </Menu.Item>
              <Menu.Item disabled={isLast} onClick={() => onStep("down")}>
                {t("Down")}
              </Menu.Item>
              <Menu.Item onClick={onCopy}>{t("Copy")}</Menu.Item>
              <Menu.Item onClick={onRemove}>{t("Remove")}</Menu.Item>
            </>
          ) : null}
          <Menu.Item onClick={() => onStep("in")}>{t("Into the block beside it")}</Menu.Item>
          <Menu.Item onClick={() => onStep("out")}>{t("Out of what holds it")}</Menu.Item>
          {kindOf(piece) === "saved" ? null : (
            <Menu.Item onClick={() => setSharing(true)}>{t("Share it with other letters…")}</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isSharing ? <Share piece={piece} onClose={() => setSharing(false)} onShared={onReplace} /> : null}
    </span>
  );
}

type ShareProps = { piece: Piece; onClose: () => void; onShared: (piece: Piece) => void };

function Share({ piece, onClose, onShared }: ShareProps) {
  const [title, setTitle] = useState("");
  const found = ask.useQuery("get", "/api/v1/documents/{kind}", { params: { path: { kind: "block" } } });
  const name = named(title);
  const isTaken = (found.data ?? []).some((one) => one.name === name);
  const [share, isBusy] = useDeed(async () => {
    await api.POST("/api/v1/documents/publish", { body: { block: name, title, blocks: [piece] } });
    await queries.invalidateQueries({ queryKey: ["get", "/api/v1/documents/{kind}"] });
    onShared({ saved: { block: name } });
    toast(t("It is shared as “{title}” now.", { title }));
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{t("Share it with other letters")}</span>}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (name && !isTaken) void share();
        }}
      >
        <TextInput
          label={t("Name")}
          description={t("When it changes, every letter that holds it follows.")}
          data-autofocus
          error={isTaken ? t("There is a saved block “{name}” already.", { name }) : undefined}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div className="row apart">
          <span className="faint small">{name}</span>
          <Button type="submit" loading={isBusy} disabled={!name || isTaken}>
            {t("Share it")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

type ToolProps = { name: string; isOff?: boolean; onClick: () => void; children: ReactNode };

function Tool({ name, isOff, onClick, children }: ToolProps) {
  return (
    <ActionIcon aria-label={name} title={name} disabled={isOff} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}
