"use client";

import { CircleCheck, CircleX } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { CallView } from "@/lib/schemas/logs";
import { playgroundKeyName } from "@/lib/schemas/playground";
import { useErrorCodeText, useFormat } from "../format";
import { LiveNotice } from "../live/live-notice";
import { useLiveCalls } from "../live/use-live-calls";
import { ButtonLink } from "../ui/button";

/** Waits for a call made with a key, or with any while none is chosen, and tells how it went. */
export function AwaitedCall({ keyId, serverTimeMs }: { keyId: string | null; serverTimeMs: number }) {
  const t = useTranslations("quickstart");
  const tOutcome = useTranslations("calls.outcome");
  const format = useFormat();
  const codeText = useErrorCodeText();
  const [call, setCall] = useState<CallView | null>(null);
  const live = useLiveCalls({
    query: keyId === null ? `-key=${playgroundKeyName}` : `key=${keyId}`,
    enabled: true,
    onCalls: (calls) => {
      // By the server's clock: the reader's may be wrong.
      const found = calls.findLast(({ at }) => Date.parse(at) >= serverTimeMs);
      if (found) setCall(found);
    },
  });
  const answered = call !== null && (call.outcome === "ok" || call.outcome === "rescued");
  return (
    <div className="flex min-w-0 flex-col gap-3 rounded-control border px-3 py-2.5">
      <div role="status" className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2 text-body">
        {call === null ? (
          <>
            <span aria-hidden className="size-2 animate-pulse rounded-full bg-primary" />
            <span className="min-w-0 text-muted-foreground">{t(keyId === null ? "waitingAny" : "waiting")}</span>
          </>
        ) : (
          <>
            {answered ? (
              <CircleCheck aria-hidden className="size-4 text-state-ready" strokeWidth={2} />
            ) : (
              <CircleX aria-hidden className="size-4 text-state-down" strokeWidth={2} />
            )}
            <span className="min-w-0">
              {t("arrived", { outcome: tOutcome(call.outcome), duration: format.duration(call.totalMs) })}
              {call.error && <span className="text-danger"> {codeText(call.error.code) ?? call.error.code}</span>}
            </span>
            <ButtonLink href={`/logs?sel=${call.id}`} size="compact">
              {t("openCall")}
            </ButtonLink>
          </>
        )}
      </div>
      <LiveNotice state={live} />
    </div>
  );
}
