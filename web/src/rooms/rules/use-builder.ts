/** What happens in the builder: which condition is open, where one is being added, and what keys do. */
import { type KeyboardEvent, useCallback, useLayoutEffect, useRef, useState } from "react";
import {
  appended,
  at,
  type Branch,
  doubled,
  insertedAfter,
  isBranch,
  isSame,
  moved,
  type Node,
  type Place,
  put,
  type Obj as Rule,
  removed,
  turned,
  unwrapped,
  wrapped,
} from "./tree";

/** Where a condition is being added: behind a place, or at the end of a group. */
export type Adding = { place: Place; how: "after" | "in" };

export type Builder = ReturnType<typeof useBuilder>;

/** `tag` names what is being typed: what follows quickly in one place is one step to take back. */
export type Change<T> = (next: T, tag?: string) => void;

export function useBuilder(branch: Branch, onChange: Change<Branch>) {
  const [open, setOpen] = useState<Place>();
  const [adding, setAdding] = useState<Adding>();
  const root = useRef<HTMLDivElement>(null);
  const focus = useRef<string>(undefined);
  const focusOn = useCallback((place: Place, what: "line" | "form") => {
    focus.current = `[data-${what}="${place.join(".")}"]`;
  }, []);
  // After a change the hand is where what was changed is now.
  useLayoutEffect(() => {
    if (focus.current === undefined) return;
    const found = root.current?.querySelector<HTMLElement>(focus.current);
    focus.current = undefined;
    const field = found?.dataset.form === undefined ? found : firstField(found);
    (field ?? root.current?.querySelector<HTMLElement>("[data-add]"))?.focus();
  });

  const go = (next: Branch, place: Place, what: "line" | "form" = "line") => {
    onChange(next);
    focusOn(place, what);
  };
  const remove = (place: Place) => {
    const index = place.at(-1) ?? 0;
    const next = removed(branch, place);
    const near = [place, [...place.slice(0, -1), index - 1], place.slice(0, -1)].find(
      (one) => one.length && at(next, one),
    );
    setOpen(undefined);
    go(next, near ?? []);
  };
  const choose = (rule: Rule) => {
    if (!adding) return;
    const node: Node = { rule, isTurned: false };
    const [next, place] =
      adding.how === "after" ? insertedAfter(branch, adding.place, node) : appended(branch, adding.place, node);
    setAdding(undefined);
    setOpen(place);
    go(next, place, "form");
  };
  const move = (place: Place, by: 1 | -1) => {
    const [next, to] = moved(branch, place, by);
    if (open) setOpen(isSame(open, place) ? to : undefined);
    go(next, to);
  };
  const double = (place: Place) => {
    const [next, to] = doubled(branch, place);
    setOpen(undefined);
    go(next, to);
  };
  const wrap = (place: Place) => {
    const [next, to] = wrapped(branch, place);
    setOpen(undefined);
    setAdding({ place: to, how: "after" });
    onChange(next);
  };
  const toggle = (place: Place) => {
    const isOpen = isSame(open, place);
    setAdding(undefined);
    setOpen(isOpen ? undefined : place);
    focusOn(place, isOpen ? "line" : "form");
  };
  const add = (next: Adding) => {
    setOpen(undefined);
    setAdding(next);
  };
  const stopAdding = () => {
    if (adding && adding.how === "after") focusOn(adding.place, "line");
    setAdding(undefined);
  };
  const deeds = {
    add,
    stopAdding,
    choose,
    toggle,
    remove,
    move,
    double,
    wrap,
    close: (place: Place) => {
      setOpen(undefined);
      focusOn(place, "line");
    },
    turn: (place: Place) => go(turned(branch, place), place),
    unwrap: (place: Place) => go(unwrapped(branch, place), place),
    change: (place: Place, node: Node) => onChange(put(branch, place, node), place.join(".")),
  };

  const onLineKey = (event: KeyboardEvent, place: Place) => {
    const isGroup = isBranch(at(branch, place) ?? { how: "all", parts: [] });
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown"))
      move(place, event.key === "ArrowUp" ? -1 : 1);
    else if (event.altKey || event.ctrlKey || event.metaKey) return;
    else if (event.key === "Enter") add({ place, how: "after" });
    else if (event.key === "Delete" || event.key === "Backspace") remove(place);
    else if (event.key === "n") deeds.turn(place);
    else if (event.key === "g") wrap(place);
    else if (event.key === "d") double(place);
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") step(root.current, event.key === "ArrowUp" ? -1 : 1);
    else if (event.key === " " && !isGroup) toggle(place);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { branch, open, adding, root, onLineKey, ...deeds };
}

/** What is still to be said; else what comes first. */
function firstField(form: HTMLElement): HTMLElement | undefined {
  const fields = [...form.querySelectorAll<HTMLInputElement>("input:not([type=hidden])")];
  return fields.find((one) => one.value === "") ?? fields[0];
}

/** The hand goes to the line before or after. */
function step(root: HTMLElement | null, by: number): void {
  const lines = [...(root?.querySelectorAll<HTMLElement>("[data-line]") ?? [])];
  const here = lines.indexOf(document.activeElement as HTMLElement);
  lines[here + by]?.focus();
}
