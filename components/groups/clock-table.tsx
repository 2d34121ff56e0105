"use client";

import { useTranslations } from "next-intl";
import { useFormat } from "@/components/format";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import type { GroupView } from "@/lib/schemas/groups";
import type { Timeouts } from "@/lib/schemas/timeouts";
import { clockLines, type InheritedClocks } from "./clocks";

/** Where each clock comes from, and what holds in the end for the members as they are now. */
export function ClockTable({
  group,
  timeouts,
  inherited,
}: {
  group: GroupView;
  timeouts: Timeouts;
  inherited: InheritedClocks;
}) {
  const t = useTranslations("groups.clocks");
  const tProviders = useTranslations("providers");
  const format = useFormat();
  const providerIds = [...new Set(group.members.map(({ deployment }) => deployment.provider.id))];
  return (
    <div className="-mx-4 mt-4 border-t">
      <Table label={t("title")}>
        <Thead>
          <Th>{t("clock")}</Th>
          <Th align="end">{t("instance")}</Th>
          <Th align="end">{t("provider")}</Th>
          <Th align="end">{t("group")}</Th>
          <Th align="end">{t("effective")}</Th>
        </Thead>
        <Tbody>
          {clockLines(inherited, providerIds, timeouts).map(({ clock, instance, providers, group: own, effective }) => (
            <Tr key={clock} density="compact">
              <Td primary>{tProviders(`timeout.${clock}`)}</Td>
              <Td label={t("instance")} align="end" className="whitespace-nowrap">
                {clock === "totalMs"
                  ? t("wholeOrStream", {
                      whole: format.durationShort(instance),
                      stream: format.durationShort(inherited.instance.totalStreamMs),
                    })
                  : format.durationShort(instance)}
              </Td>
              <Td label={t("provider")} align="end">
                {providers.length === 0
                  ? "–"
                  : providers.map(({ name, ms }) => `${name} ${format.durationShort(ms)}`).join(", ")}
              </Td>
              <Td label={t("group")} align="end" className="whitespace-nowrap">
                {own === null ? "–" : format.durationShort(own)}
              </Td>
              <Td label={t("effective")} align="end" className="whitespace-nowrap font-medium">
                {effective.least === effective.most
                  ? format.durationShort(effective.least)
                  : t("range", {
                      least: format.durationShort(effective.least),
                      most: format.durationShort(effective.most),
                    })}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  );
}
