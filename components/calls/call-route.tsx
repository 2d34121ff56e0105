"use client";

import { ListTree, Plug } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { nanosToUsd } from "@/lib/format";
import type { AttemptRecord } from "@/lib/gateway/types";
import type { CallDetailView } from "@/lib/schemas/logs";
import { useFormat, useReasonText } from "../format";
import { useMay } from "../permissions";
import { ButtonLink } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Money } from "../ui/money";
import { nameOf } from "./decision";
import { DecisionSentence, DecisionTable } from "./decision-table";
import { EndingGlyph } from "./ending-glyph";
import { FactsList } from "./facts-list";
import { Waterfall } from "./waterfall";
import { endingOf, nextOf } from "./waterfall-layout";

/** Who was asked, when, why, and what each of them said. */
export function CallRoute({ call }: { call: CallDetailView }) {
  const t = useTranslations("calls");
  const { receipt } = call;
  const details = useRef<HTMLDivElement>(null);
  const show = (attempt: AttemptRecord) => {
    const one = details.current?.querySelector<HTMLDetailsElement>(`[data-attempt="${keyOf(attempt)}"]`);
    if (!one) return;
    one.open = true;
    one.scrollIntoView({ block: "start" });
    one.querySelector("summary")?.focus({ preventScroll: true });
  };
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <DecisionSentence receipt={receipt} />
      <section className="min-w-0">
        <h3 className="mb-2 text-heading">{t("waterfall.title")}</h3>
        <Waterfall at={call.at} totalMs={call.totalMs} receipt={receipt} onAttempt={show} />
      </section>
      {receipt.stop === "bytes_already_sent" && (
        <p className="max-w-[80ch] text-body text-muted-foreground">{t("detail.bytesSent")}</p>
      )}
      {receipt.candidates.length > 0 && (
        <section className="min-w-0">
          <h3 className="mb-2 text-heading">{t("decision.title")}</h3>
          <div className="overflow-clip rounded-card border">
            <DecisionTable receipt={receipt} />
          </div>
        </section>
      )}
      {receipt.attempts.length > 0 && (
        <section className="min-w-0">
          <h3 className="mb-2 text-heading">{t("detail.attemptsTitle")}</h3>
          <div ref={details} className="flex flex-col divide-y rounded-card border">
            {receipt.attempts.map((attempt, index) => (
              <AttemptDetail
                key={keyOf(attempt)}
                attempt={attempt}
                command={call.commands?.[index] ?? null}
                next={nextOf(receipt, attempt)}
                open={receipt.attempts.length <= 3}
              />
            ))}
          </div>
        </section>
      )}
    </div>
  );
}

const keyOf = ({ n, startedAt }: AttemptRecord) => `${n}-${startedAt}`;

function AttemptDetail({
  attempt,
  command,
  next,
  open,
}: {
  attempt: AttemptRecord;
  /** Asks the provider directly; null = cannot be said, or is not for this reader. */
  command: string | null;
  next: AttemptRecord["next"];
  open: boolean;
}) {
  const t = useTranslations("calls");
  const format = useFormat();
  const reasonText = useReasonText();
  const may = useMay();
  const since = (ms: number | null) => (ms === null ? null : format.duration(ms));
  return (
    <details open={open} data-attempt={keyOf(attempt)} className="min-w-0 scroll-mt-4 px-4 py-2.5">
      <summary className="flex flex-wrap items-center gap-x-2 gap-y-1 text-body">
        <EndingGlyph ending={endingOf(attempt)} />
        <span className="text-muted-foreground">{t("detail.attemptNumber", { n: attempt.n })}</span>
        <span className="min-w-0 break-words font-medium">{nameOf(attempt.deployment)}</span>
        <span className="text-muted-foreground">{reasonText(attempt.reason)}</span>
      </summary>
      <div className="flex min-w-0 flex-col gap-3 pt-2 pb-1">
        {attempt.keywordId !== null && <RuleMet attempt={attempt} keywordId={attempt.keywordId} />}
        {attempt.keywordId === null && attempt.httpStatus !== null && attempt.message && (
          <div>
            <p className="text-caption text-muted-foreground">{t("detail.upstreamWords")}</p>
            <p className="whitespace-pre-wrap break-words font-mono text-small">{attempt.message}</p>
          </div>
        )}
        <FactsList
          facts={[
            { name: t("detail.upstreamStatus"), value: attempt.httpStatus },
            {
              name: t("detail.credential"),
              value: attempt.credential ? (
                <code>…{attempt.credential.preview.replace(/^.*…/, "")}</code>
              ) : (
                t("detail.noCredential")
              ),
            },
            { name: t("detail.connectMs"), value: since(attempt.connectMs) },
            { name: t("detail.firstByteMs"), value: since(attempt.firstByteMs) },
            { name: t("detail.firstTokenMs"), value: since(attempt.firstTokenMs) },
            { name: t("detail.endMs"), value: since(attempt.endMs) },
            {
              name: t("detail.tokens"),
              value:
                attempt.usage &&
                t("detail.tokensInOut", {
                  input: format.integer(attempt.usage.input),
                  output: format.integer(attempt.usage.output),
                }),
            },
            { name: t("detail.attemptCost"), value: attempt.cost && <Money usd={nanosToUsd(attempt.cost.nanos)} /> },
            { name: t("waterfall.nextStep"), value: t(`waterfall.next.${next}`) },
            { name: t("waterfall.pause"), value: attempt.waitMs > 0 ? format.duration(attempt.waitMs) : null },
            {
              name: t("detail.upstreamRequestId"),
              value: attempt.upstreamRequestId && (
                <code className="break-all text-small">{attempt.upstreamRequestId}</code>
              ),
            },
          ]}
        />
        <div className="flex flex-wrap gap-2">
          <ButtonLink size="compact" icon={Plug} href={`/providers/${attempt.providerId}`} prefetch={false}>
            {t(may("write") ? "detail.disableProvider" : "detail.openProvider")}
          </ButtonLink>
          <ButtonLink size="compact" icon={ListTree} href={`/logs?provider=${attempt.providerId}`} prefetch={false}>
            {t("detail.sameProvider")}
          </ButtonLink>
          {command !== null && (
            <CopyButton text={command} label={t("detail.copyCurl")}>
              {t("detail.copyCurl")}
            </CopyButton>
          )}
        </div>
      </div>
    </details>
  );
}

/** The rule on answers an attempt met: what it did, and the text, for those who may read answers. */
function RuleMet({ attempt, keywordId }: { attempt: AttemptRecord; keywordId: string }) {
  const t = useTranslations("calls.detail");
  const may = useMay();
  return (
    <div className="flex flex-col gap-1">
      {attempt.matched !== null ? (
        <>
          <p className="text-caption text-muted-foreground">{t("matched")}</p>
          <p className="break-words">
            <mark className="rounded-xs bg-warning-surface px-1 py-0.5 text-warning">{attempt.matched}</mark>
          </p>
        </>
      ) : (
        !may("bodies") && <p className="text-muted-foreground text-small">{t("matchedHidden")}</p>
      )}
      <p className="flex flex-wrap items-baseline gap-x-3 text-small">
        {attempt.keywordVerdict && (
          <span>
            <span className="text-muted-foreground">{t("keywordVerdict")}</span>{" "}
            {t("keywordVerdictOf", { verdict: attempt.keywordVerdict })}
          </span>
        )}
        <Link href={`/fail-keywords?q=${keywordId}`} prefetch={false} className="text-primary hover:underline">
          {t("openKeyword")}
        </Link>
      </p>
    </div>
  );
}
