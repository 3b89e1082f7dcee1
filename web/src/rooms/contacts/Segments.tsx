/** The segments that they are in, each with why. */
import { t } from "@/app/words";
import { A, Card, Time, Why } from "@/kit";
import { causeWords } from "../segments/causes";
import { Explanation } from "../segments/Explanation";
import type { Whole } from "./Contact";

export function Segments({ of }: { of: Whole }) {
  return (
    <Card title={t("Segments")}>
      {of.segments.length === 0 ? (
        <p className="faint small">{t("They are in none.")}</p>
      ) : (
        <ul className="stack tight" aria-label={t("Segments")}>
          {of.segments.map((one) => (
            <li key={one.name} className="small wrap">
              <A to={`/segments/${one.name}`}>
                <bdi>{one.title || one.name}</bdi>
              </A>{" "}
              <span className="faint">
                <Time at={one.entered_at} />, {causeWords(one.cause)}
              </span>{" "}
              <Why>
                <Explanation segment={one.name} contact={of.id} isShort />
              </Why>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
