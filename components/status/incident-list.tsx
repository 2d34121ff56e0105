"use client";

import Link from "next/link";
import { useNow, useTranslations } from "next-intl";
import { useFormat, useReasonText } from "@/components/format";
import { logsHref } from "@/components/health-strip/logs-href";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { LogTime } from "@/components/ui/relative-time";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import type { Incident } from "@/lib/schemas/health";

/** When the gateway took something out of use by itself, why, for how long, and what became of the calls. */
export function IncidentList({ incidents }: { incidents: readonly Incident[] }) {
  const t = useTranslations("status");
  return (
    <Card title={t("incidents")} description={t("incidentsNote")} flush>
      {incidents.length === 0 ? (
        <p className="px-4 py-8 text-center text-muted-foreground">{t("noIncidents")}</p>
      ) : (
        <Table label={t("incidents")}>
          <Thead>
            <Th>{t("columns.what")}</Th>
            <Th>{t("columns.opened")}</Th>
            <Th>{t("columns.closed")}</Th>
            <Th align="end">{t("columns.duration")}</Th>
            <Th align="end">{t("columns.affected")}</Th>
            <Th align="end">{t("columns.rescued")}</Th>
          </Thead>
          <Tbody>
            {incidents.map((incident) => (
              <IncidentRow key={incident.id} incident={incident} />
            ))}
          </Tbody>
        </Table>
      )}
    </Card>
  );
}

function IncidentRow({ incident }: { incident: Incident }) {
  const t = useTranslations("status");
  const format = useFormat();
  const reasonText = useReasonText();
  const now = useNow({ updateInterval: 10_000 });
  const { kind, provider, deployment, openedAt, closedAt, closedBy, reason, affected, rescued, reopened } = incident;
  const name = deployment ? `${provider.name}/${deployment.name}` : provider.name;
  const durationMs = closedAt === null ? Math.max(0, now.getTime() - Date.parse(openedAt)) : incident.durationMs;
  const subject = { tried: deployment?.id ?? provider.id };
  const calls = logsHref(subject, { from: openedAt, to: closedAt ?? now.toISOString() });
  const why = reason === null ? t("why.unknownReason") : reasonText(reason);
  const { failures, threshold, windowMinutes } = incident;
  return (
    <Tr>
      <Td primary className="md:py-2.5">
        <span className="flex min-w-0 flex-col gap-0.5">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="break-words">{name}</span>
            {closedAt === null && <Badge tone="circuit">{t("goesOn")}</Badge>}
          </span>
          <span className="font-normal text-muted-foreground text-small">
            {kind === "credential"
              ? t("credentialIncident", { reason: why })
              : failures !== null && threshold !== null && windowMinutes !== null
                ? t("circuitIncident", { reason: why, failures, threshold, windowMinutes })
                : t("circuitIncidentPlain", { reason: why })}
            {reopened > 0 && ` · ${t("reopened", { count: reopened })}`}
          </span>
        </span>
      </Td>
      <Td label={t("columns.opened")}>
        <LogTime at={openedAt} />
      </Td>
      <Td label={t("columns.closed")}>
        {closedAt === null ? (
          <span className="text-muted-foreground">{t("ongoing")}</span>
        ) : (
          <span className="flex flex-col text-end md:text-start">
            <LogTime at={closedAt} />
            {closedBy !== null && closedBy !== "answered" && (
              <span className="text-muted-foreground">{t(`closedBy.${closedBy}`)}</span>
            )}
          </span>
        )}
      </Td>
      <Td label={t("columns.duration")} align="end" className="whitespace-nowrap" suppressHydrationWarning>
        {format.duration(durationMs)}
      </Td>
      <Td label={t("columns.affected")} align="end">
        {affected === null ? (
          <span className="text-muted-foreground">{t("notStored")}</span>
        ) : (
          <Link href={calls} prefetch={false} className="rounded-xs hover:underline">
            {format.integer(affected)}
          </Link>
        )}
      </Td>
      <Td label={t("columns.rescued")} align="end">
        {rescued === null ? (
          <span className="text-muted-foreground">{t("notStored")}</span>
        ) : (
          <Link href={`${calls}&outcome=rescued`} prefetch={false} className="rounded-xs hover:underline">
            {format.integer(rescued)}
          </Link>
        )}
      </Td>
    </Tr>
  );
}
