/** Messages that somebody reads before they leave: let them go, or never. */
import { Button } from "@mantine/core";
import { api, queries } from "@/app/client";
import { t } from "@/app/words";
import { Note, toast, useDeed } from "@/kit";

function useVerdict(ids: number[]) {
  const done = () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/inbox"] });
  const [approve, isApproving] = useDeed(async () => {
    const { data } = await api.POST("/api/v1/messages/approve", { body: { ids } });
    toast(t("{count, plural, one {# message leaves} other {# messages leave}} now.", { count: data?.ids.length ?? 0 }));
    await done();
  });
  const [reject, isRejecting] = useDeed(async () => {
    const { data } = await api.POST("/api/v1/messages/reject", { body: { ids } });
    toast(
      t("{count, plural, one {# message was} other {# messages were}} rejected; their journeys go on.", {
        count: data?.ids.length ?? 0,
      }),
    );
    await done();
  });
  return { approve, reject, isBusy: isApproving || isRejecting };
}

export function Review({ ids }: { ids: number[] }) {
  const { approve, reject, isBusy } = useVerdict(ids);
  return (
    <div className="row">
      <Button variant="default" disabled={isBusy} onClick={() => void reject()}>
        {t("Reject")}
      </Button>
      <Button disabled={isBusy} onClick={() => void approve()}>
        {t("Approve")}
      </Button>
    </div>
  );
}

/** Everything that is shown, at once. */
export function ReviewAll({ ids }: { ids: number[] }) {
  const { approve, isBusy } = useVerdict(ids);
  return (
    <Note>
      <div className="row apart">
        <span>{t("{count} messages wait to be read.", { count: ids.length })}</span>
        <Button variant="default" size="compact-sm" disabled={isBusy} onClick={() => void approve()}>
          {t("Approve all that are listed")}
        </Button>
      </div>
    </Note>
  );
}
