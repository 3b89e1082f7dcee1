/** Words with bold, links and lists, and variables as chips; the document keeps plain markup. Loaded when a text is opened. */
import { ActionIcon, Button, Popover, TextInput, Tooltip } from "@mantine/core";
import { IconBold, IconItalic, IconLink, IconList, IconListNumbers, IconUnderline } from "@tabler/icons-react";
import { mergeAttributes, Node, nodeInputRule } from "@tiptap/core";
import { type Editor, EditorContent, useEditor, useEditorState } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { type ReactNode, useEffect, useState } from "react";
import { t } from "@/app/words";
import { chipped, chipWords, fromWord, unchipped } from "./rich";
import { VariableMenu } from "./Variables";

const Variable = Node.create({
  name: "variable",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes() {
    return {
      source: {
        default: "",
        parseHTML: (element) => element.getAttribute("data-variable") ?? "",
        renderHTML: (attributes) => ({ "data-variable": attributes.source }),
      },
    };
  },
  parseHTML: () => [{ tag: "span[data-variable]" }],
  renderHTML({ node, HTMLAttributes }) {
    const { name, fallback } = chipWords(node.attrs.source);
    const words = fallback === undefined ? name : t("{name}, else “{fallback}”", { name, fallback });
    return ["span", mergeAttributes(HTMLAttributes, { class: "variable", title: node.attrs.source }), words];
  },
  renderText: ({ node }) => node.attrs.source,
  addInputRules() {
    const find = /\{\{[^{}]+\}\}$/;
    return [nodeInputRule({ find, type: this.type, getAttributes: (found) => ({ source: found[0] }) })];
  },
});

/** Addresses may hold variables; scripts are none. The server looks again. */
const mayLead = (address: string) => !/^\s*(javascript|vbscript|data):/i.test(address);

const KIT = StarterKit.configure({
  blockquote: false,
  code: false,
  codeBlock: false,
  heading: false,
  horizontalRule: false,
  strike: false,
  trailingNode: false,
  link: {
    openOnClick: false,
    isAllowedUri: mayLead,
    HTMLAttributes: { target: null, rel: null, class: null },
  },
});

type Props = { html: string; onChange: (html: string) => void };

export default function RichText({ html, onChange }: Props) {
  const editor = useEditor({
    extensions: [KIT, Variable],
    content: chipped(html),
    injectCSS: false,
    editorProps: {
      attributes: { class: "rich", role: "textbox", "aria-multiline": "true", "aria-label": t("Text") },
      transformPastedHTML: fromWord,
    },
    onUpdate: ({ editor: now }) => onChange(unchipped(now.getHTML())),
  });
  // What was changed elsewhere (undo, another version) shows; what is being typed stays as it is typed.
  useEffect(() => {
    // One that was made before the screen was ready is replaced by another.
    if (editor.isDestroyed) return;
    if (unchipped(editor.getHTML()) !== unchipped(html) && !editor.isFocused) {
      editor.commands.setContent(chipped(html), { emitUpdate: false });
    }
  }, [editor, html]);
  return (
    <div className="rich-text">
      <Tools editor={editor} />
      <EditorContent editor={editor} />
    </div>
  );
}

function Tools({ editor }: { editor: Editor }) {
  const is = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      bold: now.isActive("bold"),
      italic: now.isActive("italic"),
      underline: now.isActive("underline"),
      bullets: now.isActive("bulletList"),
      numbers: now.isActive("orderedList"),
      link: now.isActive("link"),
      source: String(now.getAttributes("variable").source ?? ""),
    }),
  });
  const go = () => editor.chain().focus();
  return (
    <div className="rich-tools" role="toolbar" aria-label={t("How the words look")}>
      <Tool name={t("Bold")} isOn={is.bold} onClick={() => go().toggleBold().run()}>
        <IconBold size={16} />
      </Tool>
      <Tool name={t("Italic")} isOn={is.italic} onClick={() => go().toggleItalic().run()}>
        <IconItalic size={16} />
      </Tool>
      <Tool name={t("Underlined")} isOn={is.underline} onClick={() => go().toggleUnderline().run()}>
        <IconUnderline size={16} />
      </Tool>
      <LinkTool editor={editor} isOn={is.link} />
      <Tool name={t("Bullets")} isOn={is.bullets} onClick={() => go().toggleBulletList().run()}>
        <IconList size={16} />
      </Tool>
      <Tool name={t("Numbers")} isOn={is.numbers} onClick={() => go().toggleOrderedList().run()}>
        <IconListNumbers size={16} />
      </Tool>
      <VariableMenu
        source={is.source}
        onPick={(source) => go().insertContent({ type: "variable", attrs: { source } }).run()}
      />
    </div>
  );
}

type ToolProps = { name: string; isOn: boolean; onClick: () => void; children: ReactNode };

function Tool({ name, isOn, onClick, children }: ToolProps) {
  return (
    <Tooltip label={name}>
      <ActionIcon aria-label={name} aria-pressed={isOn} variant={isOn ? "light" : "subtle"} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function LinkTool({ editor, isOn }: { editor: Editor; isOn: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const [href, setHref] = useState("");
  const open = () => {
    setHref(String(editor.getAttributes("link").href ?? "https://"));
    setOpen(true);
  };
  const set = () => {
    const chain = editor.chain().focus().extendMarkRange("link");
    if (editor.state.selection.empty && !isOn) {
      const link = { type: "text", text: href, marks: [{ type: "link", attrs: { href } }] };
      editor.chain().focus().insertContent(link).run();
    } else chain.setLink({ href }).run();
    setOpen(false);
  };
  const remove = () => {
    editor.chain().focus().extendMarkRange("link").unsetLink().run();
    setOpen(false);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width={320} trapFocus>
      <Popover.Target>
        <Tooltip label={t("Link")}>
          <ActionIcon
            aria-label={t("Link")}
            aria-pressed={isOn}
            variant={isOn ? "light" : "subtle"}
            onClick={() => (isOpen ? setOpen(false) : open())}
          >
            <IconLink size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className="stack tight"
          onSubmit={(event) => {
            event.preventDefault();
            event.stopPropagation();
            if (mayLead(href)) set();
          }}
        >
          <TextInput
            label={t("Where it leads")}
            data-autofocus
            value={href}
            error={mayLead(href) ? undefined : t("This is no address.")}
            onChange={(event) => setHref(event.currentTarget.value)}
          />
          <div className="row apart">
            {isOn ? (
              <Button variant="subtle" size="xs" onClick={remove}>
                {t("Take the link away")}
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit" size="xs" disabled={!href.trim() || href === "https://"}>
              {t("Set the link")}
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
