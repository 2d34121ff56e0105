"use client";

import { useMutation } from "@tanstack/react-query";
import { AudioWaveform } from "lucide-react";
import { useTranslations } from "next-intl";
import type { CallDetailView } from "@/lib/schemas/logs";
import type { PlaygroundSession } from "@/lib/schemas/playground";
import { api, isApiError, useErrorText } from "../api-client";
import { callChat, heldBackOnTheWay } from "../overview/stream-chat";
import { useMay } from "../permissions";
import { Button } from "../ui/button";

type Finding = "streams" | "held_back" | "whole" | "failed";

const logTries = 20;
const logPauseMs = 300;
const answerTokens = 200;

/** Makes one streamed call from this browser and tells whether something on the way holds streams back. */
export function StreamCheck({ group }: { group: string }) {
  const t = useTranslations("quickstart.streams");
  const may = useMay();
  const errorText = useErrorText();
  const check = useMutation({ mutationFn: () => findingFor(group, t("prompt")) });
  if (!may("write")) return null;
  const finding = check.data;
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2">
      <Button size="compact" icon={AudioWaveform} pending={check.isPending} onClick={() => check.mutate()}>
        {t("check")}
      </Button>
      <p role="status" className="min-w-0 flex-1 basis-64 text-small">
        {check.isError ? (
          <span className="text-danger">{errorText(check.error)}</span>
        ) : finding ? (
          <span className={finding === "held_back" ? "text-warning" : "text-muted-foreground"}>{t(finding)}</span>
        ) : (
          <span className="text-muted-foreground">{t("hint")}</span>
        )}
      </p>
    </div>
  );
}

async function findingFor(group: string, prompt: string): Promise<Finding> {
  const { key } = await api.post<PlaygroundSession>("/api/admin/playground/session");
  const body = { model: group, stream: true, max_tokens: answerTokens, messages: [{ role: "user", content: prompt }] };
  const signal = AbortSignal.timeout(60_000);
  const { requestId, error, inOnePiece } = await callChat({ key, body, signal, onText: () => undefined });
  if (error !== null || requestId === null) return "failed";
  if (!inOnePiece) return "streams";
  return heldBackOnTheWay(inOnePiece, await storedCall(requestId)) ? "held_back" : "whole";
}

/** The log is written a moment after the answer ends. */
async function storedCall(requestId: string): Promise<CallDetailView> {
  for (let tries = 1; ; tries++) {
    try {
      return await api.get<CallDetailView>(`/api/admin/logs/${encodeURIComponent(requestId)}`);
    } catch (error) {
      if (!isApiError(error) || error.status !== 404 || tries === logTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, logPauseMs));
    }
  }
}
