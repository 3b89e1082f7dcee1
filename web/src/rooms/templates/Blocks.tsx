/** The blocks of a letter, one below the other: opened to be written, moved by mouse or keyboard. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCopy, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Fields } from "./BlockFields";
import { fresh, gist, KINDS, kindOf, kindWord, moved, type Piece } from "./blocks";

type Props = {
  blocks: Piece[];
  /** Where they stand in the document, as problems name it. */
  path: string;
  problems: Shapes["DocumentProblem"][];
  isInside?: boolean;
  onChange: (blocks: Piece[], tag?: string) => void;
};

export function Blocks({ blocks, path, problems, isInside, onChange }: Props) {
  const [open, setOpen] = useState<number>();
  const [dragged, setDragged] = useState<number>();
  const [over, setOver] = useState<number>();
  const kinds = isInside ? KINDS.filter((kind) => kind !== "columns" && kind !== "products") : KINDS;
  const move = (from: number, to: number) => {
    onChange(moved(blocks, from, to));
    if (open === from && to >= 0 && to < blocks.length) setOpen(to);
  };
  return (
    <div className="blocks">
      <ol className="stack tight">
        {blocks.map((piece, i) => {
          const here = `${path}.${i}`;
          const wrong = problems.filter((one) => one.path === here || one.path.startsWith(`${here}.`));
          const name = kindWord(kindOf(piece));
          return (
            <li
              key={i}
              className={over === i && dragged !== undefined && dragged !== i ? "block is-target" : "block"}
              onDragOver={(event) => {
                if (dragged === undefined) return;
                event.preventDefault();
                event.stopPropagation();
                setOver(i);
              }}
              onDrop={(event) => {
                if (dragged === undefined) return;
                event.preventDefault();
                event.stopPropagation();
                move(dragged, i);
                setDragged(undefined);
              }}
            >
              <div className="row keep apart">
                <button
                  type="button"
                  className="block-name"
                  draggable
                  aria-expanded={open === i}
                  onDragStart={(event) => {
                    event.stopPropagation();
                    event.dataTransfer.effectAllowed = "move";
                    setDragged(i);
                  }}
                  onDragEnd={() => setDragged(undefined)}
                  onKeyDown={(event) => {
                    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
                    event.preventDefault();
                    move(i, i + (event.key === "ArrowUp" ? -1 : 1));
                  }}
                  onClick={() => setOpen(open === i ? undefined : i)}
                >
                  <span className="strong">{name}</span> <span className="soft small">{gist(piece)}</span>
                </button>
                <span className="row keep tight">
                  <Tool name={t("Move {name} up", { name })} isOff={i === 0} onClick={() => move(i, i - 1)}>
                    <IconArrowUp size={16} />
                  </Tool>
                  <Tool
                    name={t("Move {name} down", { name })}
                    isOff={i === blocks.length - 1}
                    onClick={() => move(i, i + 1)}
                  >
                    <IconArrowDown size={16} />
                  </Tool>
                  <Tool
                    name={t("Copy {name}", { name })}
                    onClick={() => onChange([...blocks.slice(0, i + 1), piece, ...blocks.slice(i + 1)])}
                  >
                    <IconCopy size={16} />
                  </Tool>
                  <Tool
                    name={t("Remove {name}", { name })}
                    onClick={() => {
                      setOpen(undefined);
                      onChange(blocks.filter((_, j) => j !== i));
                    }}
                  >
                    <IconTrash size={16} />
                  </Tool>
                </span>
              </div>
              {wrong.map((one) => (
                <p key={one.path + one.message} className="small block-wrong">
                  {name} {one.message} {one.hint}
                </p>
              ))}
              {open === i ? (
                <Fields
                  piece={piece}
                  path={here}
                  problems={problems}
                  onChange={(next, tag) =>
                    onChange(
                      blocks.map((one, j) => (j === i ? next : one)),
                      `${here}.${tag}`,
                    )
                  }
                />
              ) : null}
            </li>
          );
        })}
      </ol>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button variant="default" size="xs" leftSection={<IconPlus size={14} />}>
            {t("Add a block")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {kinds.map((kind) => (
            <Menu.Item
              key={kind}
              onClick={() => {
                onChange([...blocks, fresh(kind)]);
                setOpen(blocks.length);
              }}
            >
              {kindWord(kind)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

type ToolProps = { name: string; isOff?: boolean; onClick: () => void; children: React.ReactNode };

function Tool({ name, isOff, onClick, children }: ToolProps) {
  return (
    <ActionIcon aria-label={name} title={name} disabled={isOff} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}
