/** One row of a list; drawn again only when it, its columns or its place change. */
import { Checkbox } from "@mantine/core";
import { memo } from "react";
import { t } from "@/app/words";
import type { Column } from "./ListView";

type RowProps<T> = {
  id: string;
  index: number;
  start: number;
  row: T | undefined;
  columns: Column<T>[];
  isHere: boolean;
  /** Undefined where rows cannot be chosen. */
  isChosen: boolean | undefined;
  onOpen: (index: number) => void;
  onFlip: (index: number) => void;
};

function Drawn<T>({ id, index, start, row, columns, isHere, isChosen, onOpen, onFlip }: RowProps<T>) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid listens
    <div
      id={id}
      role="row"
      className={isHere ? "list-row is-here" : "list-row"}
      aria-rowindex={index + 1}
      style={{ transform: `translateY(${start}px)` }}
      onClick={(event) => {
        if ((event.target as HTMLElement).closest("a, button, input, label, time")) return;
        onOpen(index);
      }}
    >
      {isChosen !== undefined && row ? (
        <span role="gridcell" tabIndex={-1}>
          <Checkbox aria-label={t("Choose")} tabIndex={-1} checked={isChosen} onChange={() => onFlip(index)} />
        </span>
      ) : null}
      {columns.map((column) => (
        <span key={column.id} role="gridcell" tabIndex={-1} className={column.isNumber ? "num cut" : "cut"}>
          {row ? column.cell(row) : <span className="bone" style={{ display: "block", height: 12, width: "60%" }} />}
        </span>
      ))}
    </div>
  );
}

export const ListRow = memo(Drawn) as typeof Drawn;
