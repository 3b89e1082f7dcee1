/** Somebody is looked up: are they in it, and why. */
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { ask } from "@/app/client";
import { t } from "@/app/words";
import { Card } from "@/kit";
import { Explanation } from "./Explanation";

export function ExplainTab({ segment }: { segment: string }) {
  const { contact = "" } = useSearch({ strict: false }) as { contact?: string };
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text.trim(), 150);
  const { data } = ask.useQuery("get", "/api/v1/contacts", { params: { query: { q, limit: 8 } } });
  const options = (data?.items ?? []).map((one) => ({
    value: String(one.id),
    label: one.email && one.email !== one.label ? `${one.label} · ${one.email}` : one.label,
  }));
  return (
    <Card title={t("Is somebody in it, and why")}>
      <div className="stack">
        <Select
          label={t("Who")}
          placeholder={t("Type a name, an email or an id")}
          searchable
          maw={420}
          data={options}
          filter={({ options: all }) => all}
          searchValue={text}
          onSearchChange={setText}
          value={options.some((one) => one.value === contact) ? contact : null}
          nothingFoundMessage={t("Nobody is called that.")}
          onChange={(next) =>
            next && void navigate({ to: ".", search: { tab: "explain", contact: next } as never, replace: true })
          }
        />
        {contact ? <Explanation segment={segment} contact={contact} /> : null}
      </div>
    </Card>
  );
}
