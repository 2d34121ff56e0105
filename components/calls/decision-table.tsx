"use client";

import { useLocale, useTranslations } from "next-intl";
import { nanosToUsd } from "@/lib/format";
import type { CandidateRecord, Receipt } from "@/lib/gateway/types";
import { useDates, useFormat, useReasonText } from "../format";
import { cn } from "../ui/cn";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import { decisionSentences, type Fact, factsOf, nameOf, type Sentence } from "./decision";

/** "Why this provider?" in one to five whole sentences. */
export function DecisionSentence({ receipt }: { receipt: Receipt }) {
  const say = useSentence();
  // A full-width full stop brings its own space.
  const gap = /^(zh|ja)/.test(useLocale()) ? "" : " ";
  return (
    <p className="max-w-[80ch] text-body">
      {decisionSentences(receipt).map((sentence) => (
        <span key={`${sentence.key}-${"name" in sentence ? sentence.name : ""}`}>
          {say(sentence)}
          {gap}
        </span>
      ))}
    </p>
  );
}

function useSentence(): (sentence: Sentence) => string {
  const t = useTranslations("calls.decision.sentence");
  const reasonText = useReasonText();
  const format = useDates();
  return (sentence) => {
    switch (sentence.key) {
      case "first_failed":
        return t("first_failed", { ...sentence, failure: reasonText(sentence.failure) });
      case "gave_up":
        return t("gave_up", { ...sentence, stop: reasonText(sentence.stop) });
      case "left_out":
        return t("left_out", { ...sentence, reason: reasonText(sentence.reason) });
      case "left_out_until":
        return t("left_out_until", {
          name: sentence.name,
          reason: reasonText(sentence.reason),
          time: format.dateTime(new Date(sentence.retryAt), "time"),
        });
      case "left_out_reset":
        return t("left_out_reset", {
          name: sentence.name,
          reason: reasonText(sentence.reason),
          time: format.dateTime(new Date(sentence.resetsAt), "moment"),
        });
      default:
        return t(sentence.key, { ...sentence });
    }
  };
}

/** The candidates of a call or of a simulation: who was asked, who was left out and why, with what was known then. */
export function DecisionTable({ receipt }: { receipt: Receipt }) {
  const t = useTranslations("calls.decision");
  const reasonText = useReasonText();
  if (receipt.candidates.length === 0) return null;
  const firstTries = new Map<string, number>();
  for (const attempt of receipt.attempts) {
    if (!firstTries.has(attempt.deployment.id)) firstTries.set(attempt.deployment.id, firstTries.size + 1);
  }
  const verdictOf = (candidate: CandidateRecord) => {
    if (candidate.deployment.id === receipt.servedBy?.id) return t("verdictServed");
    if (candidate.verdict === "tried") return t("verdictTried");
    if (candidate.verdict === "skipped") return t("verdictSkipped", { reason: reasonText(candidate.reason) });
    return t("verdictNotReached");
  };
  return (
    <Table label={t("title")}>
      <Thead>
        <Th>{t("order")}</Th>
        <Th>{t("candidate")}</Th>
        <Th>{t("verdict")}</Th>
        <Th>{t("evidence")}</Th>
      </Thead>
      <Tbody>
        {receipt.candidates.map((candidate) => (
          <Tr key={candidate.deployment.id} density="compact" muted={candidate.verdict !== "tried"}>
            <Td label={t("order")}>{firstTries.get(candidate.deployment.id) ?? "–"}</Td>
            <Td label={t("candidate")} className="break-words font-medium">
              {nameOf(candidate.deployment)}
            </Td>
            <Td label={t("verdict")}>{verdictOf(candidate)}</Td>
            <Td label={t("evidence")} className={cn("text-muted-foreground", evidenceCellClass)}>
              <Evidence candidate={candidate} />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

/** On a phone the facts have a line of their own below their caption: beside it there is no room for them. */
export const evidenceCellClass = "max-md:flex-col max-md:items-start max-md:gap-0.5";

/** What was known about a candidate when the decision was made. */
export function Evidence({ candidate }: { candidate: CandidateRecord }) {
  const t = useTranslations("calls.decision.facts");
  const fact = useFact();
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-0.5">
      <span>{t("tier", { tier: candidate.tier })}</span>
      <span>{candidate.weight === 0 ? t("standby") : t("weight", { weight: candidate.weight })}</span>
      {factsOf(candidate.evidence).map((one) => (
        <span key={one.key === "other" ? one.name : one.key}>{fact(one)}</span>
      ))}
    </span>
  );
}

function useFact(): (fact: Fact) => string {
  const t = useTranslations("calls.decision.facts");
  const format = useFormat();
  const dates = useDates();
  return (fact) => {
    switch (fact.key) {
      case "price":
        return t("price", {
          input: format.usd(nanosToUsd(fact.inputNanos)),
          output: format.usd(nanosToUsd(fact.outputNanos)),
        });
      case "priceInput":
      case "priceOutput":
      case "callPrice":
        return t(fact.key, { price: format.usd(nanosToUsd(fact.nanos)) });
      case "quotaLeft":
        return t("quotaLeft", { share: format.percent(fact.share) });
      case "latency":
        return t("latency", { duration: format.duration(fact.ms) });
      case "openedAt":
      case "retryAt":
      case "until":
        return t(fact.key, { time: dates.dateTime(new Date(fact.at), "time") });
      case "resetsAt":
        return t("resetsAt", { time: dates.dateTime(new Date(fact.at), "moment") });
      case "quota":
        return t("quota", { quota: fact.quota, used: format.integer(fact.used), limit: format.integer(fact.limit) });
      case "inputTokens":
      case "outputTokens":
      case "lastTurn":
      case "contextWindow":
        return t(fact.key, { count: format.integer(fact.count) });
      default:
        return t(fact.key, { ...fact });
    }
  };
}
