/** Pictures for letters and pages: upload them, say what they show, see where they are used. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, ask, queries } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Confirm, Facts, Note, Page, Time, toast, useDeed } from "@/kit";
import { Pictures } from "./Pictures";
import { type Picture, weight } from "./upload";

export function Media() {
  const [shown, setShown] = useState<Picture>();
  return (
    <Page
      title={t("Media")}
      told={t("Pictures for letters and pages. They are public, as the letters are that show them.")}
    >
      <Pictures verb={(title) => t("Open {title}", { title })} onPick={setShown} />
      {shown ? <OnePicture key={shown.name} picture={shown} onClose={() => setShown(undefined)} /> : null}
    </Page>
  );
}

const reload = () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/media"] });

function OnePicture({ picture, onClose }: { picture: Picture; onClose: () => void }) {
  const params = { path: { name: picture.name } };
  const found = ask.useQuery("get", "/api/v1/media/{name}", { params });
  const [title, setTitle] = useState(picture.title);
  const [alt, setAlt] = useState(picture.alt);
  const [isGoing, setGoing] = useState(false);
  const [save, isBusy] = useDeed(async () => {
    await api.PUT("/api/v1/media/{name}", { params, body: { title, alt } });
    await reload();
    toast(t("Saved."));
    onClose();
  });
  return (
    <Modal opened onClose={onClose} size="lg" title={<span className="strong">{picture.title}</span>}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <span className="picture-shown is-large">
          <img src={picture.path} alt={picture.alt} />
        </span>
        <Facts
          of={[
            [t("Size"), `${picture.width} × ${picture.height}, ${weight(picture.size)}`],
            [
              t("Address"),
              <span key="url" className="mono wrap">
                {picture.url}
              </span>,
            ],
            [t("Uploaded"), <Time key="at" at={picture.created_at} />],
          ]}
        />
        <TextInput label={t("Name")} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
        <TextInput
          label={t("What it shows")}
          description={t("Taken over wherever the picture is put in; read where it is not shown.")}
          value={alt}
          onChange={(event) => setAlt(event.currentTarget.value)}
        />
        <Asking of={found} bones={1}>
          {(one) => <UsedIn of={one.used_in} isLogo={one.is_in_brand} />}
        </Asking>
        <div className="row apart">
          <Button variant="subtle" color="red" onClick={() => setGoing(true)}>
            {t("Delete…")}
          </Button>
          <Button type="submit" loading={isBusy} disabled={!title}>
            {t("Save")}
          </Button>
        </div>
      </form>
      <Confirm
        isOpen={isGoing}
        onClose={() => setGoing(false)}
        title={t("Delete the picture?")}
        verb={t("Delete")}
        isDanger
        onConfirm={async () => {
          await api.DELETE("/api/v1/media/{name}", { params });
          await reload();
          onClose();
        }}
      >
        {t("Letters that were sent with it show an empty place from then on. This cannot be undone.")}
      </Confirm>
    </Modal>
  );
}

type Mention = { kind: string; name: string; is_live: boolean };

function UsedIn({ of, isLogo }: { of: Mention[]; isLogo: boolean }) {
  if (of.length === 0 && !isLogo) return <p className="small soft">{t("Nothing shows it now.")}</p>;
  return (
    <Note tone="info">
      <ul aria-label={t("Where it is shown")}>
        {isLogo ? (
          <li>
            <A to="/brand">{t("The brand's logo")}</A>
          </li>
        ) : null}
        {of.map((one) => (
          <li key={`${one.kind} ${one.name}`} className="wrap">
            <A to={placeOf(one)}>{one.name}</A> {one.is_live ? null : <span className="faint">{t("(draft)")}</span>}
          </li>
        ))}
      </ul>
    </Note>
  );
}

/** Where a document is written. */
function placeOf({ kind, name }: Mention): string {
  if (kind === "topic") return "/topics";
  return `/${kind === "block" ? "blocks" : `${kind}s`}/${encodeURIComponent(name)}`;
}
