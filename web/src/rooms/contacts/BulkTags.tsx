/** What can be done with chosen people: tags on and off, with undo. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { toast, useDeed } from "@/kit";
import { BulkDialog } from "./BulkDialog";

type Person = Shapes["PersonRow"];
type Edit = Shapes["Edit"];
const AT_ONCE = 6;

async function each(rows: Person[], body: Edit): Promise<void> {
  for (let i = 0; i < rows.length; i += AT_ONCE) {
    const some = rows.slice(i, i + AT_ONCE);
    await Promise.all(
      some.map((row) => api.PATCH("/api/v1/contacts/{contact_id}", { params: { path: { contact_id: row.id } }, body })),
    );
  }
  await queries.invalidateQueries({ queryKey: ["get", "/api/v1/contacts"] });
}

export function BulkTags({ rows, onDone }: { rows: Person[]; onDone: () => void }) {
  const [tag, setTag] = useState("");
  const [isOpen, setOpen] = useState(false);
  const name = tag.trim();
  const [act, isBusy] = useDeed(async (isAdding: boolean) => {
    const those = rows.filter((row) => row.tags.includes(name) !== isAdding);
    await each(those, isAdding ? { add_tags: [name] } : { remove_tags: [name] });
    const back = () => void each(those, isAdding ? { remove_tags: [name] } : { add_tags: [name] });
    toast(t("{count, plural, one {# person was} other {# people were}} changed.", { count: those.length }), back);
    setTag("");
    onDone();
  });
  return (
    <div className="row grow">
      <TextInput
        aria-label={t("Tag")}
        placeholder={t("Tag")}
        w={160}
        value={tag}
        onChange={(event) => setTag(event.currentTarget.value)}
      />
      <Button variant="default" disabled={!name} loading={isBusy} onClick={() => void act(true)}>
        {t("Add the tag")}
      </Button>
      <Button variant="default" disabled={!name} loading={isBusy} onClick={() => void act(false)}>
        {t("Take it off")}
      </Button>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t("More…")}
      </Button>
      <Button variant="subtle" onClick={onDone}>
        {t("Choose nobody")}
      </Button>
      {isOpen ? (
        <BulkDialog whom={{ contact_ids: rows.map((row) => row.id) }} onClose={() => setOpen(false)} onDone={onDone} />
      ) : null}
    </div>
  );
}
