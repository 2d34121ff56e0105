"use client";

import { CircleCheck, CircleX, LoaderCircle, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import type { ImportJobDetail, ImportJobView, LeftByUndo, ModelOutcome } from "@/lib/schemas/model-import";
import { usePages } from "./pager";
import { Problems } from "./review-step";
import { importKeys } from "./use-imports";

/** A job under way, and then what became of it. */
export function JobView({ job }: { job: ImportJobDetail }) {
  const t = useTranslations("modelImport");
  const isOver = job.state !== "queued" && job.state !== "running";
  const Icon = job.state === "failed" ? CircleX : isOver ? CircleCheck : LoaderCircle;
  const tone = job.state === "failed" ? "text-danger" : isOver ? "text-success" : "animate-spin text-muted-foreground";
  return (
    <>
      <Card>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-3" role="status" aria-live="polite">
          <Icon aria-hidden className={`size-6 shrink-0 ${tone}`} strokeWidth={1.75} />
          <div className="min-w-0 flex-1 basis-56">
            <p className="text-heading">{t(`job.${job.state}`)}</p>
            <p className="break-words text-muted-foreground">
              {isOver ? <JobSummary job={job} /> : t(`phase.${job.phase ?? "waiting"}`)}
            </p>
          </div>
          {job.undoUntil !== null && <UndoButton job={job} />}
        </div>
      </Card>
      <Left left={job.left} />
      <Problems problems={job.problems} />
      <Outcomes outcomes={job.outcomes} />
    </>
  );
}

/** What a job did, in a line. */
export function JobSummary({ job: { counts, error } }: { job: ImportJobView }) {
  const t = useTranslations("modelImport");
  if (error) return error.code === "interrupted" ? t("interrupted") : error.message;
  if (!counts) return null;
  const parts = (["added", "updated", "disabled", "removed"] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => t(`count.${name}`, { count: counts[name] }));
  return parts.length > 0 ? parts.join(" · ") : t("count.nothing");
}

/** Takes a job back, after a question. */
export function UndoButton({ job, compact }: { job: ImportJobView; compact?: boolean }) {
  const t = useTranslations("modelImport");
  const [asking, setAsking] = useState(false);
  const undo = useApiMutation({
    mutationFn: () => api.post<ImportJobDetail>(`/api/admin/imports/${job.id}/undo`),
    invalidate: importKeys,
    onSuccess: () => setAsking(false),
    success: ({ left }) =>
      left.length === 0 ? t("undo.done") : { title: t("undo.partly", { count: left.length }), tone: "info" },
  });
  return (
    <>
      <Button icon={Undo2} size={compact ? "compact" : "default"} onClick={() => setAsking(true)}>
        {t("undo.button")}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        tone="primary"
        title={t(`undo.title.${job.kind}`)}
        description={t(`undo.body.${job.kind}`)}
        confirmLabel={t("undo.button")}
        pending={undo.isPending}
        onConfirm={() => undo.mutate()}
      />
    </>
  );
}

function Left({ left }: { left: readonly LeftByUndo[] }) {
  const t = useTranslations("modelImport");
  const { shown, pager } = usePages(left);
  if (left.length === 0) return null;
  return (
    <Card flush title={t("left.title")} description={t("left.description")}>
      <ul className="flex flex-col divide-y">
        {shown.map(({ kind, name, reason }) => (
          <li key={`${kind} ${name}`} className="flex flex-wrap justify-between gap-x-4 px-4 py-2 text-small">
            <span className="min-w-0 break-all">{t(`left.${kind}`, { name })}</span>
            <span className="text-muted-foreground">{t(`left.reason.${reason}`)}</span>
          </li>
        ))}
      </ul>
      {pager}
    </Card>
  );
}

const tones = {
  added: "ready",
  updated: "info",
  disabled: "held",
  removed: "refused",
  vanished: "degraded",
  changed: "neutral",
} as const;

function Outcomes({ outcomes }: { outcomes: readonly ModelOutcome[] }) {
  const t = useTranslations("modelImport");
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const found = outcomes.filter(({ name, model }) => `${name}\n${model}`.toLowerCase().includes(wanted));
  const { shown, pager, first } = usePages(found);
  if (outcomes.length === 0) return null;
  return (
    <Card flush title={t("outcomes", { count: outcomes.length })}>
      <div className="border-b p-3">
        <Input
          type="search"
          value={search}
          onValueChange={(text) => {
            setSearch(text);
            first();
          }}
          placeholder={t("search")}
          aria-label={t("search")}
        />
      </div>
      <ul className="flex flex-col divide-y">
        {shown.map(({ name, model, outcome }) => (
          <li
            key={`${outcome} ${name}`}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2"
          >
            <span className="flex min-w-0 flex-col">
              <span className="break-all font-mono text-small">{name}</span>
              {name !== model && (
                <span className="break-all font-mono text-caption text-muted-foreground">{model}</span>
              )}
            </span>
            <Badge tone={tones[outcome]}>{t(`outcome.${outcome}`)}</Badge>
          </li>
        ))}
      </ul>
      {pager}
    </Card>
  );
}
