"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp, Maximize2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { middleTruncated } from "@/lib/format";
import type { CallDetailView } from "@/lib/schemas/logs";
import { api, isApiError, useErrorText } from "../api-client";
import { CallDetail } from "../calls/call-detail";
import { IconButton } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { EmptyState } from "../ui/empty-state";
import { ErrorCard } from "../ui/error-card";
import { Sheet } from "../ui/sheet";
import { Skeleton } from "../ui/skeleton";
import { isTyping } from "./filter-bar";

/** One call beside the list. j and k walk the list; Escape and the button close. */
export function CallDrawer({
  id,
  mayReadBodies,
  onClose,
  onMove,
}: {
  /** Call id or request id; null = closed. */
  id: string | null;
  mayReadBodies: boolean;
  onClose: () => void;
  onMove: (step: 1 | -1) => void;
}) {
  const t = useTranslations("logs");
  const tDetail = useTranslations("calls.detail");
  useEffect(() => {
    if (id === null) return;
    const walk = (event: KeyboardEvent) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "j") onMove(1);
      if (event.key === "k") onMove(-1);
    };
    window.addEventListener("keydown", walk);
    return () => window.removeEventListener("keydown", walk);
  }, [id, onMove]);

  return (
    <Sheet
      open={id !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      size="detail"
      title={
        <span className="block truncate">
          {t("callTitle", { id: middleTruncated(id ?? "", { head: 8, tail: 6 }) })}
        </span>
      }
      actions={
        <div className="flex items-center">
          <IconButton icon={ChevronUp} label={t("previous")} onClick={() => onMove(-1)} />
          <IconButton icon={ChevronDown} label={t("next")} onClick={() => onMove(1)} />
          <CopyButton
            text={id === null ? "" : `${globalThis.location?.origin ?? ""}/logs/${id}`}
            label={tDetail("copyLink")}
            variant="ghost"
          />
          <Link
            href={`/logs/${id ?? ""}`}
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
      {id !== null && <DrawerContent id={id} mayReadBodies={mayReadBodies} />}
    </Sheet>
  );
}

function DrawerContent({ id, mayReadBodies }: { id: string; mayReadBodies: boolean }) {
  const t = useTranslations("calls.detail");
  const errorText = useErrorText();
  const query = useQuery({
    queryKey: ["call", id],
    queryFn: () => api.get<CallDetailView>(`/api/admin/logs/${encodeURIComponent(id)}`),
    // A finished call never changes.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  if (query.data) return <CallDetail call={query.data} mayReadBodies={mayReadBodies} />;
  if (query.error) {
    if (isApiError(query.error) && query.error.status === 404)
      return <EmptyState title={t("notFoundTitle")}>{t("notFoundBody")}</EmptyState>;
    return (
      <ErrorCard
        onRetry={() => void query.refetch()}
        diagnosticId={isApiError(query.error) ? query.error.requestId : null}
      >
        {errorText(query.error)}
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
