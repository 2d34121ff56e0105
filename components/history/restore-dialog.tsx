"use client";

import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { api, isApiError, useApiMutation, useErrorText } from "@/components/api-client";
import { isVersionConflict } from "@/components/conflict/is-version-conflict";
import { FormAlert } from "@/components/form-alert";
import { useDates } from "@/components/format";
import { QueryError } from "@/components/query-error";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { HistoryEntry, NotRestored, RestorePlan } from "@/lib/schemas/history";
import { useFieldLabel } from "./change-text";
import { FieldDiff } from "./field-diff";

/** Shows what putting back the values before a change would do now, and does it as an ordinary change. */
export function RestoreDialog({
  entry,
  labelOf,
  onRestored,
  onClose,
}: {
  entry: HistoryEntry;
  labelOf?: (path: string) => string;
  onRestored?: () => void;
  onClose: () => void;
}) {
  const t = useTranslations("changes.restoring");
  const tCommon = useTranslations("common");
  const errorText = useErrorText();
  const dates = useDates();
  const plan = useQuery({
    queryKey: ["restore", entry.id],
    queryFn: () => api.get<RestorePlan>(`/api/admin/history/${entry.id}/restore`),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const restore = useApiMutation({
    mutationFn: ({ path, body, version }: RestorePlan) => api.patch(path, { ...body, version }),
    // Whatever shows the object, or anything that follows from it, is read again.
    invalidate: [[]],
    success: () => t("done"),
    onSuccess: () => {
      onClose();
      onRestored?.();
    },
    quiet: true,
  });
  const stale = isVersionConflict(restore.error);
  const nothing = plan.data && Object.keys(plan.data.body).length === 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      size="medium"
      title={t("title")}
      description={t("body", { at: dates.dateTime(new Date(entry.at), "full") })}
      footer={
        <>
          <Button onClick={onClose}>{tCommon("cancel")}</Button>
          <Button
            variant="primary"
            disabled={!plan.data || nothing || plan.isFetching}
            pending={restore.isPending}
            onClick={() => {
              if (!plan.data) return;
              restore.mutate(plan.data, {
                onError: (error) => {
                  if (isVersionConflict(error)) void plan.refetch();
                },
              });
            }}
          >
            {t("confirm")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pb-1">
        {stale && <Note>{t("changedMeanwhile")}</Note>}
        {restore.error && !stale ? (
          isApiError(restore.error) && restore.error.fields.length > 0 ? (
            <FormAlert error={restore.error} />
          ) : (
            <Note>{errorText(restore.error)}</Note>
          )
        ) : null}
        {plan.isPending ? (
          <SkeletonRows rows={3} />
        ) : plan.data ? (
          <>
            {nothing ? (
              <p className="text-muted-foreground">{t("nothing")}</p>
            ) : (
              <FieldDiff before={plan.data.now} after={plan.data.restored} labelOf={labelOf} />
            )}
            <LeftList left={plan.data.left} labelOf={labelOf} />
          </>
        ) : (
          <QueryError query={plan} />
        )}
      </div>
    </Dialog>
  );
}

/** What stays as it is, each with why. */
function LeftList({ left, labelOf }: { left: readonly NotRestored[]; labelOf?: (path: string) => string }) {
  const t = useTranslations("changes.restoring");
  const fieldLabel = useFieldLabel();
  const label = labelOf ?? fieldLabel;
  if (left.length === 0) return null;
  return (
    <Note>
      <p className="font-medium">{t("left")}</p>
      <ul className="flex flex-col gap-0.5">
        {left.map(({ path, reason, names }) => (
          <li key={`${path}-${reason}`} className="break-words">
            {t(`leftBecause.${reason}`, { field: label(path), names: names.join(", ") })}
          </li>
        ))}
      </ul>
    </Note>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex items-start gap-2 rounded-card bg-warning-surface px-3 py-2.5 text-small text-warning"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
      <div className="flex min-w-0 flex-col gap-1">{children}</div>
    </div>
  );
}
