"use client";

import { FileLock } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useImportOverview } from "./config-import/use-provider-file";
import { Badge } from "./ui/badge";

/** Whether the mounted provider file defines this; only there it can be changed. */
export const isFromFile = ({ source }: { source: string }): boolean => source === "file";

/** Marks a row that the provider file defines. Nothing for every other row. */
export function FromFileBadge({ subject }: { subject: { source: string } }) {
  const t = useTranslations("common");
  if (!isFromFile(subject)) return null;
  return (
    <Badge tone="neutral" icon={FileLock}>
      {t("fromFile")}
    </Badge>
  );
}

/** Why nothing can be changed on this page, and where it can. Nothing for what was made in the console. */
export function FromFileNote({ subject, mayHold = false }: { subject: { source: string }; mayHold?: boolean }) {
  const t = useTranslations("common");
  const owned = isFromFile(subject);
  const { data } = useImportOverview({ enabled: owned });
  if (!owned) return null;
  return (
    <div className="flex items-start gap-3 rounded-card border bg-muted px-4 py-3">
      <FileLock aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" strokeWidth={1.75} />
      <div className="flex min-w-0 flex-col gap-0.5">
        <p className="font-medium">{t("fromFileTitle")}</p>
        <p className="break-words text-muted-foreground text-small">
          {t("fromFileBody", { file: data?.providerFile?.path ?? "provider.json" })}
        </p>
        {mayHold && <p className="text-muted-foreground text-small">{t("fromFileMayHold")}</p>}
      </div>
    </div>
  );
}

/** Fields and buttons inside cannot be used while the provider file defines what they would change. */
export function LockedByFile({ subject, children }: { subject: { source: string }; children: ReactNode }) {
  return (
    <fieldset disabled={isFromFile(subject)} className="contents">
      {children}
    </fieldset>
  );
}
