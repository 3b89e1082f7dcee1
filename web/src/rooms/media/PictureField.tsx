/** A picture in a form: seen, chosen among those that are here, uploaded, or named by its address. */
import { Button, Modal, TextInput } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "@/app/words";
import { Pictures } from "./Pictures";
import type { Picture } from "./upload";
import "./media.css";

type Props = {
  label: string;
  value: string;
  error?: string;
  /** `picture` is there when one of ours was chosen. */
  onChange: (value: string, picture?: Picture) => void;
};

export function PictureField({ label, value, error, onChange }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="picture-field">
      <span className="picture-shown is-small">
        {/^(\/media\/|data:)/.test(value) ? (
          <img src={value} alt="" />
        ) : (
          <IconPhoto size={24} stroke={1.4} aria-hidden />
        )}
      </span>
      <div className="grow stack tight">
        <TextInput
          label={label}
          placeholder="https://"
          value={value}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <div>
          <Button variant="default" size="xs" onClick={() => setOpen(true)}>
            {value ? t("Choose another picture") : t("Choose a picture")}
          </Button>
        </div>
      </div>
      <Modal opened={isOpen} onClose={() => setOpen(false)} size="xl" title={<span className="strong">{label}</span>}>
        <Pictures
          isTaking
          verb={(title) => t("Take {title}", { title })}
          onPick={(picture) => {
            setOpen(false);
            onChange(picture.path, picture);
          }}
        />
      </Modal>
    </div>
  );
}
