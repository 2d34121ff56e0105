"use client";

import { useTranslations } from "next-intl";
import { nanosToUsd } from "@/lib/format";
import type { CallDetailView } from "@/lib/schemas/logs";
import { useFormat } from "../format";
import { Money } from "../ui/money";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import { nameOf } from "./decision";

/** Token counts in reading order; what is rare is a column only where there is some. */
const usageColumns = [
  { name: "input", label: "costInput", always: true },
  { name: "cached", label: "costCached", always: true },
  { name: "cacheWrite", label: "costCacheWrite", always: false },
  { name: "output", label: "costOutput", always: true },
  { name: "reasoning", label: "costReasoning", always: false },
] as const;

/** What the call cost, attempt by attempt, and where each figure comes from. */
export function CallCost({ call }: { call: CallDetailView }) {
  const t = useTranslations("calls.detail");
  const format = useFormat();
  const { attempts } = call.receipt;
  const columns = usageColumns.filter(
    ({ name, always }) =>
      always || attempts.some(({ usage }) => (usage?.[name] ?? 0) > 0) || (call.usage?.[name] ?? 0) > 0,
  );
  const tokens = (usage: CallDetailView["usage"]) =>
    columns.map(({ name, label }) => (
      <Td key={name} label={t(label)} align="end">
        {usage ? format.integer(usage[name]) : "–"}
      </Td>
    ));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="overflow-clip rounded-card border">
        <Table label={t("costTitle")}>
          <Thead>
            <Th>{t("costAttempt")}</Th>
            {columns.map(({ name, label }) => (
              <Th key={name} align="end">
                {t(label)}
              </Th>
            ))}
            <Th>{t("costSource")}</Th>
            <Th align="end">{t("cost")}</Th>
          </Thead>
          <Tbody>
            {attempts.map((attempt) => (
              <Tr key={`${attempt.n}-${attempt.startedAt}`} density="compact">
                <Td primary className="break-words">
                  {`${attempt.n}. ${nameOf(attempt.deployment)}`}
                </Td>
                {tokens(attempt.usage)}
                <Td label={t("costSource")}>
                  {attempt.cost ? (
                    t("costSourceOf", { source: attempt.cost.source })
                  ) : (
                    <span className="text-muted-foreground">{t(attempt.usage ? "noPrice" : "noUsage")}</span>
                  )}
                </Td>
                <Td label={t("cost")} align="end">
                  {attempt.cost ? (
                    <Money usd={nanosToUsd(attempt.cost.nanos)} />
                  ) : attempt.usage ? (
                    <Money usd={null} />
                  ) : (
                    "–"
                  )}
                </Td>
              </Tr>
            ))}
            <Tr density="compact">
              <Td primary>{t("costTotal")}</Td>
              {tokens(call.usage)}
              <Td label={t("costSource")}>{call.cost ? t("costSourceOf", { source: call.cost.source }) : "–"}</Td>
              <Td label={t("cost")} align="end" className="font-semibold">
                {call.cost === null && call.usage === null ? "–" : <Money usd={call.cost?.usd} />}
              </Td>
            </Tr>
          </Tbody>
        </Table>
      </div>
      <p className="max-w-[72ch] text-muted-foreground text-small">
        {call.cost === null && call.usage !== null ? t("costUnknown") : t("costNote")}
      </p>
      {call.usage?.source === "estimate" && (
        <p className="max-w-[72ch] text-muted-foreground text-small">{t("usageEstimated")}</p>
      )}
    </div>
  );
}
