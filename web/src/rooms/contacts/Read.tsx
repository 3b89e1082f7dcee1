/** Every message that left for them, in order, as it looked. */
import { Button } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { ask } from "@/app/client";
import { t } from "@/app/words";
import { Bones, Empty, keyset, Problem } from "@/kit";
import { Letter } from "../messages/Letter";
import { PersonPage, useContact } from "./Contact";
import "./contacts.css";

export function Read() {
  const { id, found } = useContact();
  const pages = ask.useInfiniteQuery(
    "get",
    "/api/v1/contacts/{contact_id}/read",
    { params: { path: { contact_id: id }, query: { limit: 20 } } },
    { ...keyset, meta: { isStill: true } },
  );
  const letters = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <PersonPage id={id} of={found.data}>
      {pages.error && !letters.length ? <Problem error={pages.error} onRetry={() => void pages.refetch()} /> : null}
      {pages.isPending ? <Bones lines={8} /> : null}
      {!pages.isPending && !pages.error && letters.length === 0 ? (
        <Empty icon={<IconMail size={28} />}>{t("Nothing has left for them yet.")}</Empty>
      ) : null}
      <ol className="letters">
        {letters.map((letter) => (
          <li key={letter.message_id}>
            <Letter of={letter} />
          </li>
        ))}
      </ol>
      {pages.hasNextPage ? (
        <div>
          <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t("Show what came after")}
          </Button>
        </div>
      ) : null}
    </PersonPage>
  );
}
