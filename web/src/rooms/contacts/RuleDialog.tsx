/** A rule that the list of contacts is narrowed by, built like any other. */
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { Refused } from "@/app/client";
import { number, t } from "@/app/words";
import { RuleBuilder } from "../rules/RuleBuilder";
import type { Rule } from "../rules/tree";
import { usePreview } from "../rules/use-preview";

type Props = { value: Rule | undefined; onShow: (rule: Rule) => void; onClose: () => void };

export default function RuleDialog({ value, onShow, onClose }: Props) {
  const [rule, setRule] = useState<Rule | undefined>(value);
  const found = usePreview(rule);
  const problems = found.error instanceof Refused ? found.error.places : [];
  const isReady = rule !== undefined && !found.isOld && !found.error;
  return (
    <Modal opened onClose={onClose} size="lg" title={<span className="strong">{t("Whoever matches")}</span>}>
      <div className="stack">
        <RuleBuilder path="where" value={rule} problems={problems} parts={found.data?.parts} onChange={setRule} />
        <div className="row apart">
          <span className="soft" aria-live="polite">
            {rule !== undefined && found.data
              ? t("{count, plural, one {# person now} other {{shown} people now}}", {
                  count: found.data.count,
                  shown: number(found.data.count),
                })
              : null}
          </span>
          <Button disabled={!isReady} onClick={() => rule !== undefined && onShow(rule)}>
            {t("Show them")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
