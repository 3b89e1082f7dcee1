import { ask } from "@/app/client";
import { number, t } from "@/app/words";
import { A, Why } from "@/kit";

/** What the frequency caps cost this journey lately, where they cost it anything. */
export function GaveWay({ journey, isLive }: { journey: string; isLive: boolean }) {
  const cost = ask.useQuery("get", "/api/v1/caps/cost", {}, { enabled: isLive });
  const mine = cost.data?.items.find((one) => one.source === "journey" && one.name === journey);
  if (!mine) return null;
  return (
    <Why
      label={t("{count, plural, one {# message} other {# messages}} gave way to caps", {
        count: mine.deferred + mine.skipped,
      })}
    >
      <p>
        {t(
          "In the last 30 days {deferred} of its messages waited and {skipped} were not sent, because people had enough for the moment. One more a window would release {released}.",
          { deferred: number(mine.deferred), skipped: number(mine.skipped), released: number(mine.released) },
        )}
      </p>
      <A to="/workspace">{t("See the caps")}</A>
    </Why>
  );
}
