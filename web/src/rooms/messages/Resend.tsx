/** Sending again by hand: the dialog says what is known, and what may happen. */
import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { api, queries } from "@/app/client";
import { t } from "@/app/words";
import { Confirm, toast } from "@/kit";

export type Resendable = { id: number; state: string; address: string; contact: string };

export function isResendable(state: string): boolean {
  return state === "uncertain" || state === "failed" || state === "expired";
}

export function Resend({ of, isSmall }: { of: Resendable; isSmall?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  if (!isResendable(of.state)) return null;
  const names = { name: of.contact, address: of.address };
  const isRisky = of.state === "uncertain";
  return (
    <>
      <Button
        size={isSmall ? "compact-sm" : "sm"}
        variant={isSmall ? "default" : "filled"}
        leftSection={<IconRefresh size={16} />}
        onClick={() => setOpen(true)}
      >
        {t("Send again")}
      </Button>
      <Confirm
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title={isRisky ? t("Send it although it may have arrived?") : t("Send it again?")}
        verb={t("Send again")}
        isDanger={isRisky}
        onConfirm={async () => {
          await api.POST("/api/v1/messages/{message_id}/send-again", { params: { path: { message_id: of.id } } });
          await queries.invalidateQueries();
          toast(t("It is in the queue again."));
        }}
      >
        {isRisky
          ? t(
              "Nobody knows whether {name} got this message at {address}: the provider may have taken it before the connection ended. If it did, they get it twice.",
              names,
            )
          : t("One message to {name} at {address} goes out again. Every rule is asked anew before it leaves.", names)}
      </Confirm>
    </>
  );
}
