"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { InviteView } from "@/lib/schemas/users";
import { api, useApiMutation } from "../api-client";
import { IconButton } from "../ui/button";
import { Card } from "../ui/card";
import { RelativeTime } from "../ui/relative-time";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";

/** Links that wait to be used. Nothing is shown when there are none. */
export function InvitesCard({ invites, isOwner }: { invites: readonly InviteView[]; isOwner: boolean }) {
  const t = useTranslations("users");
  const tRole = useTranslations("common.role");
  const withdraw = useApiMutation({
    mutationFn: (invite: InviteView) => api.delete(`/api/admin/invites/${invite.id}`),
    invalidate: [["invites"]],
    success: () => t("withdrawn"),
  });
  if (invites.length === 0) return null;
  return (
    <Card flush title={t("openTitle")} description={t("openHint")}>
      <Table label={t("openTitle")}>
        <Thead>
          <Th>{t("linkFor")}</Th>
          <Th>{t("role")}</Th>
          <Th>{t("createdBy")}</Th>
          <Th>{t("expires")}</Th>
          <Th>
            <span className="sr-only">{t("actions")}</span>
          </Th>
        </Thead>
        <Tbody>
          {invites.map((invite) => {
            const who = invite.username ?? t("anybody");
            return (
              <Tr key={invite.id}>
                <Td primary>{invite.kind === "password" ? t("passwordOf", { name: who }) : who}</Td>
                <Td label={t("role")}>{tRole(invite.role)}</Td>
                <Td label={t("createdBy")}>{invite.createdBy}</Td>
                <Td label={t("expires")}>
                  <RelativeTime at={invite.expiresAt} />
                </Td>
                <Td align="end">
                  {(isOwner || invite.role !== "owner") && (
                    <IconButton icon={X} label={t("withdraw", { name: who })} onClick={() => withdraw.mutate(invite)} />
                  )}
                </Td>
              </Tr>
            );
          })}
        </Tbody>
      </Table>
    </Card>
  );
}
