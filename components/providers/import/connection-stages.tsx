"use client";

import { CircleCheck, CircleX, LoaderCircle, Minus, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useErrorText } from "@/components/api-client";
import { useFormat } from "@/components/format";
import { type ConnectionCheckView, type ConnectionStage, connectionStages } from "@/lib/schemas/connection-check";

/** What a look at a provider found, stage by stage, each with its time and the remedy where something is wrong. */
export function ConnectionStages({
  check,
  pending,
  error,
}: {
  check: ConnectionCheckView | undefined;
  pending: boolean;
  error: unknown;
}) {
  const t = useTranslations("modelImport.connect");
  const errorText = useErrorText();
  if (error) return <p className="text-danger text-small">{errorText(error)}</p>;
  return (
    <ol aria-live="polite" aria-busy={pending} className="flex flex-col divide-y rounded-card border">
      {connectionStages.map((name) => {
        const stage = pending ? null : (check?.stages.find((one) => one.name === name) ?? null);
        return <StageLine key={name} name={name} stage={stage} pending={pending} models={check?.models ?? null} />;
      })}
      {check && !pending && check.stages.every(({ state }) => state !== "failed") && (
        <li className="px-3 py-2 text-small text-success">{t("good", { host: check.host })}</li>
      )}
    </ol>
  );
}

const looks = {
  ok: [CircleCheck, "text-success"],
  failed: [CircleX, "text-danger"],
  unproven: [TriangleAlert, "text-warning"],
  skipped: [Minus, "text-muted-foreground"],
} as const;

function StageLine({
  name,
  stage,
  pending,
  models,
}: {
  name: ConnectionStage["name"];
  stage: ConnectionStage | null;
  pending: boolean;
  models: number | null;
}) {
  const t = useTranslations("modelImport.connect");
  const format = useFormat();
  const [Icon, className] = stage
    ? looks[stage.state]
    : pending
      ? [LoaderCircle, "animate-spin text-muted-foreground"]
      : looks.skipped;
  const problem = stage?.problem ?? null;
  return (
    <li className="flex items-start gap-2.5 px-3 py-2 text-small">
      <Icon
        role="img"
        aria-label={t(`state.${stage?.state ?? (pending ? "running" : "waiting")}`)}
        className={`mt-0.5 size-4 shrink-0 ${className}`}
        strokeWidth={1.75}
      />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex flex-wrap justify-between gap-x-3">
          <span className="font-medium">{t(`stage.${name}`)}</span>
          {stage?.ms != null && <span className="text-muted-foreground tabular-nums">{format.duration(stage.ms)}</span>}
        </span>
        {problem !== null && (
          <span className={stage?.state === "failed" ? "text-danger" : "text-muted-foreground"}>
            {t(`problem.${problem}`)}
          </span>
        )}
        {name === "list" && stage?.state === "ok" && models !== null && (
          <span className="text-muted-foreground">{t("models", { count: models })}</span>
        )}
        {stage?.detail && (
          <span className="break-all font-mono text-caption text-muted-foreground">{stage.detail}</span>
        )}
      </span>
    </li>
  );
}
