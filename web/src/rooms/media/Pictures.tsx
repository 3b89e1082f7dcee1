/** Pictures as a grid, with the place where new ones are dropped or chosen. */
import { Button, FileButton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPhoto, IconSearch, IconUpload } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { type DragEvent, useState } from "react";
import { ask } from "@/app/client";
import { t } from "@/app/words";
import { Asking, Empty, useDeed } from "@/kit";
import { type Picture, TAKEN, uploadAll, weight } from "./upload";
import "./media.css";

type Props = {
  onPick: (picture: Picture) => void;
  /** What a click does, for those who hear it. */
  verb: (title: string) => string;
  /** A picture that was just uploaded is picked at once. */
  isTaking?: boolean;
};

export function Pictures({ onPick, verb, isTaking }: Props) {
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text, 200);
  const [isOver, setOver] = useState(false);
  const params = { query: { q, limit: 200 } };
  const found = ask.useQuery("get", "/api/v1/media", { params }, { placeholderData: keepPreviousData });
  const [take, isBusy] = useDeed(async (files: File[]) => {
    const last = await uploadAll(files);
    if (last && isTaking) onPick(last);
  });
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length) void take(files);
  };
  const choose = (
    <FileButton multiple onChange={(files) => void take(files)} accept={TAKEN}>
      {(props) => (
        <Button {...props} loading={isBusy} leftSection={<IconUpload size={16} />}>
          {t("Upload pictures")}
        </Button>
      )}
    </FileButton>
  );
  return (
    <section
      className={isOver ? "stack pictures is-over" : "stack pictures"}
      aria-label={t("Pictures")}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      <div className="row apart">
        <TextInput
          className="grow"
          aria-label={t("Search pictures")}
          placeholder={t("Search pictures")}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {choose}
      </div>
      <Asking of={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<IconPhoto size={28} stroke={1.4} />}>
              {q
                ? t("No picture is called so.")
                : t("Drop pictures here, or upload them: PNG, JPEG, GIF or WebP, up to 5 MB.")}
            </Empty>
          ) : (
            <ul className="pictures-grid">
              {items.map((one) => (
                <li key={one.name}>
                  <button type="button" className="picture" aria-label={verb(one.title)} onClick={() => onPick(one)}>
                    <span className="picture-shown">
                      <img src={one.path} alt="" loading="lazy" />
                    </span>
                    <span className="small cut">{one.title}</span>
                    <span className="faint small cut">
                      {one.width} × {one.height}, {weight(one.size)}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Asking>
    </section>
  );
}
