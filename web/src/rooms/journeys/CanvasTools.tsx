/** Closer, farther, everything; and the canvas that follows what is selected. */
import { ActionIcon } from "@mantine/core";
import { IconFocusCentered, IconMinus, IconPlus } from "@tabler/icons-react";
import { useReactFlow, useStore } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { t } from "@/app/words";
import { type layout, WIDTH } from "./layout";

export function Tools() {
  const flow = useReactFlow();
  const zoom = useStore((state) => state.transform[2]);
  const level = zoom < 0.4 ? "far" : zoom < 0.6 ? "middle" : "near";
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    root.current?.closest(".canvas")?.setAttribute("data-level", level);
  }, [level]);
  return (
    <div ref={root} className="canvas-tools">
      <ActionIcon aria-label={t("Zoom in")} onClick={() => void flow.zoomIn({ duration: 150 })}>
        <IconPlus size={16} />
      </ActionIcon>
      <ActionIcon aria-label={t("Zoom out")} onClick={() => void flow.zoomOut({ duration: 150 })}>
        <IconMinus size={16} />
      </ActionIcon>
      <ActionIcon aria-label={t("See everything")} onClick={() => void flow.fitView({ duration: 150, maxZoom: 1 })}>
        <IconFocusCentered size={16} />
      </ActionIcon>
    </div>
  );
}

/** What is selected comes into sight, and only then does the canvas move. */
export function Follow({ selected, plan }: { selected: string | undefined; plan: ReturnType<typeof layout> }) {
  const flow = useReactFlow();
  const spot = plan.spots.find((one) => one.id === selected);
  const [x, y] = [spot?.x, spot?.y];
  useEffect(() => {
    if (x === undefined || y === undefined) return;
    const box = document.querySelector(".canvas")?.getBoundingClientRect();
    if (!box) return;
    const at = flow.flowToScreenPosition({ x, y });
    const { zoom } = flow.getViewport();
    const isSeen =
      at.x > box.left && at.x + WIDTH * zoom < box.right && at.y > box.top && at.y + 140 * zoom < box.bottom;
    if (!isSeen) void flow.setCenter(x + WIDTH / 2, y + 60, { zoom, duration: 150 });
  }, [x, y, flow]);
  return null;
}
