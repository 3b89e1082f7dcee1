/** One journey: drawn, edited beside what is live, published, paused. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { api, ask, queries, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { Asking, Bones, Note, Page, StateBadge, Time, toast, useHref, Why } from "@/kit";
import { Problems } from "../documents/Problems";
import { Saved } from "../documents/Saved";
import { useSuggestions } from "../documents/suggestions";
import { useDraft } from "../documents/use-draft";
import { Canvas } from "./Canvas";
import type { Mode } from "./Card";
import { Chooser } from "./Chooser";
import { type Doc, inserted, type Kind, type Place, removed, START, tidy } from "./document";
import { type Forms, useForms } from "./forms";
import "./journeys.css";
import { Actions } from "./Actions";
import { GaveWay } from "./GaveWay";
import { Failure, Here } from "./Here";
import { Outline } from "./Outline";
import { PublishSheet } from "./PublishSheet";
import { looks } from "./steps";

type Detail = Shapes["JourneyDetail"];

// Forms come with the first step that is opened.
const StartPanel = lazy(() => import("./StartPanel").then((found) => ({ default: found.StartPanel })));
const StepPanel = lazy(() => import("./StepPanel").then((found) => ({ default: found.StepPanel })));

export function JourneyPage() {
  const { journey = "" } = useParams({ strict: false }) as { journey?: string };
  const detail = ask.useQuery("get", "/api/v1/journeys/{name}", { params: { path: { name: journey } } });
  const forms = useForms();
  if (detail.data && forms.data) return <Editor key={journey} detail={detail.data} forms={forms.data} />;
  return (
    <Page title={journey}>
      <Asking of={detail.data ? forms : detail}>{() => null}</Asking>
    </Page>
  );
}

type Search = { step?: string; numbers?: string; view?: string };

function Editor({ detail, forms }: { detail: Detail; forms: Forms }) {
  const live = useMemo(() => (detail.document ? tidy(detail.document) : null), [detail.document]);
  const written = useDraft<Doc>({ kind: "journey", name: detail.name, live, draft: detail.draft, tidy });
  const { doc, problems, change } = written;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const href = useHref();
  const isPhone = useMediaQuery("(max-width: 767px)");
  const suggestions = useSuggestions();
  const [place, setPlace] = useState<Place>();
  const [isPublishing, setPublishing] = useState(false);
  const mode = (["passed", "errors"].includes(search.numbers ?? "") ? search.numbers : "people") as Mode;
  const isKnown = search.step === START || (search.step !== undefined && search.step in doc.steps);
  const selected = isKnown ? search.step : undefined;
  const go = (next: Search) =>
    void navigate({ to: ".", search: { ...search, ...next } as never, replace: true, resetScroll: false });
  const select = (name: string | undefined) => go({ step: name });

  const add = (kind: Kind) => {
    if (!place) return;
    const [next, name] = inserted(doc, place, looks[kind].empty());
    change(next);
    setPlace(undefined);
    select(name);
    focusForm();
  };
  const remove = (name: string) => {
    const [next, gone] = removed(doc, name);
    change(next);
    select(undefined);
    focusCanvas();
    const told = gone.length
      ? t("“{name}” and {count, plural, one {# step} other {# steps}} behind it are gone.", {
          name,
          count: gone.length,
        })
      : t("“{name}” is gone; what led to it leads on.", { name });
    toast(told, () => change(doc));
  };
  const jump = (path: string) => select(/^steps\.([^.[]+)/.exec(path)?.[1] ?? START);
  const publish = async () => {
    await written.settle();
    const { data } = await api.POST("/api/v1/documents/publish", { body: doc });
    written.done(doc);
    await queries.invalidateQueries();
    toast(data?.published ? t("“{name}” is live.", { name: doc.journey }) : t("It was live already."));
  };
  const drop = async () => {
    await written.settle();
    await api.DELETE("/api/v1/documents/{kind}/{name}/draft", {
      params: { path: { kind: "journey", name: detail.name } },
    });
    written.done(live);
    if (live === null) await navigate({ href: href("/journeys") });
    await queries.invalidateQueries();
  };
  const onUndo = (event: React.KeyboardEvent) => {
    const isField = /^(INPUT|TEXTAREA)$/.test((event.target as HTMLElement).tagName);
    if (isField || event.key.toLowerCase() !== "z" || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    if (event.shiftKey) written.redo();
    else written.undo();
  };

  const isOutline = isPhone || search.view === "outline";
  const shared = { doc: isPhone && live ? live : doc, detail, mode, selected, onSelect: select };
  return (
    <Page
      isFull={!isOutline}
      title={detail.name}
      badge={
        <>
          {detail.state === "draft" && written.hasDraft ? null : <StateBadge state={detail.state} />}
          <Saved of={written} />
        </>
      }
      told={<Told detail={detail} doc={doc} />}
      actions={
        <Actions
          detail={detail}
          written={written}
          isPhone={isPhone ?? false}
          onPublish={() => void written.settle().then(() => setPublishing(true))}
          onDrop={drop}
          onTake={(document, version) => {
            change(tidy(document));
            toast(t("The draft is as version {version} was.", { version }), () => change(doc));
          }}
        />
      }
    >
      <div className="toolbar">
        <Switches
          label={t("Numbers on the steps")}
          value={mode}
          onChange={(next) => go({ numbers: next === "people" ? undefined : next })}
          options={[
            ["people", t("People now")],
            ["passed", t("Passed")],
            ["errors", t("Errors")],
          ]}
        />
        {isPhone ? null : (
          <>
            <Switches
              label={t("How it is shown")}
              value={isOutline ? "outline" : "canvas"}
              onChange={(next) => go({ view: next === "outline" ? next : undefined })}
              options={[
                ["canvas", t("Canvas")],
                ["outline", t("Outline")],
              ]}
            />
            <div className="row keep">
              <Tooltip label={t("Take back (Ctrl+Z)")}>
                <ActionIcon aria-label={t("Take back")} disabled={!written.canUndo} onClick={written.undo}>
                  <IconArrowBackUp size={18} />
                </ActionIcon>
              </Tooltip>
              <Tooltip label={t("Do again (Ctrl+Shift+Z)")}>
                <ActionIcon aria-label={t("Do again")} disabled={!written.canRedo} onClick={written.redo}>
                  <IconArrowForwardUp size={18} />
                </ActionIcon>
              </Tooltip>
            </div>
          </>
        )}
        {!isPhone && problems.length ? (
          <Why label={t("{count, plural, one {# problem} other {# problems}}", { count: problems.length })}>
            <Problems of={problems} onJump={jump} />
          </Why>
        ) : null}
        <GaveWay journey={detail.name} isLive={detail.state === "active"} />
        {detail.failed && mode !== "errors" ? (
          <button type="button" className="why" onClick={() => go({ numbers: "errors" })}>
            {t("{count, plural, one {# person rests} other {# people rest}} after a failure", { count: detail.failed })}
          </button>
        ) : null}
      </div>
      {isPhone ? <Note tone="idle">{t("On a phone a journey is read; it is changed on a larger screen.")}</Note> : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: undo works wherever the focus is */}
      <div className={isOutline ? "journey is-outline" : "journey"} onKeyDown={onUndo}>
        {isOutline ? (
          <Outline {...shared} />
        ) : (
          <Canvas
            {...shared}
            doc={doc}
            forms={forms}
            problems={problems}
            onAdd={setPlace}
            onRemove={remove}
            onEdit={() => focusForm()}
          />
        )}
        {selected && selected !== START && isPhone ? (
          <aside className="panel" aria-label={t("The selected step")}>
            <Failure journey={detail} step={selected} />
            <Here journey={detail} step={selected} />
          </aside>
        ) : null}
        {selected && !isPhone ? (
          <aside className="panel" aria-label={t("The selected step")}>
            <Suspense fallback={<Bones lines={5} />}>
              {selected === START ? (
                <StartPanel
                  doc={doc}
                  forms={forms}
                  suggestions={suggestions}
                  problems={problems}
                  onChange={change}
                  onClose={() => select(undefined)}
                />
              ) : (
                <StepPanel
                  key={selected}
                  name={selected}
                  doc={doc}
                  forms={forms}
                  suggestions={suggestions}
                  problems={problems}
                  detail={detail}
                  onChange={change}
                  onRemove={() => remove(selected)}
                  onClose={() => select(undefined)}
                />
              )}
            </Suspense>
          </aside>
        ) : null}
      </div>
      <Chooser place={place} forms={forms} onClose={() => setPlace(undefined)} onChoose={add} />
      <PublishSheet
        isOpen={isPublishing}
        doc={doc}
        onClose={() => setPublishing(false)}
        onPublish={publish}
        onJump={jump}
      />
    </Page>
  );
}

type SwitchesProps = { label: string; value: string; options: [string, string][]; onChange: (value: string) => void };

function Switches({ label, value, options, onChange }: SwitchesProps) {
  return (
    <div className="chips" role="group" aria-label={label}>
      {options.map(([key, name]) => (
        <button
          key={key}
          type="button"
          className={key === value ? "chip is-on" : "chip"}
          aria-pressed={key === value}
          onClick={() => onChange(key)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

/** After the panel has drawn itself. */
function focusForm(tries = 30): void {
  setTimeout(() => {
    const form = ".panel [data-form] :is(input, textarea, button):not([type=hidden])";
    const field = document.querySelector<HTMLElement>(form);
    if (field) field.focus();
    else if (tries > 0) focusForm(tries - 1);
  }, 120);
}

function focusCanvas(): void {
  setTimeout(() => document.querySelector<HTMLElement>(".canvas")?.focus(), 0);
}

function Told({ detail, doc }: { detail: Detail; doc: Doc }) {
  if (detail.version === null) return <>{doc.description || t("It was never published; nobody enters.")}</>;
  return (
    <>
      {doc.description ? `${doc.description.replace(/\.$/, "")}. ` : ""}
      {t("Version {version}", { version: detail.version })}, <Time at={detail.published_at} />.{" "}
      {t(
        "{people, plural, one {# person} other {# people}} inside, {entered} entered and {sent} messages in 30 days.",
        {
          people: detail.people,
          entered: number(detail.entered_30d),
          sent: number(detail.sent_30d),
        },
      )}
    </>
  );
}
