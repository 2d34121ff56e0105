"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ProviderIcon } from "@/components/provider-icon";
import type { DeploymentView } from "@/lib/schemas/deployments";
import { useFormat } from "../format";
import { LiveStateBadge } from "../providers/live-state";
import { QuotaSpent } from "../providers/quota-bars";
import { Button, ButtonLink } from "../ui/button";
import { Card } from "../ui/card";
import { EmptyState } from "../ui/empty-state";
import { RelativeTime } from "../ui/relative-time";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";

const shownFirst = 8;
const nameOf = (deployment: DeploymentView) => `${deployment.provider.name}/${deployment.name}`;

/** Every deployment with its live state. */
export function DeploymentsNow({ deployments }: { deployments: readonly DeploymentView[] }) {
  const t = useTranslations("overview");
  const format = useFormat();
  const [all, setAll] = useState(false);
  const shown = all ? deployments : deployments.slice(0, shownFirst);
  if (deployments.length === 0) {
    return (
      <Card title={t("deployments")}>
        <EmptyState
          title={t("deploymentsEmpty")}
          action={<ButtonLink href="/providers">{t("connectProvider")}</ButtonLink>}
          className="py-6"
        />
      </Card>
    );
  }
  return (
    <Card
      title={t("deployments")}
      flush
      footer={
        deployments.length > shownFirst && (
          <Button size="compact" variant="ghost" onClick={() => setAll(!all)}>
            {all ? t("showLess") : t("showAll", { count: deployments.length })}
          </Button>
        )
      }
    >
      <Table label={t("deployments")}>
        <Thead>
          <Th>{t("deployment")}</Th>
          <Th>{t("state")}</Th>
          <Th align="end">{t("failures")}</Th>
          <Th align="end">{t("running")}</Th>
          <Th align="end">{t("usualFirstToken")}</Th>
          <Th align="end">{t("lastSuccess")}</Th>
        </Thead>
        <Tbody>
          {shown.map((deployment) => {
            const { state } = deployment;
            return (
              <Tr key={deployment.id} density="compact" muted={!deployment.enabled}>
                <Td primary>
                  <Link
                    href={`/providers/${deployment.providerId}`}
                    className="inline-flex min-w-0 items-center gap-2 hover:underline"
                  >
                    <ProviderIcon name={deployment.provider.name} size="small" />
                    <span className="break-words">{nameOf(deployment)}</span>
                  </Link>
                </Td>
                <Td label={t("state")} className="whitespace-nowrap">
                  <span className="inline-flex flex-wrap items-center justify-end gap-x-2 gap-y-1">
                    <LiveStateBadge state={state?.state ?? "unknown"} />
                    <QuotaSpent left={state?.quota ?? null} />
                  </span>
                </Td>
                <Td label={t("failures")} align="end" className="whitespace-nowrap">
                  {state ? t("failuresOf", { failures: state.failures, threshold: state.failureThreshold }) : "–"}
                </Td>
                <Td label={t("running")} align="end">
                  {state ? format.integer(state.inFlight) : "–"}
                </Td>
                <Td label={t("usualFirstToken")} align="end" className="whitespace-nowrap">
                  {state?.firstTokenMs ? format.duration(state.firstTokenMs) : "–"}
                </Td>
                <Td label={t("lastSuccess")} align="end" className="whitespace-nowrap">
                  <RelativeTime at={state?.lastSuccessAt} />
                </Td>
              </Tr>
            );
          })}
        </Tbody>
      </Table>
    </Card>
  );
}
