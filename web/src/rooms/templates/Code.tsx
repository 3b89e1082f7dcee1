/** HTML as it is written, with its colours; not a character is changed by it. Loaded when HTML is opened. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { html } from "@codemirror/lang-html";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { VariableMenu } from "./Variables";

const colours = HighlightStyle.define([
  { tag: tags.tagName, color: "var(--info)" },
  { tag: tags.attributeName, color: "var(--chart-4)" },
  { tag: [tags.attributeValue, tags.string], color: "var(--done)" },
  { tag: tags.comment, color: "var(--text-faint)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.propertyName], color: "var(--chart-3)" },
  { tag: tags.angleBracket, color: "var(--text-faint)" },
]);

const looks = EditorView.theme({
  "&": { fontSize: "var(--text-s)", color: "var(--text)", backgroundColor: "var(--surface)" },
  ".cm-content": { fontFamily: "var(--mono)", caretColor: "var(--text)", minHeight: "220px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", maxHeight: "560px" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--text-faint)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--sunken) 60%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-soft) !important" },
});

/** What is typed over a selection is put in by us: the browser would keep its colours as styles, which the page forbids. */
const typing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || event.data === null || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

type Props = { label: string; value: string; describedBy?: string; onChange: (value: string) => void };

export default function Code({ label, value, describedBy, onChange }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const told = useRef(onChange);
  told.current = onChange;
  const begun = useRef({ value, label, describedBy });

  useEffect(() => {
    const nonce = document.querySelector<HTMLMetaElement>('meta[name="nonce"]')?.content ?? "";
    const named = {
      "aria-label": begun.current.label,
      ...(begun.current.describedBy ? { "aria-describedby": begun.current.describedBy } : {}),
    };
    const made = new EditorView({
      parent: place.current as HTMLDivElement,
      state: EditorState.create({
        doc: begun.current.value,
        extensions: [
          EditorView.cspNonce.of(nonce),
          EditorState.lineSeparator.of(begun.current.value.includes("\r\n") ? "\r\n" : "\n"),
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          html({ autoCloseTags: false }),
          syntaxHighlighting(colours),
          looks,
          typing,
          EditorView.contentAttributes.of(named),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) told.current(update.state.sliceDoc());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const now = view.current;
    if (now && now.state.sliceDoc() !== value && !now.hasFocus) {
      now.dispatch({ changes: { from: 0, to: now.state.doc.length, insert: value } });
    }
  }, [value]);

  const put = (source: string) => {
    view.current?.dispatch(view.current.state.replaceSelection(source));
    view.current?.focus();
  };
  return (
    <div className="code-editor">
      <div className="rich-tools">
        <VariableMenu onPick={put} />
      </div>
      <div ref={place} />
    </div>
  );
}
