/** One topic, as people read it. */
import { Button, Modal, MultiSelect, Switch, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api, ask, type Place, queries, Refused, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Note, toast } from "@/kit";
import { named } from "../documents/names";

type Props = { of?: Shapes["TopicLine"]; onClose: () => void };

export function TopicDialog({ of, onClose }: Props) {
  const before = of?.document;
  const [title, setTitle] = useState(before?.title ?? of?.name ?? "");
  const [name, setName] = useState(of?.name ?? "");
  const [description, setDescription] = useState(before?.description ?? "");
  const [channels, setChannels] = useState<string[]>((before?.channels as string[] | undefined) ?? ["email"]);
  const [isPublic, setPublic] = useState(before?.public ?? true);
  const [isDouble, setDouble] = useState(before?.double_opt_in ?? true);
  const [expires, setExpires] = useState(before?.expires ?? "");
  const [places, setPlaces] = useState<Place[]>([]);
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const known = ask.useQuery("get", "/api/v1/suggest", { params: { query: { what: "channels" } } }).data?.items ?? [];
  const at = (path: string) => places.find((one) => one.path === path)?.message;
  const topic = name || named(title);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const words = { title: title.trim(), description: description.trim() };
    const rules = { channels, public: isPublic, double_opt_in: isDouble, ...(expires ? { expires } : {}) };
    const translations = before?.translations ?? {};
    try {
      await api.POST("/api/v1/documents/publish", { body: { topic, ...words, ...rules, translations } });
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/topics"] });
      toast(t("The topic {name} is live.", { name: title.trim() }));
      onClose();
    } catch (error) {
      setPlaces(error instanceof Refused ? error.places : []);
      setProblem(error instanceof Refused ? error.message : t("The server does not answer."));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={<span className="strong">{of ? t("Edit the topic") : t("New topic")}</span>}>
      <form className="stack" onSubmit={(event) => void save(event)}>
        {problem && places.length === 0 ? <Note tone="failed">{problem}</Note> : null}
        <TextInput
          label={t("Title")}
          description={t("What people read.")}
          required
          data-autofocus
          maxLength={100}
          value={title}
          error={at("title")}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <TextInput
          label={t("Name")}
          description={t("By which templates, forms and journeys name it.")}
          disabled={of !== undefined}
          value={topic}
          error={at("topic")}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={t("Description")}
          description={t("What they get, and how often.")}
          autosize
          minRows={2}
          maxLength={500}
          value={description}
          error={at("description")}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <MultiSelect
          label={t("Channels")}
          description={t("By which it can be had.")}
          data={[...new Set([...known, ...channels])]}
          value={channels}
          error={at("channels")}
          onChange={setChannels}
        />
        <Switch
          label={t("Offered where people choose what they get")}
          checked={isPublic}
          onChange={(event) => setPublic(event.currentTarget.checked)}
        />
        <Switch
          label={t("Forms ask for a confirmation by mail")}
          checked={isDouble}
          onChange={(event) => setDouble(event.currentTarget.checked)}
        />
        <TextInput
          label={t("Implied consent ends after")}
          description={t("As 26w for half a year; empty: it does not end by itself.")}
          placeholder="26w"
          value={expires}
          error={at("expires")}
          onChange={(event) => setExpires(event.currentTarget.value)}
        />
        <div className="row">
          <Button type="submit" loading={isBusy} disabled={!title.trim()}>
            {t("Publish")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
