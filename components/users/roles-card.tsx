"use client";

import { Check, Minus } from "lucide-react";
import { useTranslations } from "next-intl";
import { accountRoles, permissions, permissionsOf } from "@/lib/schemas/roles";
import { Card } from "../ui/card";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";

/** What each role may do, from the table the server decides by. */
export function RolesCard() {
  const t = useTranslations("users");
  const tRole = useTranslations("common.role");
  return (
    <Card flush title={t("rolesTitle")} description={t("rolesHint")}>
      <Table label={t("rolesTitle")}>
        <Thead>
          <Th>{t("permission")}</Th>
          {accountRoles.map((role) => (
            <Th key={role}>{tRole(role)}</Th>
          ))}
        </Thead>
        <Tbody>
          {permissions.map((permission) => (
            <Tr key={permission}>
              <Td primary className="md:font-normal">
                {t(`permissions.${permission}`)}
              </Td>
              {accountRoles.map((role) => {
                const has = permissionsOf(role).includes(permission);
                const Icon = has ? Check : Minus;
                return (
                  <Td key={role} label={tRole(role)}>
                    <Icon aria-hidden className={has ? "size-4 text-success" : "size-4 text-muted-foreground"} />
                    <span className="sr-only">{has ? t("yes") : t("no")}</span>
                  </Td>
                );
              })}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </Card>
  );
}
