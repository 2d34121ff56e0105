"use client";

import { CircleCheck, CircleX, LoaderCircle, RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { api, useApiMutation, useErrorText } from "@/components/api-client";
import { useFormat, useReasonText } from "@/components/format";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { ProbeResult } from "@/lib/gateway/types";
import type { ProviderView } from "@/lib/schemas/providers";
import { remoteProtocols } from "./provider-form";
import { adviceFor } from "./test-advice";
import { routeObjectKeys } from "./use-providers";

type Subject = { providerId: string; deploymentId?: string; name: string; protocol: ProviderView["protocol"] };

/** One small call to a provider, and the dialog that tells how it went. `start` is for a button's click. */
export function useProviderTest(): { start: (subject: Subject) => void; pending: boolean; dialog: ReactNode } {
  const t = useTranslations("providers.testing");
  const tCommon = useTranslations("common");
  const errorText = useErrorText();
  const [subject, setSubject] = useState<Subject | null>(null);
  const test = useApiMutation({
    mutationFn: ({ providerId, deploymentId }: Subject) =>
      api.post<ProbeResult>(`/api/admin/providers/${providerId}/test`, deploymentId ? { deploymentId } : {}),
    invalidate: routeObjectKeys,
    quiet: true,
    refresh: false,
  });
  const start = (next: Subject) => {
    setSubject(next);
    test.mutate(next);
  };
  const dialog = (
    <Dialog
      open={test.status !== "idle"}
      onOpenChange={(open) => {
        if (!open) test.reset();
      }}
      title={t("title", { name: subject?.name ?? "" })}
      footer={
        <>
          <Button icon={RotateCw} pending={test.isPending} onClick={() => subject && test.mutate(subject)}>
            {t("again")}
          </Button>
          <Button onClick={() => test.reset()}>{tCommon("close")}</Button>
        </>
      }
    >
      <div aria-live="polite" className="min-h-24">
        {test.isPending && (
          <p className="flex items-center gap-2 text-muted-foreground">
            <LoaderCircle aria-hidden className="size-4 animate-spin" />
            {t("running")}
          </p>
        )}
        {test.error && <p className="text-danger">{errorText(test.error)}</p>}
        {test.data && subject && !test.isPending && <TestResult result={test.data} protocol={subject.protocol} />}
      </div>
    </Dialog>
  );
  return { start, pending: test.isPending, dialog };
}

function TestResult({ result, protocol }: { result: ProbeResult; protocol: ProviderView["protocol"] }) {
  const t = useTranslations("providers.testing");
  const tForm = useTranslations("providers.form");
  const format = useFormat();
  const reasonText = useReasonText();
  const facts: [string, string | null][] = [
    [t("reason"), result.ok ? null : reasonText(result.reason)],
    [t("status"), result.httpStatus === null ? null : String(result.httpStatus)],
    [t("connect"), result.connectMs === null ? null : format.duration(result.connectMs)],
    [t("firstByte"), result.firstByteMs === null ? null : format.duration(result.firstByteMs)],
    [t("total"), format.duration(result.endMs)],
  ];
  const advice = adviceFor(result);
  const addressed = remoteProtocols.find((one) => one === protocol);
  const Icon = result.ok ? CircleCheck : CircleX;
  return (
    <div className="flex flex-col gap-3">
      <p className={`flex items-center gap-2 font-medium ${result.ok ? "text-success" : "text-danger"}`}>
        <Icon aria-hidden className="size-4 shrink-0" strokeWidth={2} />
        {result.ok ? t("ok") : t("failed")}
      </p>
      {advice && (
        <div className="flex flex-col gap-1">
          <p>{t(`advice.${advice}`)}</p>
          {advice === "address" && addressed && (
            <p className="break-words text-muted-foreground text-small">{tForm(`baseUrlFor.${addressed}`)}</p>
          )}
        </div>
      )}
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-small">
        {facts.map(([label, value]) =>
          value === null ? null : (
            <div key={label} className="contents">
              <dt className="text-muted-foreground">{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {result.message && result.httpStatus !== null && (
        <div>
          <p className="mb-1 text-muted-foreground text-small">{t("message")}</p>
          <p className="break-words rounded-card bg-muted p-3 font-mono text-small">{result.message}</p>
        </div>
      )}
    </div>
  );
}
