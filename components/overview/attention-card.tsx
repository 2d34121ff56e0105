"use client";

import { CircleCheck, Play, RotateCcw } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import type { AttentionItem, AttentionLevel, AttentionView } from "@/lib/schemas/attention";
import { api, useApiMutation } from "../api-client";
import { useFormat } from "../format";
import { PoliteSummary } from "../live/polite-summary";
import { useMay } from "../permissions";
import { Button, ButtonLink } from "../ui/button";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { RelativeTime } from "../ui/relative-time";
import { attentionDoors, retryable, subjectOf } from "./attention-doors";
import { AttentionBadge, AttentionEvidence } from "./attention-words";

const shownFirst = 6;

const edges: Record<AttentionLevel, string> = {
  critical: "border-s-state-down",
  warning: "border-s-state-degraded",
  notice: "border-s-transparent",
};

/** What needs somebody, the most important first, each with its evidence and the one thing to do about it. */
export function AttentionCard({ view, deployments }: { view: AttentionView; deployments: number }) {
  const t = useTranslations("overview.attention");
  const tAll = useTranslations("overview");
  const [all, setAll] = useState(false);
  const { items, more } = view;
  const shown = all ? items : items.slice(0, shownFirst);
  const total = items.length + more;
  return (
    <Card
      title={t("title")}
      flush
      className="flex flex-col [&>:nth-child(2)]:flex [&>:nth-child(2)]:flex-1 [&>:nth-child(2)]:flex-col"
      footer={
        items.length > shownFirst && (
          <Button size="compact" variant="ghost" onClick={() => setAll(!all)}>
            {all ? tAll("showLess") : tAll("showAll", { count: items.length })}
          </Button>
        )
      }
    >
      <PoliteSummary text={t("summary", { count: total })} />
      {items.length === 0 ? (
        <p className="m-auto flex items-center gap-2 px-4 py-4 text-body text-muted-foreground">
          {deployments > 0 && (
            <CircleCheck aria-hidden className="size-4 shrink-0 text-state-ready" strokeWidth={1.75} />
          )}
          {deployments > 0 ? t("none") : t("nothingYet")}
        </p>
      ) : (
        <ul className="divide-y">
          {shown.map((item) => (
            <AttentionRow key={item.id} item={item} />
          ))}
        </ul>
      )}
      {all && more > 0 && (
        <p className="border-t px-4 py-2.5 text-muted-foreground text-small">{t("more", { more })}</p>
      )}
    </Card>
  );
}

function AttentionRow({ item }: { item: AttentionItem }) {
  const t = useTranslations("overview.attention");
  const format = useFormat();
  const { subject, logs } = attentionDoors(item);
  return (
    <li
      data-attention={item.id}
      className={cn("flex flex-wrap items-center gap-x-3 gap-y-2 border-s-2 px-4 py-2.5", edges[item.level])}
    >
      <div className="flex min-w-0 flex-1 basis-56 flex-col gap-0.5">
        <span className="flex min-w-0 flex-wrap items-center gap-2">
          <Link
            href={subject}
            prefetch={false}
            className="min-w-0 rounded-xs font-medium text-body [overflow-wrap:anywhere] hover:underline"
          >
            {subjectOf(item) ?? t("theGateway")}
          </Link>
          <AttentionBadge item={item} />
        </span>
        <span className="flex flex-wrap gap-x-2 text-muted-foreground text-small">
          <AttentionEvidence item={item} />
        </span>
        {(item.since !== null || item.calls > 0) && (
          <span className="flex flex-wrap gap-x-2 text-caption text-muted-foreground">
            {item.since !== null && <RelativeTime at={item.since} />}
            {item.calls > 0 && logs && (
              <Link href={logs} prefetch={false} className="rounded-xs hover:underline">
                {t("calls", { calls: item.calls, shown: format.count(item.calls) })}
              </Link>
            )}
          </span>
        )}
      </div>
      <Fix item={item} />
    </li>
  );
}

/** The one thing to do about it: at once where that is safe, else where it is done. */
function Fix({ item }: { item: AttentionItem }): ReactNode {
  const t = useTranslations("overview.attention");
  const may = useMay();
  const change = useApiMutation({
    mutationFn: ({ path, body }: { path: string; body?: unknown }) => api.post(path, body),
    invalidate: [["attention"], ["states"]],
    success: () => t("done", { name: subjectOf(item) ?? "" }),
  });
  const act = (path: string, body?: unknown) => () => change.mutate({ path, body });
  if (item.kind === "deployment_state" && retryable(item) && may("write")) {
    return (
      <Button
        size="compact"
        icon={RotateCcw}
        pending={change.isPending}
        onClick={act("/api/admin/health/reset", { deploymentId: item.deployment.id })}
      >
        {t("fix.retry")}
      </Button>
    );
  }
  if (item.kind === "deployment_held" && may("write")) {
    return (
      <Button
        size="compact"
        icon={Play}
        pending={change.isPending}
        onClick={act(`/api/admin/deployments/${item.deployment.id}/release`)}
      >
        {t("fix.release")}
      </Button>
    );
  }
  const { fix } = attentionDoors(item);
  if (fix === null) return null;
  return (
    <ButtonLink size="compact" href={fix} prefetch={false}>
      {t(`fix.${item.kind}`)}
    </ButtonLink>
  );
}
