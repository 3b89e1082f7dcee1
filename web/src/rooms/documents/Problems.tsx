/** What is wrong with a document, each with a way to its place. */
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { Note } from "@/kit";

type Props = {
  of: Shapes["DocumentProblem"][];
  onJump?: (path: string) => void;
  /** A place as the screen shows it. */
  wordsOf?: (path: string) => string;
};

export function Problems({ of, onJump, wordsOf = (path) => path }: Props) {
  if (of.length === 0) return null;
  const tone = of.some((one) => one.level === "error") ? "failed" : "warn";
  return (
    <Note tone={tone}>
      <ul className="stack tight" aria-label={t("Problems")}>
        {of.map((one) => (
          <li key={`${one.path} ${one.message}`} className="small wrap">
            {onJump ? (
              <button type="button" className="why" onClick={() => onJump(one.path)}>
                {wordsOf(one.path) || t("The document")}
              </button>
            ) : (
              <span className="mono">{wordsOf(one.path)}</span>
            )}{" "}
            {one.message} {one.hint}
          </li>
        ))}
      </ul>
    </Note>
  );
}
