/** Somebody new, by an email or an id of yours. */
import { Button, Group, Modal, TagsInput, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, type Place, queries, Refused } from "@/app/client";
import { t } from "@/app/words";
import { Note, toast, useHref } from "@/kit";

const EMPTY = { email: "", user_id: "", first_name: "", last_name: "" };

export function NewContact({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={<span className="strong">{t("Add a contact")}</span>}>
      {isOpen ? <Form onClose={onClose} /> : null}
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const [form, setForm] = useState(EMPTY);
  const [tags, setTags] = useState<string[]>([]);
  const [places, setPlaces] = useState<Place[]>([]);
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const navigate = useNavigate();
  const href = useHref();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const names = { first_name: form.first_name.trim(), last_name: form.last_name.trim() };
    const attributes = Object.fromEntries(Object.entries(names).filter(([, value]) => value));
    try {
      const body = { email: form.email.trim(), user_id: form.user_id.trim(), attributes, tags };
      const { data } = await api.POST("/api/v1/contacts", { body });
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/contacts"] });
      toast(t("{name} is here.", { name: data?.label }));
      onClose();
      if (data) void navigate({ href: href(`/contacts/${data.id}`) });
    } catch (error) {
      setPlaces(error instanceof Refused ? error.places : []);
      setProblem(error instanceof Refused ? error.message : t("The server does not answer."));
    } finally {
      setBusy(false);
    }
  };
  const field = (name: keyof typeof EMPTY, label: string, example: string) => (
    <TextInput
      label={label}
      placeholder={example}
      value={form[name]}
      error={places.find((one) => one.path === name)?.message}
      onChange={(event) => setForm({ ...form, [name]: event.currentTarget.value })}
      data-autofocus={name === "email" || undefined}
    />
  );
  return (
    <form className="stack" onSubmit={(event) => void save(event)}>
      {problem && places.length === 0 ? <Note tone="failed">{problem}</Note> : null}
      {field("email", t("Email"), "ada@example.com")}
      {field("user_id", t("Your id for them"), t("As your shop or app calls them"))}
      <div className="row keep" style={{ alignItems: "flex-start" }}>
        {field("first_name", t("First name"), "Ada")}
        {field("last_name", t("Last name"), "Lovelace")}
      </div>
      <TagsInput label={t("Tags")} value={tags} onChange={setTags} />
      <p className="faint small">
        {t("Whoever has this email or id already is found and gets what is new. Consent is given on their page.")}
      </p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("Not now")}
        </Button>
        <Button type="submit" loading={isBusy} disabled={!form.email.trim() && !form.user_id.trim()}>
          {t("Add")}
        </Button>
      </Group>
    </form>
  );
}
