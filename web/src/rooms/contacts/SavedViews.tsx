/** Filters that somebody wants to find again, by name. */
import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import { IconBookmark, IconChevronDown, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, queries } from "@/app/client";
import { t } from "@/app/words";
import { toast, useDeed } from "@/kit";
import type { Filters } from "./listing";

const refresh = () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/views/{room}"] });

export function SavedViews({ room, filters }: { room: string; filters: Filters }) {
  const views = ask.useQuery("get", "/api/v1/views/{room}", { params: { path: { room } } });
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const same = (query: unknown) => JSON.stringify(query) === JSON.stringify(filters);
  const here = views.data?.items.find((one) => same(one.query));
  const [save, isSaving] = useDeed(async () => {
    await api.PUT("/api/v1/views/{room}/{name}", {
      params: { path: { room, name: name.trim() } },
      body: { query: filters as Record<string, unknown> },
    });
    setName("");
    await refresh();
    toast(t("Saved as {name}.", { name: name.trim() }));
  });
  const [drop] = useDeed(async (gone: string, query: unknown) => {
    await api.DELETE("/api/v1/views/{room}/{name}", { params: { path: { room, name: gone } } });
    await refresh();
    const back = async () => {
      const path = { room, name: gone };
      await api.PUT("/api/v1/views/{room}/{name}", { params: { path }, body: { query: query as never } });
      await refresh();
    };
    toast(t("The view {name} is gone.", { name: gone }), () => void back());
  });
  return (
    <Menu position="bottom-end" width={280} closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconBookmark size={16} />} rightSection={<IconChevronDown size={14} />}>
          {here?.name ?? t("Views")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {views.data?.items.length === 0 ? (
          <div className="faint small" style={{ padding: "6px 12px" }}>
            {t("Set filters, then save them here under a name.")}
          </div>
        ) : null}
        {views.data?.items.map((one) => (
          <div key={one.name} className="row keep">
            <Menu.Item
              className="grow"
              fw={one === here ? 600 : undefined}
              onClick={() => void navigate({ to: ".", search: one.query as never })}
            >
              {one.name}
            </Menu.Item>
            <ActionIcon
              aria-label={t("Delete the view {name}", { name: one.name })}
              onClick={() => void drop(one.name, one.query)}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </div>
        ))}
        <Menu.Divider />
        <form
          className="row keep"
          style={{ padding: "6px 8px" }}
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <TextInput
            className="grow"
            aria-label={t("Name of the view")}
            placeholder={t("Save what is set as…")}
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => event.stopPropagation()}
          />
          <Button type="submit" variant="default" loading={isSaving} disabled={!name.trim()}>
            {t("Save")}
          </Button>
        </form>
      </Menu.Dropdown>
    </Menu>
  );
}
