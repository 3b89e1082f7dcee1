/** Beside a list: its search, the choice of its columns, its CSV. */
import { ActionIcon, Checkbox, Menu, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconColumns3, IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { t } from "@/app/words";
import { quoted } from "./csv";
import type { Column } from "./ListView";

export function Search({
  value,
  onChange,
  placeholder,
}: {
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
}) {
  const [text, setText] = useState(value);
  const box = useRef<HTMLInputElement>(null);
  const tell = useDebouncedCallback(onChange, 200);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable) return;
      event.preventDefault();
      box.current?.focus();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  return (
    <TextInput
      ref={box}
      type="search"
      w={260}
      leftSection={<IconSearch size={16} />}
      aria-label={placeholder}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}

type ColumnsProps<T> = { columns: Column<T>[]; hidden: string[]; onChange: (hidden: string[]) => void };

export function Columns<T>({ columns, hidden, onChange }: ColumnsProps<T>) {
  const flip = (id: string) => onChange(hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id]);
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t("Choose columns")}>
          <IconColumns3 size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.slice(1).map((column) => (
          <Menu.Item
            key={column.id}
            role="menuitemcheckbox"
            aria-checked={!hidden.includes(column.id)}
            onClick={() => flip(column.id)}
          >
            <Checkbox tabIndex={-1} readOnly checked={!hidden.includes(column.id)} label={column.name} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A file of what is shown. */
export async function download<T>(name: string, columns: Column<T>[], rows: T[] | Promise<T[]>): Promise<void> {
  const told = columns.filter((column) => column.text);
  const lines = [told.map((column) => quoted(column.name)).join(",")];
  for (const row of await rows) lines.push(told.map((column) => quoted(column.text?.(row))).join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${lines.join("\r\n")}\r\n`], { type: "text/csv" }));
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
