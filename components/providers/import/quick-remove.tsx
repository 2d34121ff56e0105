"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, useApiMutation, useErrorText } from "@/components/api-client";
import { Button } from "@/components/ui/button";
import { ConfirmDialog, Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { RelativeTime } from "@/components/ui/relative-time";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { Page } from "@/lib/schemas/common";
import type { CredentialRow, ImportJobDetail, RemovalPlan } from "@/lib/schemas/model-import";
import { JobSummary, UndoButton } from "./job-view";
import { importKeys, useRemovals } from "./use-imports";

/** Picks a stored key by name, address and last characters, and then removes everything behind it. */
export function QuickRemove({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations("modelImport.removal");
  const errorText = useErrorText();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const { data, error } = useQuery({
    queryKey: ["providers", "credentials"],
    queryFn: () => api.get<Page<CredentialRow>>("/api/admin/credentials"),
    enabled: open,
  });
  const removals = useRemovals(open);
  const wanted = search.trim().toLowerCase();
  const found = (data?.items ?? []).filter(({ name, preview, provider }) =>
    [name, preview, provider.name, provider.baseUrl].some((text) => text.toLowerCase().includes(wanted)),
  );
  return (
    <>
      <Dialog size="medium" open={open} onOpenChange={onOpenChange} title={t("pick")} description={t("pickBody")}>
        <div className="flex flex-col gap-3 pb-3">
          <Input
            type="search"
            value={search}
            onValueChange={setSearch}
            placeholder={t("search")}
            aria-label={t("search")}
          />
          {error && <p className="text-danger text-small">{errorText(error)}</p>}
          {!data && !error && <SkeletonRows rows={4} />}
          {data && found.length === 0 && <p className="py-6 text-center text-muted-foreground">{t("none")}</p>}
          {found.length > 0 && (
            <ul className="flex flex-col divide-y rounded-card border">
              {found.map((row) => (
                <li key={row.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
                  <span className="flex min-w-0 flex-1 basis-48 flex-col">
                    <span className="break-words">
                      {row.provider.name} <span className="font-mono text-muted-foreground">{row.preview}</span>
                    </span>
                    <span className="break-all text-muted-foreground text-small">
                      {row.provider.baseUrl} · {row.name} · {t("models", { count: row.deployments })}
                    </span>
                  </span>
                  <Button
                    size="compact"
                    aria-label={t("chooseThis", { name: row.provider.name, preview: row.preview })}
                    onClick={() => setChosen(row.id)}
                  >
                    {t("choose")}
                  </Button>
                </li>
              ))}
            </ul>
          )}
          {removals.length > 0 && (
            <section className="flex flex-col gap-2 pt-2">
              <h3 className="font-semibold text-body">{t("lately")}</h3>
              <ul className="flex flex-col divide-y rounded-card border">
                {removals.map((job) => (
                  <li key={job.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
                    <span className="flex min-w-0 flex-1 basis-40 flex-col">
                      <span className="break-words">{job.provider.name}</span>
                      <span className="text-muted-foreground text-small">
                        <JobSummary job={job} /> · <RelativeTime at={job.finishedAt} />
                      </span>
                    </span>
                    <UndoButton compact job={job} />
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      </Dialog>
      <RemoveCredential
        credentialId={chosen}
        onClose={() => setChosen(null)}
        onRemoved={() => {
          setChosen(null);
          onOpenChange(false);
        }}
      />
    </>
  );
}

/** Shows what goes with a key, and asks. Where calls or groups would miss it, its provider's name is to be typed. */
export function RemoveCredential({
  credentialId,
  onClose,
  onRemoved,
}: {
  credentialId: string | null;
  onClose: () => void;
  onRemoved: (job: ImportJobDetail) => void;
}) {
  const t = useTranslations("modelImport.removal");
  const tImport = useTranslations("modelImport");
  const errorText = useErrorText();
  const router = useRouter();
  const { data: plan, error } = useQuery({
    queryKey: ["providers", "removal", credentialId],
    queryFn: () => api.get<RemovalPlan>(`/api/admin/credentials/${credentialId}/removal`),
    enabled: credentialId !== null,
    staleTime: 0,
    gcTime: 0,
  });
  const undo = useApiMutation({
    mutationFn: (jobId: string) => api.post<ImportJobDetail>(`/api/admin/imports/${jobId}/undo`),
    invalidate: importKeys,
    success: ({ left }) => (left.length === 0 ? tImport("undo.done") : tImport("undo.partly", { count: left.length })),
  });
  const remove = useApiMutation({
    mutationFn: (confirm: string | undefined) =>
      api.post<ImportJobDetail>(
        `/api/admin/credentials/${credentialId}/removal`,
        confirm === undefined ? {} : { confirm },
      ),
    invalidate: importKeys,
    onSuccess: (job) => {
      if (window.location.pathname !== "/providers") router.push("/providers");
      onRemoved(job);
    },
    success: (job) => ({
      title: t("done", { preview: plan?.credential.preview ?? "" }),
      onUndo: () => undo.mutate(job.id),
    }),
  });
  const name = plan?.providers[0]?.name;
  return (
    <ConfirmDialog
      open={credentialId !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t("title", { preview: plan?.credential.preview ?? "…" })}
      description={t("body")}
      confirmLabel={t("confirm")}
      requireName={plan?.risky ? name : undefined}
      pending={remove.isPending || (!plan && !error)}
      onConfirm={() => remove.mutate(plan?.risky ? name : undefined)}
    >
      {error && <p className="text-danger text-small">{errorText(error)}</p>}
      {plan ? <Radius plan={plan} /> : !error && <SkeletonRows rows={3} />}
    </ConfirmDialog>
  );
}

function Radius({ plan }: { plan: RemovalPlan }) {
  const t = useTranslations("modelImport.removal");
  return (
    <div className="flex flex-col gap-3">
      <ul className="flex flex-col divide-y rounded-card border">
        {plan.providers.map((one) => (
          <li key={one.id} className="flex flex-col px-3 py-2 text-small">
            <span className="break-words font-medium">{one.name}</span>
            <span className="text-muted-foreground">
              {one.removed ? t("whole", { count: one.deployments }) : t("keyOnly")}
            </span>
            <span className={one.recentCalls > 0 ? "text-warning" : "text-muted-foreground"}>
              {t("calls", { count: one.recentCalls })}
            </span>
          </li>
        ))}
      </ul>
      {plan.groups.length > 0 && (
        <ul aria-label={t("groups")} className="flex max-h-48 flex-col divide-y overflow-y-auto rounded-card border">
          {plan.groups.map((group) => (
            <li key={group.id} className="flex flex-wrap justify-between gap-x-4 px-3 py-2 text-small">
              <span className="min-w-0 break-words">{group.name}</span>
              <span className={group.empty ? "text-danger" : "text-muted-foreground"}>
                {group.empty ? t("groupEmpty") : t("groupLoses", { count: group.loses })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
