import { NumberInput } from "@mantine/core";
import { t } from "@/app/words";

/** Minutes of the day, shown as hours. */
export function Hour({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number;
  onChange: (minutes: number) => void;
}) {
  return (
    <NumberInput
      label={label}
      suffix={t(" o'clock")}
      min={0}
      max={24}
      step={0.5}
      w={190}
      value={value / 60}
      onChange={(next) => onChange(Math.round(Number(next) * 60))}
    />
  );
}
