/** The journey drawn top to bottom: cards, named exits, a "+" on every edge. Only what is seen is rendered. */
import {
  Background,
  BackgroundVariant,
  BaseEdge,
  EdgeLabelRenderer,
  type EdgeProps,
  Position,
  ReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { IconPlus } from "@tabler/icons-react";
import { createContext, memo, useCallback, useContext, useEffect, useMemo, useRef } from "react";
import type { Shapes } from "@/app/client";
import { compact, number, t } from "@/app/words";
import { Follow, Tools } from "./CanvasTools";
import { type CardData, EndDot, type Mode, StartCard, type StartData, StepCard } from "./Card";
import { beside, type Doc, kindOf, mainExit, type Place, passedBy, problemsAt, START } from "./document";
import type { Forms } from "./forms";
import { type Edge, layout, type Spot, WIDTH } from "./layout";
import { heightOf, startLines } from "./looks";
import { lookOf } from "./steps";

type Detail = Shapes["JourneyDetail"];
type Props = {
  doc: Doc;
  detail: Detail;
  forms: Forms;
  mode: Mode;
  problems: Shapes["DocumentProblem"][];
  selected: string | undefined;
  onSelect: (name: string | undefined) => void;
  onAdd: (place: Place) => void;
  onRemove: (name: string) => void;
  onEdit: () => void;
};

const nodeTypes = { step: StepCard, start: StartCard, end: EndDot };
const edgeTypes = { way: memo(Way) };
const Adding = createContext<(place: Place) => void>(() => undefined);

type WayData = { edge: Edge; label: string; where: string };

function Way({ data }: EdgeProps) {
  const { edge, label, where } = data as unknown as WayData;
  const add = useContext(Adding);
  const at = ([x, y]: [number, number]) => ({ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` });
  return (
    <>
      <BaseEdge path={edge.path} />
      <EdgeLabelRenderer>
        {label ? (
          <div className="way-label" style={at(edge.label)} title={label}>
            {label}
          </div>
        ) : null}
        <button
          type="button"
          tabIndex={-1}
          className="way-add nodrag nopan"
          style={at(edge.plus)}
          aria-label={t("Add a step {where}", { where })}
          onClick={() => add(edge.place)}
        >
          <IconPlus size={12} stroke={2.4} />
        </button>
      </EdgeLabelRenderer>
    </>
  );
}

/** What an edge says: the names of its exits, where a step has several. */
export function labelOf(doc: Doc, place: Place): string {
  const step = place.from === null ? undefined : doc.steps[place.from];
  if (!step) return "";
  const words = place.exits.map((key) => lookOf(step).exit(key, step)).filter(Boolean);
  return words.join(" · ");
}

export function placeAfter(doc: Doc, name: string): Place | undefined {
  const plan = layout(doc, () => 0);
  const step = doc.steps[name];
  const main = step && mainExit(step);
  const mine = plan.edges.filter((edge) => edge.from === name);
  return (mine.find((edge) => main && edge.place.exits.includes(main)) ?? mine[0])?.place;
}

function cardOf(
  spot: Spot,
  doc: Doc,
  detail: Detail,
  forms: Forms,
  mode: Mode,
  problems: Props["problems"],
  onSelect: (name: string) => void,
) {
  const found = problemsAt(problems, spot.id);
  const problem = found.find((one) => one.level === "error") ?? found[0];
  const size = { width: WIDTH, height: spot.height };
  // Everything is known beforehand, so that nothing is measured and edges never wait for it.
  const handle = { x: WIDTH / 2, width: 1, height: 1 };
  const base = {
    id: spot.id,
    position: { x: spot.x, y: spot.y },
    ...size,
    measured: size,
    type: spot.kind,
    handles: [
      { type: "target", position: Position.Top, ...handle, y: 0 },
      { type: "source", position: Position.Bottom, ...handle, y: spot.height },
    ],
  };
  if (spot.kind === "end") return { ...base, data: {} };
  const shared = { name: spot.id, isSelected: false, problem, onSelect };
  if (spot.kind === "start") {
    const foot = t("{count} entered in 30 days", { count: number(detail.entered_30d) });
    return { ...base, data: { ...shared, lines: startLines(doc), foot } satisfies StartData };
  }
  const step = doc.steps[spot.id] ?? {};
  const look = lookOf(step);
  const title = forms.steps.find((one) => one.kind === kindOf(step))?.title ?? spot.id;
  const data: CardData = {
    ...shared,
    title: `${title} · ${spot.id}`,
    sentence: look.sentence(step),
    icon: look.icon,
    numbers: detail.steps[spot.id],
    mode,
  };
  return { ...base, data };
}

/** In numbers that passed, each way says how many took it. */
function countOf(edge: Edge, doc: Doc, detail: Detail, mode: Mode): string {
  const from = edge.place.from;
  const step = from === null ? undefined : doc.steps[from];
  const passed = from === null ? undefined : detail.steps[from]?.passed;
  return mode === "passed" && step && passed ? compact(passedBy(step, edge.place.exits, passed)) : "";
}

function wayOf(edge: Edge, doc: Doc, detail: Detail, mode: Mode) {
  const where = edge.place.from === null ? t("at the beginning") : t("after {step}", { step: edge.place.from });
  return {
    id: edge.id,
    source: edge.from,
    target: edge.to,
    type: "way",
    data: {
      edge,
      label: [labelOf(doc, edge.place), countOf(edge, doc, detail, mode)].filter(Boolean).join(": "),
      where,
    },
  };
}

export function Canvas(props: Props) {
  const { doc, detail, forms, mode, problems, selected, onSelect } = props;
  const plan = useMemo(() => {
    const high = (name: string) => {
      const notes = problemsAt(problems, name).length ? 1 : 0;
      if (name === START) return heightOf(startLines(doc), notes, 0);
      const step = doc.steps[name];
      return heightOf([lookOf(step).sentence(step ?? {})], notes, detail.steps[name]?.failed ? 1 : 0);
    };
    return layout(doc, high);
  }, [doc, problems, detail.steps]);
  const latest = useRef(onSelect);
  latest.current = onSelect;
  const choose = useCallback((name: string | undefined) => latest.current(name), []);
  // Cards are made again when something is shown otherwise; a selection makes two of them again.
  const cards = useMemo(
    () => plan.spots.map((spot) => cardOf(spot, doc, detail, forms, mode, problems, choose)),
    [plan, doc, detail, forms, mode, problems, choose],
  );
  const nodes = useMemo(
    () => cards.map((card) => (card.id === selected ? { ...card, data: { ...card.data, isSelected: true } } : card)),
    [cards, selected],
  );
  const edges = useMemo(() => plan.edges.map((edge) => wayOf(edge, doc, detail, mode)), [plan, doc, detail, mode]);
  return (
    <Adding.Provider value={props.onAdd}>
      <Keys {...props}>
        <ReactFlow
          nodes={nodes as never}
          edges={edges as never}
          nodeTypes={nodeTypes as never}
          edgeTypes={edgeTypes as never}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          panOnScroll
          minZoom={0.2}
          maxZoom={1.25}
          onInit={(flow) => void flow.setViewport(firstView(plan.width, document.querySelector(".canvas")))}
          onlyRenderVisibleElements={nodes.length > 60}
          proOptions={{ hideAttribution: true }}
          onPaneClick={() => onSelect(undefined)}
          onNodeClick={(_, node) => node.type !== "end" && onSelect(node.id)}
        >
          <Background variant={BackgroundVariant.Dots} gap={24} size={1} color="var(--n4)" />
          <Tools />
          <Follow selected={selected} plan={plan} />
        </ReactFlow>
      </Keys>
    </Adding.Provider>
  );
}

/** The beginning at the top, as large as the width allows and never too small to read. */
function firstView(width: number, box: Element | null) {
  const room = box?.clientWidth ?? 1_000;
  const zoom = Math.max(0.75, Math.min(1, (room - 64) / width));
  const x = width * zoom < room - 64 ? (room - width * zoom) / 2 : 32;
  return { x, y: 24, zoom };
}

const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" } as const;

/** The keyboard walks the graph by its structure. */
function Keys({ doc, selected, onSelect, onAdd, onRemove, onEdit, children }: Props & { children: React.ReactNode }) {
  const zoom = useRef<HTMLDivElement>(null);
  // Keys may come faster than the address changes; each goes on from where the one before it led.
  const at = useRef(selected);
  useEffect(() => {
    at.current = selected;
  }, [selected]);
  const go = (name: string | undefined) => {
    at.current = name;
    onSelect(name);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const way = ARROWS[event.key as keyof typeof ARROWS];
    const here = at.current ?? START;
    if (way) {
      const next = at.current === undefined ? START : beside(doc, here, way);
      if (next) go(next);
    } else if (event.key === "Enter") {
      if (at.current === undefined) go(START);
      onEdit();
    } else if (event.key === "n" || event.key === "N") {
      const place = placeAfter(doc, here);
      if (place) onAdd(place);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      if (here !== START) onRemove(here);
    } else if (event.key === "Escape") go(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <section
      ref={zoom}
      className="canvas"
      tabIndex={0}
      aria-label={t(
        "Canvas. Arrows walk from step to step, Enter edits, N adds a step after it, Delete takes it away.",
      )}
      onKeyDown={onKeyDown}
    >
      {children}
    </section>
  );
}
