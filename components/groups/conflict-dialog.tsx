"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { GroupView } from "@/lib/schemas/groups";
import { boardChanges, boardOf } from "./tier-board";

/** Somebody saved the group first: what they changed, and whose order is to stay. */
export function ConflictDialog({
  latest,
  base,
  nameOf,
  pending,
  onClose,
  onKeepMine,
  onTakeTheirs,
}: {
  /** The group as it is stored now; null while there is no conflict. */
  latest: GroupView | null;
  /** The group as it was when the reader began to change it. */
  base: GroupView;
  nameOf: (deploymentId: string) => string;
  pending: boolean;
  onClose: () => void;
  onKeepMine: (latest: GroupView) => void;
  onTakeTheirs: () => void;
}) {
  const t = useTranslations("groups.conflict");
  const changes = latest ? boardChanges(boardOf(base.members), boardOf(latest.members)) : [];
  return (
    <Dialog
      open={latest !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("title")}
      description={changes.length > 0 ? t("body") : t("none")}
      footer={
        <>
          <Button onClick={onTakeTheirs}>{t("takeTheirs")}</Button>
          <Button
            variant="primary"
            pending={pending}
            onClick={() => {
              if (latest) onKeepMine(latest);
            }}
          >
            {t("keepMine")}
          </Button>
        </>
      }
    >
      {changes.length > 0 && (
        <ul className="flex list-disc flex-col gap-1 ps-5 text-small">
          {changes.map(({ deploymentId, kind }) => (
            <li key={`${deploymentId}-${kind}`} className="break-words">
              {t(kind, { name: nameOf(deploymentId) })}
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
