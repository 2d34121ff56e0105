"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { DeploymentView } from "@/lib/schemas/deployments";
import { MemberPicker } from "./member-picker";

type How = "own_tiers" | "last_tier";

/** Chooses deployments for the board; nothing is saved before the order is. */
export function AddMembersDialog({
  groupName,
  open,
  onOpenChange,
  deployments,
  onAdd,
}: {
  groupName: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  deployments: readonly DeploymentView[];
  onAdd: (deploymentIds: readonly string[], how: How) => void;
}) {
  const t = useTranslations("groups.addMembers");
  const tCommon = useTranslations("common");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [how, setHow] = useState<How>("own_tiers");
  const close = () => {
    setChosen([]);
    onOpenChange(false);
  };
  return (
    <Dialog
      size="medium"
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title={t("title", { name: groupName })}
      footer={
        <>
          <Button onClick={close}>{tCommon("cancel")}</Button>
          <Button
            variant="primary"
            disabled={chosen.length === 0}
            onClick={() => {
              onAdd(chosen, how);
              close();
            }}
          >
            {t("submit", { count: chosen.length })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pb-1">
        <MemberPicker deployments={deployments} value={chosen} onChange={setChosen} />
        <Field label={t("how")}>
          <Select<How>
            value={how}
            onValueChange={setHow}
            options={[
              { value: "own_tiers", label: t("own_tiers") },
              { value: "last_tier", label: t("last_tier") },
            ]}
          />
        </Field>
      </div>
    </Dialog>
  );
}
