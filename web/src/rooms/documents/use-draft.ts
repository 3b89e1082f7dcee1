/** A document that is being written: every change is kept on the server a moment later, and can be taken back. */
import { useCallback, useEffect, useRef, useState } from "react";
import { api, queries, type Shapes } from "@/app/client";
import { toastProblem } from "@/kit/Deeds";

type Kind = "journey" | "template" | "campaign" | "block" | "form" | "segment";
type Saved = "none" | "unsaved" | "saving" | "saved" | "failed";
const WAIT = 500;
const MOST = 200;
/** A burst of typing in one place is one step of the history. */
const BURST = 1_000;

export type Written<D> = {
  doc: D;
  problems: Shapes["DocumentProblem"][];
  saved: Saved;
  hasDraft: boolean;
  /** `tag` names the place; changes of one place that follow each other quickly are undone together. */
  change: (doc: D, tag?: string) => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
  /** Wait until the server has everything. */
  settle: () => Promise<void>;
  /** The draft is gone: it was published or thrown away. */
  done: (live: D | null) => void;
};

type Given<D> = {
  kind: Kind;
  name: string;
  live: D | null;
  draft: Shapes["DocumentDraft"] | null;
  tidy: (document: Record<string, unknown>) => D;
};

export function useDraft<D extends Record<string, unknown>>({ kind, name, live, draft, tidy }: Given<D>): Written<D> {
  const [doc, setDoc] = useState<D>(() => (draft ? tidy(draft.document) : (live ?? tidy({ [kind]: name }))));
  const [problems, setProblems] = useState(draft?.problems ?? []);
  const [saved, setSaved] = useState<Saved>(draft ? "saved" : "none");
  const [past, setPast] = useState<D[]>([]);
  const [future, setFuture] = useState<D[]>([]);
  const latest = useRef<D>(doc);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sending = useRef<Promise<void>>(Promise.resolve());
  const last = useRef<{ tag?: string; at: number }>({ at: 0 });

  const send = useCallback(async () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const body = latest.current;
    setSaved("saving");
    try {
      const path = { kind, name };
      const { data } = await api.PUT("/api/v1/documents/{kind}/{name}/draft", { params: { path }, body });
      if (body !== latest.current) return;
      setProblems(data?.problems ?? []);
      setSaved("saved");
    } catch (error) {
      setSaved("failed");
      toastProblem(error);
    }
  }, [kind, name]);

  const settle = useCallback(async () => {
    if (timer.current !== undefined) sending.current = sending.current.then(send);
    await sending.current;
  }, [send]);

  const put = useCallback(
    (next: D) => {
      latest.current = next;
      setDoc(next);
      setSaved("unsaved");
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        sending.current = sending.current.then(send);
      }, WAIT);
    },
    [send],
  );

  const change = useCallback(
    (next: D, tag?: string) => {
      const now = performance.now();
      const isBurst = tag !== undefined && tag === last.current.tag && now - last.current.at < BURST;
      last.current = { tag, at: now };
      const before = latest.current;
      if (!isBurst) setPast((all) => [...all.slice(-MOST), before]);
      setFuture([]);
      put(next);
    },
    [put],
  );

  const undo = () => {
    const before = past.at(-1);
    if (!before) return;
    setPast(past.slice(0, -1));
    setFuture([latest.current, ...future]);
    put(before);
  };
  const redo = () => {
    const [next, ...rest] = future;
    if (!next) return;
    setPast([...past, latest.current]);
    setFuture(rest);
    put(next);
  };

  const done = useCallback(
    (now: D | null) => {
      clearTimeout(timer.current);
      timer.current = undefined;
      const next = now ?? tidy({ [kind]: name });
      latest.current = next;
      setDoc(next);
      setProblems([]);
      setPast([]);
      setFuture([]);
      setSaved("none");
    },
    [kind, name, tidy],
  );

  // What somebody else published shows at once, as long as nothing is being written here.
  useEffect(() => {
    if (saved === "none" && live) {
      latest.current = live;
      setDoc(live);
    }
  }, [live, saved]);

  // Whoever leaves the page leaves nothing unsaved.
  useEffect(
    () => () => {
      if (timer.current !== undefined) void send().then(() => queries.invalidateQueries());
    },
    [send],
  );

  return {
    doc,
    problems,
    saved,
    hasDraft: saved !== "none",
    change,
    undo,
    redo,
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    settle,
    done,
  };
}
