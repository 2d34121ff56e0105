"use client";

import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { api } from "@/components/api-client";
import { nameOf } from "@/components/calls/decision";
import { hindranceOf } from "@/components/calls/hindrance";
import { useReasonText } from "@/components/format";
import { QueryError } from "@/components/query-error";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { Receipt } from "@/lib/gateway/types";
import type { KeyRoutes, KeyView } from "@/lib/schemas/keys";
import { useKeyStatus } from "./key-facts";

/** Which groups a key could call right now and who would answer, or what stands in its way. Nothing is called. */
export function KeyTestDialog({ subject, onClose }: { subject: KeyView | null; onClose: () => void }) {
  const t = useTranslations("keys.test");
  const tCommon = useTranslations("common");
  const id = subject?.id ?? null;
  const query = useQuery({
    queryKey: ["keys", "routes", id],
    queryFn: () => api.get<KeyRoutes>(`/api/admin/keys/${id}/routes`),
    enabled: id !== null,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  return (
    <Dialog
      size="medium"
      open={subject !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("title", { name: subject?.name ?? "" })}
      description={t("description")}
      footer={
        <>
          <Button icon={RefreshCw} pending={query.isFetching} onClick={() => void query.refetch()}>
            {t("again")}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {tCommon("close")}
          </Button>
        </>
      }
    >
      {subject && (
        <div className="flex flex-col gap-3 pb-1">
          <OwnHindrance subject={subject} />
          <QueryError query={query} />
          {query.isPending ? <SkeletonRows rows={3} /> : <Verdicts keyId={subject.id} routes={query.data} />}
        </div>
      )}
    </Dialog>
  );
}

/** What the key itself has against calls, whichever group is asked. */
function OwnHindrance({ subject }: { subject: KeyView }) {
  const { tone, word, reason } = useKeyStatus(subject);
  if (reason === null) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-small">
      <Badge tone={tone}>{word}</Badge>
      <span className="min-w-0">{reason}</span>
    </p>
  );
}

function Verdicts({ keyId, routes }: { keyId: string; routes: KeyRoutes | undefined }) {
  const t = useTranslations("keys.test");
  if (!routes) return null;
  if (routes.items.length === 0) return <p className="text-small text-warning">{t("noGroups")}</p>;
  const serving = routes.items.filter(({ receipt }) => receipt.servedBy !== null).length;
  return (
    <>
      <p role="status" className="text-small">
        {t("summary", { serving, total: routes.items.length })}
      </p>
      <ul aria-label={t("label")} className="flex flex-col divide-y rounded-card border text-small">
        {routes.items.map(({ group, receipt }) => (
          <li key={group.id} className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1 px-3 py-2">
            <Link
              href={`/groups/${group.id}?${new URLSearchParams({ "sim.key": keyId, "sim.run": "true" })}`}
              prefetch={false}
              className="min-w-0 break-all rounded-xs font-medium font-mono hover:underline"
            >
              {group.name}
            </Link>
            <Verdict receipt={receipt} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Left-out candidates whose reason is told; more are in the group's own test. */
const toldMost = 2;

function Verdict({ receipt }: { receipt: Receipt }) {
  const t = useTranslations("keys.test");
  const reasonText = useReasonText();
  if (receipt.servedBy !== null) {
    return (
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <span className="min-w-0 break-all text-muted-foreground">
          {t("first", { name: nameOf(receipt.servedBy) })}
        </span>
        <Badge tone="ready">{t("serves")}</Badge>
      </span>
    );
  }
  const hindrance = hindranceOf(receipt);
  const skipped = hindrance === "various" ? receipt.candidates.slice(0, toldMost) : [];
  return (
    <span className="flex min-w-0 flex-1 basis-56 flex-col items-end gap-1">
      <Badge tone="failed">{t("refused")}</Badge>
      <span className="text-end text-muted-foreground">{t("because", { reason: hindrance })}</span>
      {skipped.map(({ deployment, reason }) => (
        <span key={deployment.id} className="break-words text-end text-muted-foreground">
          {t("leftOut", { name: nameOf(deployment), reason: reasonText(reason) })}
        </span>
      ))}
    </span>
  );
}
