"use client";

import { KeyRound, LogOut, Power, ShieldOff, Trash2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { accountRoles } from "@/lib/schemas/roles";
import type { AccountRole, InviteWithPath, UserPatch, UserView } from "@/lib/schemas/users";
import { api, isApiError, useApiMutation } from "../api-client";
import { useFormat } from "../format";
import { Badge } from "../ui/badge";
import { ConfirmDialog } from "../ui/dialog";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu";
import { RelativeTime } from "../ui/relative-time";
import { Select } from "../ui/select";
import { Td, Tr } from "../ui/table";

/** Who looks at the page. */
export type UserSelf = { id: string; isOwner: boolean };

type Asked = "disable" | "delete" | "signOut" | "resetTwoFactor";
type Bodies = "role" | "yes" | "no";

const bodiesOf = (readsBodies: boolean | null): Bodies => (readsBodies === null ? "role" : readsBodies ? "yes" : "no");
const readsBodiesOf: Record<Bodies, boolean | null> = { role: null, yes: true, no: false };

export function UserRow({
  user,
  self,
  onLink,
}: {
  user: UserView;
  self: UserSelf;
  onLink: (link: InviteWithPath) => void;
}) {
  const t = useTranslations("users");
  const tRole = useTranslations("common.role");
  const format = useFormat();
  const [asked, setAsked] = useState<Asked | null>(null);
  const isSelf = user.id === self.id;
  // Owners are beyond administrators; the server says so too.
  const mayChange = self.isOwner || user.role !== "owner";
  const path = `/api/admin/users/${user.id}`;
  const failure = (error: Error) => {
    const reason = isApiError(error) && (error.details as { reason?: unknown } | null)?.reason;
    return reason === "last_owner" || reason === "own_account" ? t(`refused.${reason}`) : undefined;
  };
  const change = useApiMutation({
    failure,
    mutationFn: (patch: UserPatch) => api.patch<UserView>(path, patch),
    invalidate: [["users"]],
    success: () => t("saved", { name: user.username }),
  });
  const act = useApiMutation({
    failure,
    mutationFn: (what: Asked) => {
      if (what === "delete") return api.delete(path);
      if (what === "signOut") return api.post(`${path}/sign-out`);
      if (what === "resetTwoFactor") return api.delete(`${path}/two-factor`);
      return api.patch(path, { enabled: false });
    },
    invalidate: [["users"]],
    onSuccess: () => setAsked(null),
    success: (_, what) => t(`done.${what}`, { name: user.username }),
  });
  const link = useApiMutation({
    mutationFn: () => api.post<InviteWithPath>(`${path}/password-link`),
    invalidate: [["invites"]],
    onSuccess: onLink,
  });
  const roles = accountRoles.filter((role) => self.isOwner || role !== "owner");
  const role = accountRoles.find((one) => one === user.role) ?? "analyst";
  return (
    <Tr muted={!user.enabled}>
      <Td primary>
        <span className="min-w-0">
          <span className="break-words">{user.username}</span>{" "}
          {isSelf && <span className="text-muted-foreground text-small">{t("you")}</span>}
        </span>{" "}
        {!user.enabled && <Badge tone="held">{t("disabled")}</Badge>}
      </Td>
      <Td label={t("role")}>
        {mayChange ? (
          <Select<AccountRole>
            size="compact"
            aria-label={t("roleOf", { name: user.username })}
            value={role}
            onValueChange={(next) => change.mutate({ role: next })}
            options={roles.map((value) => ({ value, label: tRole(value), hint: t(`roleHint.${value}`) }))}
            className="my-1 w-auto min-w-32 md:my-0"
          />
        ) : (
          tRole(user.role)
        )}
      </Td>
      <Td label={t("bodies")}>
        {mayChange && (self.isOwner || !isSelf) ? (
          <Select<Bodies>
            size="compact"
            aria-label={t("bodiesOf", { name: user.username })}
            value={bodiesOf(user.readsBodies)}
            onValueChange={(next) => change.mutate({ readsBodies: readsBodiesOf[next] })}
            options={(["role", "yes", "no"] as const).map((value) => ({
              value,
              label:
                value === "role"
                  ? t("bodiesByRole", { may: user.mayReadBodies ? "yes" : "no" })
                  : t(`bodiesAre.${value}`),
            }))}
            className="my-1 w-auto min-w-32 max-sm:gap-1 max-sm:px-2 md:my-0"
          />
        ) : (
          t(`bodiesAre.${user.mayReadBodies ? "yes" : "no"}`)
        )}
      </Td>
      <Td label={t("twoFactor")}>
        <Badge tone={user.twoFactor ? "ready" : "neutral"}>{user.twoFactor ? t("on") : t("off")}</Badge>
      </Td>
      <Td label={t("keys")} align="end">
        {user.keys === 0 ? (
          format.integer(0)
        ) : (
          <Link href={`/keys?owner=${user.id}`} prefetch={false} className="rounded-xs hover:underline">
            {format.integer(user.keys)}
          </Link>
        )}
      </Td>
      <Td label={t("lastSeen")}>
        <RelativeTime at={user.lastSeenAt} />
      </Td>
      <Td align="end" className="justify-end">
        {mayChange && (
          <Menu label={t("actionsFor", { name: user.username })}>
            <MenuItem icon={KeyRound} onClick={() => link.mutate()}>
              {t("passwordLink")}
            </MenuItem>
            <MenuItem icon={LogOut} onClick={() => setAsked("signOut")}>
              {t("signOut")}
            </MenuItem>
            <MenuItem icon={ShieldOff} disabled={!user.twoFactor} onClick={() => setAsked("resetTwoFactor")}>
              {t("resetTwoFactor")}
            </MenuItem>
            <MenuSeparator />
            <MenuItem
              icon={Power}
              disabled={isSelf}
              onClick={() => (user.enabled ? setAsked("disable") : change.mutate({ enabled: true }))}
            >
              {user.enabled ? t("disable") : t("enable")}
            </MenuItem>
            <MenuItem icon={Trash2} tone="danger" disabled={isSelf} onClick={() => setAsked("delete")}>
              {t("delete")}
            </MenuItem>
          </Menu>
        )}
        <ConfirmDialog
          open={asked !== null}
          onOpenChange={(open) => {
            if (!open) setAsked(null);
          }}
          title={t(`ask.${asked ?? "signOut"}.title`, { name: user.username })}
          description={t(`ask.${asked ?? "signOut"}.body`, { keys: user.keys })}
          confirmLabel={t(asked ?? "signOut")}
          pending={act.isPending}
          onConfirm={() => {
            if (asked) act.mutate(asked);
          }}
        />
      </Td>
    </Tr>
  );
}
