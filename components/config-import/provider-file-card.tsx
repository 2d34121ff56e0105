"use client";

import { FileJson, RefreshCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { api, useApiMutation } from "@/components/api-client";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Code } from "@/components/ui/code-block";
import { EmptyState } from "@/components/ui/empty-state";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ImportOverview, ProviderFileState, ReloadReport } from "@/lib/schemas/import";
import { NoteList, ProblemList } from "./problem-list";
import { useImportOverview } from "./use-provider-file";

/** The mounted provider file: where it is, when it was read, what is wrong with it. */
export function ProviderFileCard({ initial, canEdit }: { initial: ImportOverview; canEdit: boolean }) {
  const t = useTranslations("configImport");
  const { data } = useImportOverview({ initial, watch: true });
  const reload = useApiMutation({
    mutationFn: () => api.post<ReloadReport>("/api/admin/reload"),
    invalidate: [["import"], ["providers"], ["groups"], ["keys"]],
    success: ({ applied, added, changed, removed }) =>
      applied
        ? t("applied", { added: added.length, changed: changed.length, removed: removed.length })
        : { title: t("providerFile.broken"), tone: "danger" as const },
  });
  const state = data?.providerFile ?? null;
  return (
    <>
      <Card
        title={t("providerFile.title")}
        description={t("providerFile.description")}
        actions={
          canEdit && (
            <Button size="compact" icon={RefreshCw} pending={reload.isPending} onClick={() => reload.mutate()}>
              {t("providerFile.reload")}
            </Button>
          )
        }
      >
        {state === null ? (
          <EmptyState icon={FileJson} title={t("providerFile.none")} className="py-6">
            {t("providerFile.noneHint")}
          </EmptyState>
        ) : (
          <State state={state} />
        )}
      </Card>
      {state && <ProblemList problems={state.problems} />}
      {state && <NoteList notes={state.notes} />}
    </>
  );
}

function State({ state }: { state: ProviderFileState }) {
  const t = useTranslations("configImport.providerFile");
  const broken = state.problems.some(({ severity }) => severity === "error");
  const facts = [
    { name: t("path"), value: <Code className="break-all">{state.path}</Code> },
    {
      name: t("state"),
      value: <Badge tone={broken ? "failed" : "ready"}>{t(broken ? "broken" : "inUse")}</Badge>,
    },
    { name: t("readAt"), value: <RelativeTime at={state.readAt} /> },
    { name: t("appliedAt"), value: <RelativeTime at={state.appliedAt} /> },
  ];
  return (
    <dl className="-my-1.5 flex flex-col divide-y text-small">
      {facts.map(({ name, value }) => (
        <div key={name} className="flex min-w-0 flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-1.5">
          <dt className="text-muted-foreground">{name}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
