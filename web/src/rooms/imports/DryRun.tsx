/** What a file would do, said before it does. */
import type { Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Card, Facts, Note } from "@/kit";

export function DryRun({ of }: { of: Shapes["DryRun"] }) {
  const journeys = Object.entries(of.entering);
  return (
    <Card title={t("What it would do")}>
      <div className="stack">
        {journeys.map(([name, count]) => (
          <Note key={name} tone="warn">
            {t("{count, plural, one {# person} other {# people}} would enter", { count })}{" "}
            <A to={`/journeys/${name}`}>{name}</A>{" "}
            {t("if these events happened now. An import lets nobody in: they become history.")}
          </Note>
        ))}
        <Facts
          of={[
            [t("New people"), of.made.toLocaleString()],
            [t("Changed"), of.changed.toLocaleString()],
            [t("As they are"), of.unchanged.toLocaleString()],
            [t("Consent is proved"), of.agreed.toLocaleString()],
            [t("Left"), of.withdrawn.toLocaleString()],
            [t("Never to be written to"), of.suppressed.toLocaleString()],
            [t("Refused rows"), of.refused.toLocaleString()],
          ]}
        />
        {of.refusals.length ? (
          <ul className="stack tight" aria-label={t("Refused rows")}>
            {of.refusals.map((one) => (
              <li key={one.number} className="small wrap">
                <span className="strong">{t("Row {number}", { number: String(one.number) })}</span> {one.reason}
              </li>
            ))}
            {of.refused > of.refusals.length ? (
              <li className="small faint">
                {t("and {count} more; all can be downloaded afterwards", { count: of.refused - of.refusals.length })}
              </li>
            ) : null}
          </ul>
        ) : null}
      </div>
    </Card>
  );
}
