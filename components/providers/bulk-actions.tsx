"use client";

import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleX, FlaskConical, LoaderCircle, Minus, Power, PowerOff, Tag, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, useErrorText } from "@/components/api-client";
import { useReasonText } from "@/components/format";
import { Button, IconButton } from "@/components/ui/button";
import { ConfirmDialog, Dialog } from "@/components/ui/dialog";
import { useToast } from "@/components/ui/toast";
import type { ProbeResult } from "@/lib/gateway/types";
import type { ProviderView } from "@/lib/schemas/providers";
import { ImpactSummary, useImpact } from "./impact";
import { TagDialog } from "./tag-dialog";
import { routeObjectKeys } from "./use-providers";

type Act = "enable" | "disable" | "probe" | "tag";
/** What the tags of a provider are to be. */
type Retag = (provider: ProviderView) => string[];
type Result = { id: string; name: string; state: "waiting" | "running" | "ok" | "skipped" | "failed"; text: string };

/** What can be done with the chosen providers, at the bottom of the page; what became of each is told one by one. */
export function BulkBar({
  chosen,
  known,
  onClear,
}: {
  chosen: readonly ProviderView[];
  /** Tags that any provider has. */
  known: readonly string[];
  onClear: () => void;
}) {
  const t = useTranslations("providers.bulk");
  const tCommon = useTranslations("common");
  const errorText = useErrorText();
  const reasonText = useReasonText();
  const toast = useToast();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [tagging, setTagging] = useState(false);
  const [results, setResults] = useState<{ act: Act; rows: Result[]; over: boolean } | null>(null);
  const impact = useImpact(asking ? { providers: chosen.map(({ id }) => id) } : null);

  async function one(act: Act, provider: ProviderView, retag: Retag): Promise<Pick<Result, "state" | "text">> {
    const { id, enabled, deployments } = provider;
    try {
      if (act === "tag") {
        const tags = retag(provider);
        if (tags.join() === provider.tags.join()) return { state: "skipped", text: t("tagsAsWere") };
        await api.patch(`/api/admin/providers/${id}`, { tags });
        return { state: "ok", text: tags.join(", ") || t("noTags") };
      }
      if (act === "probe") {
        if (deployments.length === 0) return { state: "skipped", text: t("noModels") };
        const probe = await api.post<ProbeResult>(`/api/admin/providers/${id}/test`);
        return probe.ok ? { state: "ok", text: t("answers") } : { state: "failed", text: reasonText(probe.reason) };
      }
      const wanted = act === "enable";
      if (enabled === wanted) return { state: "skipped", text: t(wanted ? "alreadyOn" : "alreadyOff") };
      await api.patch(`/api/admin/providers/${id}`, { enabled: wanted });
      return { state: "ok", text: tCommon(wanted ? "enabled" : "disabled") };
    } catch (error) {
      return { state: "failed", text: errorText(error) };
    }
  }

  async function run(act: Act, providers: readonly ProviderView[], retag: Retag = ({ tags }) => tags): Promise<void> {
    let rows = providers.map(({ id, name }): Result => ({ id, name, state: "waiting", text: "" }));
    const set = (id: string, change: Partial<Result>) => {
      rows = rows.map((row) => (row.id === id ? { ...row, ...change } : row));
      setResults({ act, rows, over: false });
    };
    setResults({ act, rows, over: false });
    for (const provider of providers) {
      set(provider.id, { state: "running" });
      set(provider.id, await one(act, provider, retag));
    }
    setResults({ act, rows, over: true });
    for (const queryKey of routeObjectKeys) void queryClient.invalidateQueries({ queryKey });
    const changed = providers.filter(({ id }) => rows.some((row) => row.id === id && row.state === "ok"));
    if (act === "tag" && changed.length > 0) {
      const before = new Map(changed.map(({ id, tags }) => [id, tags]));
      toast({
        title: t("taggedToast", { count: changed.length }),
        onUndo: () =>
          void run(
            "tag",
            changed.map((provider) => ({ ...provider, tags: retag(provider) })),
            ({ id }) => before.get(id) ?? [],
          ),
      });
    }
    if (act === "disable" && changed.length > 0)
      toast({
        title: t("disabledToast", { count: changed.length }),
        onUndo: () =>
          void run(
            "enable",
            changed.map((provider) => ({ ...provider, enabled: false })),
          ),
      });
  }

  return (
    <>
      {chosen.length > 0 && (
        <section
          aria-label={t("label")}
          className="sticky bottom-4 z-20 mx-auto flex w-fit max-w-full flex-wrap items-center gap-2 rounded-card border bg-popover px-3 py-2 shadow-sheet max-md:bottom-20"
        >
          <span role="status" className="px-1 font-medium text-small">
            {t("selected", { count: chosen.length })}
          </span>
          <Button size="compact" icon={FlaskConical} onClick={() => void run("probe", chosen)}>
            {t("probe")}
          </Button>
          <Button size="compact" icon={Power} onClick={() => void run("enable", chosen)}>
            {tCommon("enable")}
          </Button>
          <Button size="compact" icon={PowerOff} onClick={() => setAsking(true)}>
            {tCommon("disable")}
          </Button>
          <Button size="compact" icon={Tag} onClick={() => setTagging(true)}>
            {t("tag")}
          </Button>
          <IconButton icon={X} label={t("clear")} onClick={onClear} />
        </section>
      )}
      <TagDialog
        open={tagging}
        chosen={chosen}
        known={known}
        onOpenChange={setTagging}
        onRetag={(retag) => {
          setTagging(false);
          void run("tag", chosen, retag);
        }}
      />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("disableTitle", { count: chosen.length })}
        description={t("disableBody")}
        confirmLabel={tCommon("disable")}
        onConfirm={() => {
          setAsking(false);
          void run("disable", chosen);
        }}
      >
        <ImpactSummary query={impact} />
      </ConfirmDialog>
      <Dialog
        open={results !== null}
        dismissible={results?.over ?? true}
        onOpenChange={(open) => {
          if (!open) setResults(null);
        }}
        title={t(`results.${results?.act ?? "probe"}`)}
        footer={
          <Button pending={results?.over === false} onClick={() => setResults(null)}>
            {tCommon("close")}
          </Button>
        }
      >
        <ul aria-live="polite" className="flex flex-col divide-y rounded-card border text-small">
          {results?.rows.map((row) => (
            <li key={row.id} className="flex items-start gap-2.5 px-3 py-2">
              <ResultIcon state={row.state} />
              <span className="min-w-0 flex-1 break-words font-medium">{row.name}</span>
              <span className="max-w-[60%] break-words text-end text-muted-foreground">{row.text}</span>
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  );
}

function ResultIcon({ state }: { state: Result["state"] }) {
  const t = useTranslations("providers.bulk.state");
  const look = {
    waiting: [Minus, "text-muted-foreground"],
    running: [LoaderCircle, "animate-spin text-muted-foreground"],
    ok: [CircleCheck, "text-success"],
    skipped: [Minus, "text-muted-foreground"],
    failed: [CircleX, "text-danger"],
  } as const;
  const [Icon, className] = look[state];
  return <Icon role="img" aria-label={t(state)} className={`mt-0.5 size-4 shrink-0 ${className}`} strokeWidth={1.75} />;
}
