/** What a form says, what people agree to by it, and where they go. */
import { Select, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Card } from "@/kit";
import { useSuggestions } from "../documents/suggestions";
import { type FormDoc, written } from "./document";

export type Part = {
  doc: FormDoc;
  problems: Shapes["DocumentProblem"][];
  onChange: (doc: FormDoc, tag?: string) => void;
};

/** What is wrong at a place, in one sentence. */
export function wrongAt(problems: Shapes["DocumentProblem"][], path: string): string | undefined {
  const found = problems.filter((one) => one.path === path).map((one) => `${one.message} ${one.hint}`.trim());
  return found.join(" ") || undefined;
}

export function What({ doc, problems, onChange }: Part) {
  const set = (key: string, value: unknown) => onChange(written(doc, key, value), key);
  const wrong = (key: string) => wrongAt(problems, key);
  return (
    <>
      <Card title={t("What it says")}>
        <div className="stack">
          <TextInput
            label={t("Title")}
            required
            maxLength={200}
            error={wrong("title")}
            value={doc.title ?? ""}
            onChange={(event) => set("title", event.currentTarget.value)}
          />
          <Textarea
            label={t("Description")}
            description={t("What they get, and how often.")}
            autosize
            minRows={2}
            maxLength={2000}
            error={wrong("description")}
            value={doc.description ?? ""}
            onChange={(event) => set("description", event.currentTarget.value)}
          />
          <TextInput
            label={t("Words on the button")}
            maxLength={60}
            placeholder="Sign up"
            error={wrong("button")}
            value={doc.button ?? ""}
            onChange={(event) => set("button", event.currentTarget.value)}
          />
          <TextInput
            label={t("Thanks")}
            description={t("What they read when they are done; a sentence in their language when empty.")}
            maxLength={500}
            error={wrong("thanks")}
            value={doc.thanks ?? ""}
            onChange={(event) => set("thanks", event.currentTarget.value)}
          />
        </div>
      </Card>
      <Agreement doc={doc} problems={problems} onChange={onChange} />
    </>
  );
}

function Agreement({ doc, problems, onChange }: Part) {
  const { tags } = useSuggestions();
  const topics = ask.useQuery("get", "/api/v1/topics", {}).data ?? [];
  const lists = ask.useQuery("get", "/api/v1/lists", {}).data?.items ?? [];
  const set = (key: string, value: unknown) => onChange(written(doc, key, value), key);
  const wrong = (key: string) => wrongAt(problems, key);
  const topic = topics.find((one) => one.name === doc.topic);
  const byTopic = topic?.document?.double_opt_in ?? true;
  const known = topics.map((one) => ({ value: one.name, label: one.document?.title ?? one.name }));
  const own = doc.topic && !topic ? [{ value: doc.topic, label: doc.topic }] : [];
  const double = doc.double_opt_in === undefined || doc.double_opt_in === null ? "" : String(doc.double_opt_in);
  return (
    <Card title={t("What they agree to")}>
      <div className="stack">
        <Switch
          label={t("Filling it in means to agree to messages")}
          description={t("Off: it only asks and answers, as for a download or a contact form.")}
          checked={doc.consent ?? true}
          onChange={(event) => set("consent", event.currentTarget.checked)}
        />
        {(doc.consent ?? true) ? (
          <>
            <Select
              label={t("Topic")}
              description={t("What they can leave again by one click; everything by email when empty.")}
              clearable
              data={[...known, ...own]}
              error={wrong("topic")}
              value={doc.topic ?? null}
              onChange={(next) => set("topic", next ?? "")}
            />
            <Select
              label={t("Double opt-in")}
              description={t("A mail asks whether it was them; only the button in it signs them up.")}
              data={[
                { value: "", label: byTopic ? t("As the topic says: yes") : t("As the topic says: no") },
                { value: "true", label: t("Always ask by mail") },
                { value: "false", label: t("Never ask: they are signed up at once") },
              ]}
              allowDeselect={false}
              value={double}
              onChange={(next) => set("double_opt_in", next ? next === "true" : undefined)}
            />
          </>
        ) : null}
        <TextInput
          label={t("List")}
          description={t("They join it at once; it is made when there is none of this title.")}
          list="lists"
          error={wrong("list")}
          value={doc.list ?? ""}
          onChange={(event) => set("list", event.currentTarget.value)}
        />
        <datalist id="lists">
          {lists.map((one) => (
            <option key={one.name} value={one.title} />
          ))}
        </datalist>
        <TagsInput
          label={t("Tags")}
          data={tags}
          error={wrong("tags")}
          value={doc.tags ?? []}
          onChange={(next) => set("tags", next)}
        />
        <Switch
          label={t("Ask the browser for a proof of work")}
          description={t(
            "A puzzle of half a second makes mass sign-ups dear. Without a script nobody can send the form.",
          )}
          checked={doc.proof_of_work ?? false}
          onChange={(event) => set("proof_of_work", event.currentTarget.checked)}
        />
      </div>
    </Card>
  );
}
