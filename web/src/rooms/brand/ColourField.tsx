/** A colour: picked with the browser's own picker, or written. */
import { Button, TextInput } from "@mantine/core";
import { t } from "@/app/words";
import { isColour } from "./contrast";

type Props = {
  label: string;
  value: string;
  error?: string;
  /** It follows from other colours until somebody chooses it. */
  isAutomatic?: boolean;
  onChange: (value: string) => void;
  onAutomatic?: () => void;
};

export function ColourField({ label, value, error, isAutomatic, onChange, onAutomatic }: Props) {
  const wrong = isColour(value) ? undefined : t("Write it as #0f766e.");
  return (
    <TextInput
      label={label}
      error={error ?? wrong}
      value={value}
      classNames={{ input: "mono" }}
      leftSection={
        <input
          type="color"
          className="swatch"
          aria-label={t("Pick: {label}", { label })}
          value={isColour(value) ? value : "#000000"}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      }
      rightSectionWidth={onAutomatic ? 90 : undefined}
      rightSection={
        onAutomatic ? (
          isAutomatic ? (
            <span className="faint small">{t("by itself")}</span>
          ) : (
            <Button variant="subtle" size="compact-xs" onClick={onAutomatic}>
              {t("By itself")}
            </Button>
          )
        ) : undefined
      }
      onChange={(event) => onChange(event.currentTarget.value.trim())}
    />
  );
}
