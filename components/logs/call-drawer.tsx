"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp, Maximize2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { middleTruncated } from "@/lib/format";
import type { CallDetailView } from "@/lib/schemas/logs";
import { api, isApiError, useErrorText } from "../api-client";
import { CallDetail } from "../calls/call-detail";
import { useMay } from "../permissions";
import { useShortcut } from "../shortcuts/use-shortcut";
import { IconButton } from "../ui/button";
import { CopyButton, useCopy } from "../ui/copy-button";
import { EmptyState } from "../ui/empty-state";
import { ErrorCard } from "../ui/error-card";
import { Sheet } from "../ui/sheet";
import { Skeleton } from "../ui/skeleton";

/** One call beside the list. j and k walk the list, beyond the page too; Escape and the button close. */
export function CallDrawer({
  id,
  onClose,
  onMove,
  onNarrow,
}: {
  /** Call id or request id. */
  id: string;
  onClose: () => void;
  onMove: (step: 1 | -1) => void;
  onNarrow: (parameter: string, value: string) => void;
}) {
  const t = useTranslations("logs");
  const tDetail = useTranslations("calls.detail");
  const { copy } = useCopy();
  const call = useCall(id);
  const sessionId = call.data?.sessionId ?? null;
  const link = () => `${window.location.origin}/logs/${id}`;
  useShortcut("list.next", () => onMove(1), { inDialog: true });
  useShortcut("list.previous", () => onMove(-1), { inDialog: true });
  useShortcut("list.copyId", () => void copy(call.data?.requestId ?? id), { inDialog: true });
  useShortcut("list.copyLink", () => void copy(link()), { inDialog: true });
  useShortcut("list.openInTab", () => window.open(`/logs/${id}`, "_blank", "noopener"), { inDialog: true });
  useShortcut("filter.session", () => sessionId && onNarrow("session", sessionId), {
    inDialog: true,
    when: () => sessionId !== null,
  });

  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      size="detail"
      resizable="call-drawer"
      title={
        <span className="block truncate" title={call.data?.requestId ?? id}>
          {t("callTitle", { id: middleTruncated(call.data?.requestId ?? id, { head: 8, tail: 6 }) })}
        </span>
      }
      actions={
        <div className="flex items-center">
          <IconButton icon={ChevronUp} label={t("previous")} onClick={() => onMove(-1)} />
          <IconButton icon={ChevronDown} label={t("next")} onClick={() => onMove(1)} />
          <CopyButton
            text={`${globalThis.location?.origin ?? ""}/logs/${id}`}
            label={tDetail("copyLink")}
            variant="ghost"
          />
          <Link
            href={`/logs/${id}`}
            prefetch={false}
            aria-label={tDetail("openPage")}
            title={tDetail("openPage")}
            className="flex size-8 items-center justify-center rounded-control hover:bg-muted touch:size-11"
          >
            <Maximize2 aria-hidden className="size-4" strokeWidth={1.75} />
          </Link>
        </div>
      }
    >
      <DrawerContent call={call} />
    </Sheet>
  );
}

function useCall(id: string) {
  return useQuery({
    queryKey: ["call", id],
    queryFn: () => api.get<CallDetailView>(`/api/admin/logs/${encodeURIComponent(id)}`),
    // A finished call never changes.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

function DrawerContent({ call }: { call: ReturnType<typeof useCall> }) {
  const t = useTranslations("calls.detail");
  const errorText = useErrorText();
  const may = useMay();
  if (call.data) return <CallDetail call={call.data} mayReadBodies={may("bodies")} />;
  if (call.error) {
    if (isApiError(call.error) && call.error.status === 404)
      return <EmptyState title={t("notFoundTitle")}>{t("notFoundBody")}</EmptyState>;
    return (
      <ErrorCard
        onRetry={() => void call.refetch()}
        diagnosticId={isApiError(call.error) ? call.error.requestId : null}
      >
        {errorText(call.error)}
      </ErrorCard>
    );
  }
  return (
    <div role="status" aria-label={t("loading")} className="flex flex-col gap-4">
      <Skeleton className="h-5 w-40" />
      <Skeleton className="h-10" />
      <Skeleton className="h-48" />
    </div>
  );
}
