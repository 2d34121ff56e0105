"use client";

import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useState } from "react";
import type { Page } from "@/lib/schemas/common";
import { accountRoles } from "@/lib/schemas/roles";
import type { AccountRole, InviteView, InviteWithPath, UserView } from "@/lib/schemas/users";
import { api } from "../api-client";
import { QueryError } from "../query-error";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { EmptyState } from "../ui/empty-state";
import { Facet } from "../ui/facet";
import { Input } from "../ui/input";
import { PageBody, PageHeader } from "../ui/page-header";
import { Table, Tbody, Th, Thead } from "../ui/table";
import { InviteDialog } from "./invite-dialog";
import { InvitesCard } from "./invites-card";
import { LinkDialog } from "./link-dialog";
import { RolesCard } from "./roles-card";
import { UserRow, type UserSelf } from "./user-row";

const any = "any";

/** The accounts of the console: who may do what, and the links that wait to be used. */
export function UsersView({ users, invites, self }: { users: Page<UserView>; invites: InviteView[]; self: UserSelf }) {
  const t = useTranslations("users");
  const tRole = useTranslations("common.role");
  const [query, setQuery] = useQueryState("q", parseAsString.withDefault(""));
  const [role, setRole] = useQueryState("role", parseAsStringLiteral(accountRoles));
  const [inviting, setInviting] = useState(false);
  const [link, setLink] = useState<InviteWithPath | null>(null);
  const list = useQuery({
    queryKey: ["users"],
    queryFn: () => api.get<Page<UserView>>("/api/admin/users?limit=500"),
    initialData: users,
  });
  const open = useQuery({
    queryKey: ["invites"],
    queryFn: () => api.get<Page<InviteView>>("/api/admin/invites"),
    initialData: { items: invites, nextCursor: null },
  });
  const wanted = query.trim().toLowerCase();
  const shown = list.data.items.filter(
    (user) => user.username.toLowerCase().includes(wanted) && (role === null || user.role === role),
  );
  return (
    <PageBody wide>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <Button variant="primary" icon={UserPlus} data-shortcut="page.new" onClick={() => setInviting(true)}>
            {t("invite")}
          </Button>
        }
      />
      <QueryError query={list} />
      <div className="flex flex-wrap items-center gap-2">
        <Input
          type="search"
          value={query}
          onValueChange={(value) => void setQuery(value || null)}
          placeholder={t("search")}
          aria-label={t("search")}
          className="h-8 text-small sm:max-w-80 touch:h-11"
        />
        <Facet
          label={t("role")}
          value={role ?? any}
          options={[
            { value: any, label: t("anyRole") },
            ...accountRoles.map((one) => ({ value: one as string, label: tRole(one) })),
          ]}
          onChange={(value) => void setRole(value === any ? null : (value as AccountRole))}
        />
      </div>
      <Card flush>
        {shown.length === 0 ? (
          <EmptyState
            title={t("noMatch")}
            action={
              <Button
                onClick={() => {
                  void setQuery(null);
                  void setRole(null);
                }}
              >
                {t("clear")}
              </Button>
            }
          />
        ) : (
          <Table label={t("title")}>
            <Thead>
              <Th>{t("name")}</Th>
              <Th>{t("role")}</Th>
              <Th>{t("bodies")}</Th>
              <Th>{t("twoFactor")}</Th>
              <Th align="end">{t("keys")}</Th>
              <Th>{t("lastSeen")}</Th>
              <Th>
                <span className="sr-only">{t("actions")}</span>
              </Th>
            </Thead>
            <Tbody>
              {shown.map((user) => (
                <UserRow key={user.id} user={user} self={self} onLink={setLink} />
              ))}
            </Tbody>
          </Table>
        )}
      </Card>
      <InvitesCard invites={open.data.items} isOwner={self.isOwner} />
      <RolesCard />
      <InviteDialog
        open={inviting}
        isOwner={self.isOwner}
        onOpenChange={setInviting}
        onInvited={(made) => {
          setInviting(false);
          setLink(made);
        }}
      />
      <LinkDialog link={link} onDone={() => setLink(null)} />
    </PageBody>
  );
}
