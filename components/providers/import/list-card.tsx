"use client";

import { ListPlus, RefreshCw } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { api, useApiMutation } from "@/components/api-client";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { RelativeTime } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import type { ImportJobView, ImportState, ModelSyncView } from "@/lib/schemas/model-import";
import type { ProviderView } from "@/lib/schemas/providers";
import { JobSummary, UndoButton } from "./job-view";
import { useListProblemText } from "./list-failure";
import { useImports, useModelSync } from "./use-imports";

const never = "never";
const daily = "0 3 * * *";
const weekly = "0 3 * * 1";

/** A provider's own list of models: when it is looked at, what is new there, and what was imported from it. */
export function ListCard({ provider }: { provider: ProviderView }) {
  const t = useTranslations("modelImport");
  const { data: sync } = useModelSync(provider.id);
  const imports = useImports(provider.id);
  const look = useApiMutation({
    mutationFn: () => api.post<ModelSyncView>(`/api/admin/providers/${provider.id}/sync`),
    invalidate: [["suggestions"], ["provider-list", provider.id]],
    success: ({ suggestions }) => t("list.looked", { count: suggestions.length }),
  });
  const jobs = imports.data?.items ?? [];
  return (
    <Card
      flush
      id="models-list"
      className="scroll-mt-20"
      title={t("list.title")}
      description={t("list.description")}
      actions={
        <>
          <Button size="compact" icon={RefreshCw} pending={look.isPending} onClick={() => look.mutate()}>
            {t("list.look")}
          </Button>
          <ButtonLink size="compact" icon={ListPlus} href={`/providers/${provider.id}/import`}>
            {t("list.import")}
          </ButtonLink>
        </>
      }
    >
      {sync && <SyncRow sync={sync} />}
      {sync && <Suggestions sync={sync} />}
      {jobs.length > 0 && (
        <ul aria-label={t("list.history")} className="flex flex-col divide-y border-t">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function SyncRow({ sync }: { sync: ModelSyncView }) {
  const t = useTranslations("modelImport");
  const problemText = useListProblemText();
  const change = useApiMutation({
    mutationFn: (cron: string | null) =>
      api.patch<ModelSyncView>(`/api/admin/providers/${sync.providerId}/sync`, { cron }),
    invalidate: [["suggestions"]],
    success: ({ cron }) => t(cron === null ? "list.syncOff" : "list.syncOn"),
  });
  const known = [never, daily, weekly];
  const value = sync.cron ?? never;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <span className="min-w-0 flex-1 basis-48 text-muted-foreground text-small">
        {sync.error !== null ? (
          <span className="break-words text-danger">
            {t("list.syncFailed", { reason: problemText(sync.error) ?? sync.error })}
          </span>
        ) : sync.checkedAt === null ? (
          t("list.notChecked")
        ) : (
          t.rich("list.checked", { when: () => <RelativeTime at={sync.checkedAt} /> })
        )}
      </span>
      <span className="w-full sm:w-64">
        <Select
          size="compact"
          aria-label={t("list.schedule")}
          value={value}
          disabled={change.isPending}
          onValueChange={(next) => change.mutate(next === never ? null : next)}
          options={[
            { value: never, label: t("list.never") },
            { value: daily, label: t("list.daily") },
            { value: weekly, label: t("list.weekly") },
            ...(known.includes(value) ? [] : [{ value, label: value }]),
          ]}
        />
      </span>
    </div>
  );
}

function Suggestions({ sync }: { sync: ModelSyncView }) {
  const t = useTranslations("modelImport");
  const dismiss = useApiMutation({
    mutationFn: () => api.post(`/api/admin/providers/${sync.providerId}/sync/dismiss`, { marks: "all" }),
    invalidate: [["suggestions"]],
    success: () => t("list.dismissed"),
  });
  if (sync.suggestions.length === 0) return null;
  const news = (["added", "changed", "vanished"] as const).flatMap((kind) => {
    const count = sync.suggestions.filter((one) => one.kind === kind).length;
    return count > 0 ? [t(`list.news.${kind}`, { count })] : [];
  });
  const shown = sync.suggestions.slice(0, 3).map(({ model }) => model);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t bg-info-surface/50 px-4 py-3">
      <span className="flex min-w-0 flex-1 basis-56 flex-col gap-0.5">
        <span>{news.join(" · ")}</span>
        <span className="break-all font-mono text-muted-foreground text-small">
          {shown.join(", ")}
          {sync.suggestions.length > shown.length && " …"}
        </span>
      </span>
      <span className="flex flex-wrap gap-2">
        <Button size="compact" variant="ghost" pending={dismiss.isPending} onClick={() => dismiss.mutate()}>
          {t("list.dismiss")}
        </Button>
        <ButtonLink size="compact" href={`/providers/${sync.providerId}/import?suggested=true`}>
          {t("list.review")}
        </ButtonLink>
      </span>
    </div>
  );
}

const tones: Record<ImportState, Tone> = {
  queued: "neutral",
  running: "info",
  done: "ready",
  failed: "failed",
  undone: "refused",
};

function JobRow({ job }: { job: ImportJobView }) {
  const t = useTranslations("modelImport");
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-2.5">
      <Badge tone={tones[job.state]}>{t(`state.${job.state}`)}</Badge>
      <Link
        href={`/providers/${job.provider.id}/import?job=${job.id}`}
        className="min-w-0 flex-1 basis-40 break-words rounded-xs hover:underline"
      >
        {job.state === "queued" || job.state === "running" ? (
          t(`phase.${job.phase ?? "waiting"}`)
        ) : (
          <JobSummary job={job} />
        )}
      </Link>
      <span className="text-muted-foreground text-small">
        {t.rich("list.by", { actor: job.actor, when: () => <RelativeTime at={job.createdAt} /> })}
      </span>
      {job.undoUntil !== null && <UndoButton compact job={job} />}
    </li>
  );
}
