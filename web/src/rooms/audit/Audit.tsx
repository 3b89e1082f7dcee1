/** What is wrong with what is known of people, before a campaign shows it to them; each with a way to put it right. */
import { Button, Select } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { api, ask, type Shapes } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Asking, Card, Confirm, Empty, Page } from "@/kit";
import { followed } from "../contacts/follow";

type Finding = Shapes["AuditFinding"];
const HOW_MANY = [20_000, 100_000, 200_000];

export function Audit() {
  const [people, setPeople] = useState(20_000);
  const params = { query: { people } };
  const found = ask.useQuery("get", "/api/v1/audit", { params }, { meta: { isStill: true }, staleTime: 60_000 });
  const [asked, setAsked] = useState<Finding>();
  return (
    <Page
      title={t("Data audit")}
      told={t("What is wrong with what you know of people, and how to put it right before a campaign shows it.")}
      actions={
        <>
          <Select
            aria-label={t("How many people are looked at")}
            w={210}
            allowDeselect={false}
            data={HOW_MANY.map((one) => ({
              value: String(one),
              label: t("The newest {count} people", { count: number(one) }),
            }))}
            value={String(people)}
            onChange={(next) => setPeople(Number(next ?? people))}
          />
          <Button variant="default" loading={found.isFetching} onClick={() => void found.refetch()}>
            {t("Look again")}
          </Button>
        </>
      }
    >
      <Asking of={found} bones={10}>
        {(now) => (
          <div className="stack">
            <p className="soft small">
              {now.looked_at < now.of
                ? t("{looked} of {all} people were looked at, the newest first. A fix goes through everybody.", {
                    looked: number(now.looked_at),
                    all: number(now.of),
                  })
                : t("{count, plural, one {# person was} other {# people were}} looked at.", { count: now.looked_at })}
            </p>
            {now.items.length === 0 ? (
              <Card isBare>
                <Empty icon={<IconCircleCheck size={28} />}>{t("Nothing is wrong with them.")}</Empty>
              </Card>
            ) : null}
            {now.items.map((one) => (
              <Part key={`${one.kind} ${one.path}${one.told}`} of={one} onFix={() => setAsked(one)} />
            ))}
          </div>
        )}
      </Asking>
      <Confirm
        isOpen={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={asked?.verb ?? ""}
        verb={asked?.verb ?? ""}
        onConfirm={() => {
          if (asked) void mended(asked).then(() => found.refetch());
        }}
      >
        {t(
          "At least {count, plural, one {# person is} other {# people are}} changed. It goes on in the background, starts no journey, and can be undone for a day.",
          { count: asked?.count ?? 0 },
        )}
      </Confirm>
    </Page>
  );
}

async function mended(of: Finding): Promise<void> {
  if (!of.fix) return;
  const whom = { everybody: true, where: of.fix.where ?? "" };
  const body = { deed: of.fix.deed as Shapes["Deed"], whom };
  const job = (await api.POST("/api/v1/bulk", { body })).data;
  if (job) await followed(job);
}

function Part({ of, onFix }: { of: Finding; onFix: () => void }) {
  return (
    <Card
      title={
        <>
          <bdi className="wrap">{of.title}</bdi> <span className="faint">{number(of.count)}</span>
        </>
      }
      actions={
        <span className="row">
          {of.to ? <A to={of.to}>{t("Show them")}</A> : null}
          {of.fix ? (
            <Button size="compact-sm" variant="default" onClick={onFix}>
              {of.verb}
            </Button>
          ) : null}
        </span>
      }
    >
      <div className="stack tight">
        <p className="soft small wrap">{of.told}</p>
        {of.people.length ? (
          <ul className="small" aria-label={of.title}>
            {of.people.map((one) => (
              <li key={`${one.contact_id} ${one.value}`} className="wrap">
                <A to={`/contacts/${one.contact_id}`}>
                  <bdi>{one.label}</bdi>
                </A>
                {one.other === null ? null : (
                  <>
                    {" · "}
                    <A to={`/contacts/${one.other}`}>
                      <bdi>{one.other_label}</bdi>
                    </A>
                  </>
                )}{" "}
                <bdi className="faint mono">{one.value === one.label ? "" : one.value}</bdi>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </Card>
  );
}
