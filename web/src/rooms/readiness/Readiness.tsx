/** Whether everything is there that sending needs: what is, what is not, and where it is mended. */
import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Note, Page, StateBadge } from "@/kit";

const WORDS: Record<string, () => string> = {
  ready: () => t("Ready"),
  attention: () => t("Look at this"),
  missing: () => t("Missing"),
};
const LOOKS: Record<string, string> = { ready: "ok", attention: "attention", missing: "failed" };
const PLACES: Record<string, () => string> = {
  "/workspace": () => t("Workspace"),
  "/channels": () => t("Channels"),
  "/topics": () => t("Topics"),
  "/imports": () => t("Imports"),
  "/forms": () => t("Forms"),
  "/templates": () => t("Templates"),
  "/system": () => t("System"),
};

export function Readiness() {
  const found = ask.useQuery("get", "/api/v1/readiness", {});
  return (
    <Page
      title={t("Ready to send")}
      told={t("What a first campaign needs, in the order in which somebody would see to it.")}
    >
      <Asking of={found} bones={8}>
        {(now) => (
          <div className="stack">
            {now.is_ready ? (
              <Note tone="done">{t("Nothing is missing: a campaign can go.")}</Note>
            ) : (
              <Note tone="warn">
                {t(
                  "{count, plural, one {One thing is missing} other {# things are missing}} before a campaign can go.",
                  {
                    count: now.missing,
                  },
                )}
              </Note>
            )}
            <Card isBare>
              <ul>
                {now.items.map((one) => (
                  <Part key={one.name} of={one} />
                ))}
              </ul>
            </Card>
          </div>
        )}
      </Asking>
    </Page>
  );
}

function Part({ of }: { of: Shapes["ReadyPart"] }) {
  return (
    <li className="line">
      <div className="grow stack tight">
        <div className="row">
          <span className="strong">{of.title}</span>
          <StateBadge state={LOOKS[of.state] ?? of.state} word={WORDS[of.state]?.()} />
        </div>
        <span className="small soft wrap">{of.told}</span>
      </div>
      <A to={of.to}>{PLACES[of.to]?.() ?? t("Show it")}</A>
    </li>
  );
}
