/** What step comes here: type to filter, arrows, Enter. */
import { Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "@/app/words";
import { END, type Kind, type Place } from "./document";
import type { Forms } from "./forms";
import { looks } from "./steps";

type Props = { place: Place | undefined; forms: Forms; onClose: () => void; onChoose: (kind: Kind) => void };

export function Chooser({ place, forms, onClose, onChoose }: Props) {
  const [text, setText] = useState("");
  const [here, setHere] = useState(0);
  const words = text.toLowerCase().trim();
  // Leaving stands only where nothing comes after it.
  const offered = forms.steps.filter((one) => one.kind !== "exit" || place?.target === END);
  const found = offered.filter((one) => `${one.title} ${one.sentence} ${one.kind}`.toLowerCase().includes(words));
  const choose = (i: number) => {
    const kind = found[i]?.kind;
    if (kind) onChoose(kind as Kind);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const last = found.length - 1;
    if (event.key === "ArrowDown") setHere(Math.min(last, here + 1));
    else if (event.key === "ArrowUp") setHere(Math.max(0, here - 1));
    else if (event.key === "Enter") choose(here);
    else return;
    event.preventDefault();
  };
  const close = () => {
    setText("");
    setHere(0);
    onClose();
  };
  return (
    <Modal opened={place !== undefined} onClose={close} title={<span className="strong">{t("Add a step")}</span>}>
      <TextInput
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls="chooser"
        aria-activedescendant={found[here] ? `chooser-${found[here].kind}` : undefined}
        aria-label={t("Which step")}
        placeholder={t("Type to find a step")}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setHere(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="chooser" role="listbox" aria-label={t("Steps")} className="chooser">
        {found.map((one, i) => {
          const Icon = looks[one.kind as Kind].icon;
          return (
            <button
              key={one.kind}
              id={`chooser-${one.kind}`}
              type="button"
              role="option"
              tabIndex={-1}
              aria-selected={i === here}
              onMouseMove={() => setHere(i)}
              onClick={() => choose(i)}
            >
              <Icon size={18} stroke={1.6} />
              <span>
                <span className="told strong">{one.title}</span>
                <span className="told faint small">{one.sentence}</span>
              </span>
            </button>
          );
        })}
        {found.length === 0 ? <p className="faint small">{t("No step is called like that.")}</p> : null}
      </div>
    </Modal>
  );
}
