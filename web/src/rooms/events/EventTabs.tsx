import { t } from "@/app/words";
import { TabLinks } from "@/kit";

export function EventTabs() {
  return (
    <TabLinks
      tabs={[
        { to: "/events", label: t("Live") },
        { to: "/events/rejected", label: t("Rejected") },
      ]}
    />
  );
}
