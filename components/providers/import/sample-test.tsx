"use client";

import { CircleCheck, CircleX, FlaskConical, LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, useErrorText } from "@/components/api-client";
import { useFormat, useReasonText } from "@/components/format";
import { useMay } from "@/components/permissions";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { ProbeResult } from "@/lib/gateway/types";
import type { ProviderView } from "@/lib/schemas/providers";
import type { DraftRow } from "./draft";
import { sampleCostUsd, sampleOf } from "./sample";

type Result = { model: string; state: "running" | "ok" | "failed"; text: string };

/** One small call to a few of the chosen models before anything is stored, with the most that it can cost. */
export function SampleTest({ provider, rows }: { provider: ProviderView; rows: readonly DraftRow[] }) {
  const t = useTranslations("modelImport.sample");
  const format = useFormat();
  const reasonText = useReasonText();
  const errorText = useErrorText();
  const may = useMay();
  const [results, setResults] = useState<readonly Result[]>([]);
  const sample = sampleOf(rows);
  const cost = sampleCostUsd(sample);
  const running = results.some(({ state }) => state === "running");

  async function run(): Promise<void> {
    let all: Result[] = [];
    for (const { model } of sample) {
      all = [...all, { model, state: "running", text: "" }];
      setResults(all);
      const result = await one(model);
      all = [...all.slice(0, -1), result];
      setResults(all);
    }
  }
  async function one(model: string): Promise<Result> {
    try {
      const probe = await api.post<ProbeResult>(`/api/admin/providers/${provider.id}/test`, { model });
      if (probe.ok) return { model, state: "ok", text: format.duration(probe.endMs) };
      return { model, state: "failed", text: reasonText(probe.reason) };
    } catch (error) {
      return { model, state: "failed", text: errorText(error) };
    }
  }

  if (!may("write")) return null;
  return (
    <Card
      title={t("title")}
      description={`${t("body", { count: sample.length })} ${cost === null ? t("costUnknown") : t("cost", { cost: format.usd(cost) })}`}
      actions={
        <Button size="compact" icon={FlaskConical} pending={running} onClick={() => void run()}>
          {t("run")}
        </Button>
      }
    >
      <ul aria-live="polite" className="flex flex-col divide-y rounded-card border text-small">
        {sample.map(({ model }) => {
          const result = results.find((one) => one.model === model);
          return (
            <li key={model} className="flex items-start gap-2.5 px-3 py-2">
              {result && <ResultIcon state={result.state} />}
              <span className="min-w-0 flex-1 break-all font-mono">{model}</span>
              <span className="text-muted-foreground">{result?.text}</span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function ResultIcon({ state }: { state: Result["state"] }) {
  const t = useTranslations("modelImport.sample.state");
  const look = {
    running: [LoaderCircle, "animate-spin text-muted-foreground"],
    ok: [CircleCheck, "text-success"],
    failed: [CircleX, "text-danger"],
  } as const;
  const [Icon, className] = look[state];
  return <Icon role="img" aria-label={t(state)} className={`mt-0.5 size-4 shrink-0 ${className}`} strokeWidth={1.75} />;
}
