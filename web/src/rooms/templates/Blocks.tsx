/** The blocks of a letter, one below the other: opened to be written, carried by mouse, also into columns, or by keyboard. */
import { Button, Menu } from "@mantine/core";
import { IconGripVertical, IconPlus } from "@tabler/icons-react";
import { createContext, type DragEvent, type ReactNode, useContext, useLayoutEffect, useRef, useState } from "react";
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { toast } from "@/kit";
import { Fields } from "./BlockFields";
import { BlockTools } from "./BlockTools";
import { fresh, gist, kindOf, kindWord, type Piece } from "./blocks";
import {
  carried,
  inner,
  kindsFor,
  listAt,
  type Place,
  placeOf,
  type Step,
  stepped,
  type Way,
  withList,
} from "./moving";

type Problem = Shapes["DocumentProblem"];
type Props = {
  blocks: Piece[];
  /** Where they stand in the document, as problems name it. */
  path: string;
  problems: Problem[];
  onChange: (blocks: Piece[], tag?: string) => void;
};

type Held = Props & {
  open: string | undefined;
  setOpen: (key: string | undefined) => void;
  /** What is being carried, and before what it would be put. */
  from: Place | undefined;
  to: Place | undefined;
  carry: (from: Place | undefined, to: Place | undefined) => void;
  drop: () => void;
  step: (at: Place, step: Step) => void;
  change: (way: Way, change: (list: Piece[]) => Piece[], tag?: string) => void;
  remove: (at: Place) => void;
  copy: (at: Place) => void;
};

const Editing = createContext<Held | undefined>(undefined);
const useEditing = () => useContext(Editing) as Held;
const keyOf = ({ way, index }: Place) => [...way, index].join(".");
const isSame = (one: Place | undefined, other: Place) => one !== undefined && keyOf(one) === keyOf(other);

export function Blocks(props: Props) {
  const { blocks, onChange } = props;
  const [open, setOpen] = useState<string>();
  const [carrying, setCarrying] = useState<{ from?: Place; to?: Place }>({});
  /** The same at once: what is let go may come before what was passed over is drawn. */
  const hand = useRef<{ from?: Place; to?: Place }>({});
  const [told, setTold] = useState("");
  const place = useRef<HTMLDivElement>(null);
  const wanted = useRef<string>(undefined);

  // The hand stays on the block that it moved, before the next key comes.
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    place.current?.querySelector<HTMLElement>(`[data-block="${wanted.current}"]`)?.focus();
    wanted.current = undefined;
  });

  const move = (from: Place, to: Place, isByHand: boolean) => {
    const piece = listAt(blocks, from.way)[from.index] as Piece;
    const next = carried(blocks, from, to);
    const at = placeOf(next, piece);
    if (next === blocks || !at) return;
    onChange(next);
    setOpen(open === keyOf(from) ? keyOf(at) : undefined);
    if (isByHand) wanted.current = keyOf(at);
    const place = { name: kindWord(kindOf(piece)), place: at.index + 1, count: listAt(next, at.way).length };
    setTold(t("{name} is now number {place} of {count}.", place));
  };
  const held: Held = {
    ...props,
    open,
    setOpen,
    from: carrying.from,
    to: carrying.to,
    carry: (from, to) => {
      hand.current = { from, to };
      setCarrying(hand.current);
    },
    drop: () => {
      const { from, to } = hand.current;
      if (from && to) move(from, to, false);
      hand.current = {};
      setCarrying({});
    },
    step: (at, step) => {
      const to = stepped(blocks, at, step);
      if (to) move(at, to, true);
    },
    change: (way, change, tag) => onChange(withList(blocks, way, change), tag),
    remove: (at) => {
      const before = blocks;
      const name = kindWord(kindOf(listAt(blocks, at.way)[at.index] as Piece));
      onChange(withList(blocks, at.way, (list) => list.filter((_, i) => i !== at.index)));
      setOpen(undefined);
      wanted.current = keyOf({ way: at.way, index: Math.max(0, at.index - 1) });
      toast(t("{name} is gone.", { name }), () => onChange(before));
    },
    copy: (at) =>
      onChange(
        withList(blocks, at.way, (list) =>
          list.flatMap((one, i) => (i === at.index ? [one, structuredClone(one)] : [one])),
        ),
      ),
  };
  return (
    <Editing.Provider value={held}>
      <div className="blocks" ref={place}>
        <List way={[]} />
        <span className="sr" aria-live="polite">
          {told}
        </span>
      </div>
    </Editing.Provider>
  );
}

function List({ way, name }: { way: Way; name?: string }) {
  const { blocks, from, to, carry, drop } = useEditing();
  const list = listAt(blocks, way);
  const end: Place = { way, index: list.length };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is carried is let go wherever the list is; the keyboard has its own ways
    <div
      className={isSame(to, end) && list.length === 0 ? "block-list is-target" : "block-list"}
      onDragOver={(event) => {
        if (!from || list.length) return;
        event.preventDefault();
        event.stopPropagation();
        if (!isSame(to, end)) carry(from, end);
      }}
      onDrop={(event) => {
        if (!from) return;
        event.preventDefault();
        event.stopPropagation();
        drop();
      }}
    >
      <ol className="stack tight" aria-label={name}>
        {list.map((piece, index) => (
          <Item key={index} piece={piece} at={{ way, index }} isLast={index === list.length - 1} />
        ))}
      </ol>
      <AddMenu at={end}>
        <Button variant="default" size="xs" leftSection={<IconPlus size={14} />}>
          {t("Add a block")}
        </Button>
      </AddMenu>
    </div>
  );
}

/** Which kind of block comes to a place; it is opened at once. */
function AddMenu({ at, children }: { at: Place; children: ReactNode }) {
  const { change, setOpen } = useEditing();
  const add = (kind: string) => {
    change(at.way, (list) => [...list.slice(0, at.index), fresh(kind), ...list.slice(at.index)]);
    setOpen(keyOf(at));
  };
  return (
    <Menu position="bottom-start">
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {kindsFor(at.way).map((kind) => (
          <Menu.Item key={kind} onClick={() => add(kind)}>
            {kindWord(kind)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const STEPS: Record<string, Step> = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

function Item({ piece, at, isLast }: { piece: Piece; at: Place; isLast: boolean }) {
  const held = useEditing();
  const { open, setOpen, from, to, carry, step, change, problems } = held;
  const here = `${held.path}.${keyOf(at)}`;
  const isOpen = open === keyOf(at);
  const name = kindWord(kindOf(piece));
  const lists = inner(piece);
  const after: Place = { way: at.way, index: at.index + 1 };
  const wrong = problems.filter(
    (one) => one.path === here || (one.path.startsWith(`${here}.`) && !isInside(one.path, here, lists)),
  );
  const over = (event: DragEvent<HTMLElement>) => {
    if (!from) return;
    event.preventDefault();
    event.stopPropagation();
    const box = event.currentTarget.getBoundingClientRect();
    const next = event.clientY < box.top + box.height / 2 ? at : after;
    if (!isSame(to, next)) carry(from, next);
  };
  const set = (next: Piece, tag: string) =>
    change(at.way, (list) => list.map((one, i) => (i === at.index ? next : one)), `${here}.${tag}`);
  const mark = isSame(to, at) ? " is-before" : isLast && isSame(to, after) ? " is-after" : "";
  const dragging = {
    draggable: true,
    onDragStart: (event: DragEvent<HTMLElement>) => {
      event.stopPropagation();
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", name);
      carry(at, undefined);
    },
    onDragEnd: () => carry(undefined, undefined),
  };
  return (
    <li className={`block${mark}${isOpen ? " is-open" : ""}`} onDragOver={over}>
      <AddMenu at={at}>
        <button type="button" className="block-gap" tabIndex={-1} aria-label={t("Put a block above {name}", { name })}>
          <IconPlus size={12} aria-hidden />
        </button>
      </AddMenu>
      <div className="row keep apart">
        {/* Some browsers do not let a button be carried. */}
        <span className="block-grip" {...dragging}>
          <IconGripVertical size={14} aria-hidden />
        </span>
        <button
          type="button"
          className="block-name"
          {...dragging}
          data-block={keyOf(at)}
          aria-expanded={isOpen}
          aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown Alt+ArrowRight Alt+ArrowLeft Delete"
          onKeyDown={(event) => {
            const way = STEPS[event.key];
            if (event.altKey && way) step(at, way);
            else if (event.key === "Delete") held.remove(at);
            else return;
            event.preventDefault();
          }}
          onClick={() => setOpen(isOpen ? undefined : keyOf(at))}
        >
          <span className="strong">{name}</span> <span className="soft small">{gist(piece)}</span>
        </button>
        <BlockTools
          name={name}
          piece={piece}
          isFirst={at.index === 0}
          isLast={isLast}
          isNarrow={at.way.includes("columns")}
          onStep={(way) => step(at, way)}
          onCopy={() => held.copy(at)}
          onRemove={() => held.remove(at)}
          onReplace={(next) => set(next, "whole")}
        />
      </div>
      {wrong.map((one) => (
        <p key={one.path + one.message} className={one.level === "error" ? "small block-wrong" : "small block-unsure"}>
          {name} {one.message} {one.hint}
        </p>
      ))}
      {isOpen ? <Fields piece={piece} onChange={set} /> : null}
      {lists.length ? (
        <div className="block-lists">
          {lists.map((one, i) => (
            <fieldset key={one.way.join(".")} className="inside">
              <legend className="small soft">{listName(piece, i)}</legend>
              <List way={[...at.way, at.index, ...one.way]} name={listName(piece, i)} />
            </fieldset>
          ))}
        </div>
      ) : null}
    </li>
  );
}

/** What is wrong with a block inside is told there. */
function isInside(path: string, here: string, lists: { way: Way; blocks: Piece[] }[]): boolean {
  return lists.some(({ way, blocks }) => blocks.some((_, i) => path.startsWith(`${here}.${way.join(".")}.${i}`)));
}

function listName(piece: Piece, index: number): string {
  if (kindOf(piece) === "columns") return t("Column {number}", { number: index + 1 });
  return index === 0 ? t("Then") : t("Otherwise");
}
