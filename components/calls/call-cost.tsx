"use client";

import { useTranslations } from "next-intl";
import { nanosToUsd } from "@/lib/format";
import type { CallDetailView } from "@/lib/schemas/logs";
import { useFormat } from "../format";
import { Money } from "../ui/money";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import { nameOf } from "./decision";

/** What the call cost, attempt by attempt, and where each figure comes from. */
export function CallCost({ call }: { call: CallDetailView }) {
  const t = useTranslations("calls.detail");
  const format = useFormat();
  const number = (value: number | undefined) => (value === undefined ? "–" : format.integer(value));
  const { attempts } = call.receipt;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="overflow-clip rounded-card border">
        <Table label={t("costTitle")}>
          <Thead>
            <Th>{t("costAttempt")}</Th>
            <Th align="end">{t("costInput")}</Th>
            <Th align="end">{t("costCached")}</Th>
            <Th align="end">{t("costOutput")}</Th>
            <Th>{t("costSource")}</Th>
            <Th align="end">{t("cost")}</Th>
          </Thead>
          <Tbody>
            {attempts.map((attempt) => (
              <Tr key={`${attempt.n}-${attempt.startedAt}`} density="compact">
                <Td primary className="break-all">
                  {`${attempt.n}. ${nameOf(attempt.deployment)}`}
                </Td>
                <Td label={t("costInput")} align="end">
                  {number(attempt.usage?.input)}
                </Td>
                <Td label={t("costCached")} align="end">
                  {number(attempt.usage?.cached)}
                </Td>
                <Td label={t("costOutput")} align="end">
                  {number(attempt.usage?.output)}
                </Td>
                <Td label={t("costSource")}>
                  {attempt.cost ? (
                    t("costSourceOf", { source: attempt.cost.source })
                  ) : (
                    <span className="text-muted-foreground">{t("noUsage")}</span>
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
              <Td label={t("costInput")} align="end">
                {number(call.usage?.input)}
              </Td>
              <Td label={t("costCached")} align="end">
                {number(call.usage?.cached)}
              </Td>
              <Td label={t("costOutput")} align="end">
                {number(call.usage?.output)}
              </Td>
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
    </div>
  );
}
