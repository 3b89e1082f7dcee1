/** What can be done with a journey as a whole, and the dialogs that ask before it. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import {
  IconArchive,
  IconDots,
  IconHistory,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
  IconUserPlus,
} from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { api, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Confirm } from "@/kit";
import { EnrolDialog } from "./EnrolDialog";

type Detail = Shapes["JourneyDetail"];

// Dialogs come with the first that is asked for.
const Versions = lazy(() => import("../documents/Versions").then((found) => ({ default: found.Versions })));
const ResumeDialog = lazy(() => import("./ResumeDialog").then((found) => ({ default: found.ResumeDialog })));

type ActionsProps = {
  detail: Detail;
  written: { hasDraft: boolean; saved: string };
  isPhone: boolean;
  onPublish: () => void;
  onDrop: () => Promise<void>;
  onTake: (document: Record<string, unknown>, number: number) => void;
};

export function Actions({ detail, written, isPhone, onPublish, onDrop, onTake }: ActionsProps) {
  const [asking, setAsking] = useState<"enrol" | "pause" | "resume" | "archive" | "drop" | "versions">();
  const path = { params: { path: { name: detail.name } } };
  const close = () => setAsking(undefined);
  const done = () => queries.invalidateQueries();
  return (
    <>
      {detail.state === "active" ? (
        <Button variant="default" leftSection={<IconUserPlus size={16} />} onClick={() => setAsking("enrol")}>
          {t("Add a person")}
        </Button>
      ) : null}
      {detail.state === "active" ? (
        <Button variant="default" leftSection={<IconPlayerPause size={16} />} onClick={() => setAsking("pause")}>
          {t("Pause")}
        </Button>
      ) : null}
      {detail.state === "paused" ? (
        <Button variant="default" leftSection={<IconPlayerPlay size={16} />} onClick={() => setAsking("resume")}>
          {t("Go on")}
        </Button>
      ) : null}
      {isPhone ? null : (
        <>
          <Button disabled={!written.hasDraft} onClick={onPublish}>
            {t("Publish")}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={t("More")} size="lg">
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconHistory size={16} />}
                disabled={detail.versions.length === 0}
                onClick={() => setAsking("versions")}
              >
                {t("Versions")}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconTrash size={16} />}
                disabled={!written.hasDraft}
                onClick={() => setAsking("drop")}
              >
                {t("Throw the draft away")}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconArchive size={16} />}
                disabled={detail.version === null || detail.state === "archived"}
                onClick={() => setAsking("archive")}
              >
                {t("Archive")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      )}
      <EnrolDialog journey={detail.name} isOpen={asking === "enrol"} onClose={close} />
      <Confirm
        isOpen={asking === "pause"}
        onClose={close}
        title={t("Pause “{name}”", { name: detail.name })}
        verb={t("Pause")}
        onConfirm={() => api.POST("/api/v1/journeys/{name}/pause", path).then(done)}
      >
        {t(
          "Nobody enters and nothing is sent until it goes on. Clocks run, and goals and exits still work for the {count, plural, one {# person} other {# people}} inside.",
          { count: detail.people },
        )}
      </Confirm>
      {asking === "versions" ? (
        <Suspense>
          <Versions
            kind="journey"
            name={detail.name}
            live={detail.version}
            versions={detail.versions}
            isOpen
            onClose={close}
            onTake={onTake}
          />
        </Suspense>
      ) : null}
      {asking === "resume" ? (
        <Suspense>
          <ResumeDialog isOpen detail={detail} onClose={close} />
        </Suspense>
      ) : null}
      <Confirm
        isOpen={asking === "archive"}
        onClose={close}
        title={t("Archive “{name}”", { name: detail.name })}
        verb={t("Archive")}
        isDanger
        onConfirm={() => api.POST("/api/v1/journeys/{name}/archive", path).then(done)}
      >
        {t("Nobody enters any more. The {count, plural, one {# person} other {# people}} inside finish.", {
          count: detail.people,
        })}
      </Confirm>
      <Confirm
        isOpen={asking === "drop"}
        onClose={close}
        title={t("Throw the draft away")}
        verb={t("Throw away")}
        isDanger
        onConfirm={onDrop}
      >
        {detail.version === null
          ? t("This journey was never published; it goes with its draft.")
          : t("What is live stays as it is.")}
      </Confirm>
    </>
  );
}
