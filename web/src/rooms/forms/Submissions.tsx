/** Who filled a form in lately, and with what. */
import { ask, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Asking, Card, Empty, Time } from "@/kit";

type Props = { name: string; line?: Shapes["FormLine"] };

export function Submissions({ name, line }: Props) {
  const params = { path: { name }, query: { limit: 20 } };
  const found = ask.useQuery("get", "/api/v1/forms/{name}/submissions", { params });
  const told = line?.submitted
    ? t("{lately} in 30 days, {all} in all", { lately: number(line.submitted_30d), all: number(line.submitted) })
    : "";
  return (
    <Card isBare title={t("Submissions")} actions={<span className="faint small">{told}</span>}>
      <Asking of={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("Nobody has filled it in yet.")}</Empty>
          ) : (
            <ul aria-label={t("Submissions")}>
              {items.map((one) => (
                <li key={`${one.at} ${one.contact_id}`} className="line">
                  <div className="grow stack tight">
                    <A to={`/contacts/${one.contact_id}`}>
                      <bdi className="strong wrap">{one.label}</bdi>
                    </A>
                    <span className="small soft wrap">{answers(one.fields)}</span>
                  </div>
                  <span className="faint small">
                    <Time at={one.at} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Asking>
    </Card>
  );
}

function answers(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([name, value]) => name !== "email" && value !== "" && value !== null)
    .map(([name, value]) => `${name}: ${value === true ? t("yes") : value === false ? t("no") : String(value)}`)
    .join(" · ");
}
