import { Button, CopyButton } from "@mantine/core";
import { IconWorldCheck } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { ask, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { A, Asking, Card, Empty, Note, Page, StateBadge } from "@/kit";

type Finding = Shapes["DomainFinding"];
type Checked = Shapes["DomainChecked"];

const VERDICTS: Record<Finding["verdict"], [string, () => string]> = {
  ok: ["ok", () => t("Right")],
  warn: ["attention", () => t("Look at it")],
  missing: ["failed", () => t("Missing")],
  wrong: ["failed", () => t("Wrong")],
  unknown: ["attention", () => t("No answer")],
};

/** What mailbox providers see of a sender's domain, asked of DNS when the page is opened. */
export function DomainPage() {
  const { domain = "" } = useParams({ strict: false }) as { domain?: string };
  const checked = ask.useQuery(
    "get",
    "/api/v1/checks/domains/{domain}",
    { params: { path: { domain } } },
    { meta: { isStill: true }, retry: false },
  );
  return (
    <Page
      title={domain}
      tab={t("Domain {domain}", { domain })}
      told={<A to="/channels">{t("Channels")}</A>}
      actions={
        <Button
          variant="default"
          leftSection={<IconWorldCheck size={16} />}
          loading={checked.isFetching}
          onClick={() => void checked.refetch()}
        >
          {t("Ask again")}
        </Button>
      }
    >
      <p className="soft">
        {t(
          "Mailbox providers look these up before they believe that a mail is yours. Paste what is missing where you manage the domain's DNS; it may take an hour until it is seen.",
        )}
      </p>
      <Asking of={checked}>{(all) => all.map((one) => <One key={one.account} of={one} />)}</Asking>
    </Page>
  );
}

function One({ of }: { of: Checked }) {
  const title = of.account
    ? t("Sent by {account}, through {host}", { account: of.account, host: of.host })
    : t("No sender uses it yet");
  return (
    <>
      {of.is_ready ? (
        <Note tone="done">{t("Nothing is missing. Receivers can see that mail of this domain is yours.")}</Note>
      ) : null}
      <Card title={title} isBare>
        {of.findings.length === 0 ? (
          <Empty icon={<IconWorldCheck size={28} />}>{t("There is nothing to look at.")}</Empty>
        ) : (
          <ul>
            {of.findings.map((finding) => (
              <Line key={finding.name} of={finding} />
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}

function Line({ of }: { of: Finding }) {
  const [state, word] = VERDICTS[of.verdict];
  return (
    <li className="line">
      <div className="grow stack tight">
        <div className="row">
          <span className="strong">{of.name}</span>
          <StateBadge state={state} word={word()} />
        </div>
        <span>{of.told}</span>
        {of.record ? <Paste of={of.record} /> : null}
        {of.found.length > 0 ? (
          <span className="faint small wrap">
            {t("DNS says:")} <code>{of.found.join(" · ")}</code>
          </span>
        ) : null}
      </div>
    </li>
  );
}

function Paste({ of }: { of: Shapes["DomainRecord"] }) {
  return (
    <div className="row">
      <code className="grow wrap">
        {of.name} {of.type} {of.value}
      </code>
      <CopyButton value={of.value}>
        {({ copied, copy }) => (
          <Button
            size="xs"
            variant="default"
            onClick={copy}
            aria-label={copied ? undefined : t("Copy value of {name}", { name: of.name })}
          >
            {copied ? t("Copied") : t("Copy value")}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
