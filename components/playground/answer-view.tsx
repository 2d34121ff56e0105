"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { CallDetailView } from "@/lib/schemas/logs";
import type { PlaygroundPrice } from "@/lib/schemas/playground";
import { api, isApiError } from "../api-client";
import { AttemptDots } from "../calls/attempt-dots";
import { OutcomeBadge } from "../calls/outcome-badge";
import { useErrorCodeText, useFormat } from "../format";
import { heldBackOnTheWay } from "../overview/stream-chat";
import { cn } from "../ui/cn";
import { CodeBlock } from "../ui/code-block";
import { type Answer, blocksOf, roughCost, roughTokens } from "./conversation";

const WhyThisProvider = dynamic(() => import("./why-this-provider").then((module) => module.WhyThisProvider));

const logTries = 30;

/** One answer as it comes, what it used and cost, and what happened behind it. */
export function AnswerView({
  answer,
  prices,
  name,
}: {
  answer: Answer;
  prices: readonly PlaygroundPrice[];
  /** Of the column, for where columns stand below each other. */
  name: string;
}) {
  const t = useTranslations("playground");
  const tErrors = useTranslations("errors");
  const codeText = useErrorCodeText();
  const running = answer.phase === "running";
  const requestId = answer.head?.requestId ?? null;
  const call = useQuery({
    queryKey: ["call", requestId],
    queryFn: () => api.get<CallDetailView>(`/api/admin/logs/${encodeURIComponent(requestId ?? "")}`),
    enabled: !running && requestId !== null,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    // The log is written a moment after the answer ends.
    retry: (count, error) => count < logTries && isApiError(error) && error.status === 404,
    retryDelay: 300,
  });
  return (
    <section
      aria-label={t("answerOf", { name })}
      className="flex min-w-0 flex-col gap-2 rounded-card border bg-card p-3"
    >
      <p className="truncate text-caption text-muted-foreground md:hidden">{name}</p>
      <div
        aria-live="polite"
        aria-busy={running}
        className={cn("flex min-w-0 flex-col gap-2 text-body empty:hidden", running && "min-h-10")}
      >
        {answer.text === "" && running && <span className="animate-pulse text-muted-foreground">{t("waiting")}</span>}
        {answer.text === "" && answer.phase === "done" && <span className="text-muted-foreground">{t("noText")}</span>}
        {blocksOf(answer.text).map((block, index) =>
          block.kind === "code" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added at the end
            <CodeBlock key={index} code={block.code} label={block.language || t("code")} />
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added at the end
            <p key={index} className="whitespace-pre-wrap break-words">
              {block.text}
            </p>
          ),
        )}
      </div>
      {answer.phase === "stopped" && <p className="text-muted-foreground text-small">{t("stopped")}</p>}
      {answer.phase === "failed" && (
        <p role="alert" className="text-danger text-small">
          {answer.errorCode === "network"
            ? tErrors("network")
            : (codeText(answer.errorCode ?? "") ?? tErrors("code.internal_error"))}
        </p>
      )}
      {call.data && heldBackOnTheWay(answer.inOnePiece, call.data) && (
        <p className="text-small text-warning">{t("buffered")}</p>
      )}
      <Figures answer={answer} call={call.data ?? null} prices={prices} />
      {call.data && <Behind call={call.data} />}
      {call.isError && <p className="text-muted-foreground text-small">{t("noReceipt")}</p>}
    </section>
  );
}

/** Counted roughly while the answer comes, as the log has it afterwards. */
function Figures({
  answer,
  call,
  prices,
}: {
  answer: Answer;
  call: CallDetailView | null;
  prices: readonly PlaygroundPrice[];
}) {
  const t = useTranslations("playground");
  const format = useFormat();
  const { head, usage, text, inputEstimate } = answer;
  const served = call?.provider
    ? `${call.provider.name} / ${call.servedModel ?? ""}`
    : head?.provider && `${head.provider} / ${head.model ?? ""}`;
  const exact = call?.usage ?? usage;
  const tokens = exact ?? { input: inputEstimate, output: roughTokens(text) };
  const rough = exact === null || call?.usage?.source === "estimate";
  const about = (value: string, isRough: boolean) => (isRough ? t("about", { value }) : value);
  const estimate = roughCost(head, tokens, prices);
  const cost = call ? call.cost?.usd : estimate;
  const facts = [
    served,
    (text !== "" || exact) &&
      about(t("tokens", { input: format.integer(tokens.input), output: format.integer(tokens.output) }), rough),
    cost !== null && cost !== undefined && (text !== "" || call) && about(format.usd(cost), call === null),
    call &&
      call.firstTokenMs !== null &&
      call.stream &&
      t("firstToken", { duration: format.duration(call.firstTokenMs) }),
    call && format.duration(call.totalMs),
  ].filter((fact): fact is string => typeof fact === "string" && fact !== "");
  if (facts.length === 0) return null;
  return (
    <ul className="flex min-w-0 flex-wrap gap-x-3 gap-y-0.5 text-muted-foreground text-small tabular-nums">
      {facts.map((fact) => (
        <li key={fact} className="min-w-0 break-words">
          {fact}
        </li>
      ))}
    </ul>
  );
}

function Behind({ call }: { call: CallDetailView }) {
  const t = useTranslations("playground");
  const [open, setOpen] = useState(false);
  return (
    <details
      className="group min-w-0 border-t pt-2"
      onToggle={(event) => setOpen((event.target as HTMLDetailsElement).open)}
    >
      <summary className="flex min-h-8 cursor-pointer list-none flex-wrap items-center gap-x-2 gap-y-1 rounded-control text-small touch:min-h-11 [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 shrink-0 transition-transform group-open:rotate-90" />
        <span className="font-medium">{t("why")}</span>
        <OutcomeBadge outcome={call.outcome} />
        <AttemptDots reasons={call.attemptReasons} />
      </summary>
      {open && (
        <div className="flex min-w-0 flex-col gap-3 pt-2">
          <WhyThisProvider call={call} />
          <Link
            href={`/logs?sel=${call.id}`}
            prefetch={false}
            className="self-start text-primary text-small hover:underline"
          >
            {t("openCall")}
          </Link>
        </div>
      )}
    </details>
  );
}
