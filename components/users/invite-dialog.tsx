"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { accountRoles } from "@/lib/schemas/roles";
import type { AccountRole, InviteWithPath } from "@/lib/schemas/users";
import { api, useApiMutation, useFieldErrors } from "../api-client";
import { Field } from "../ui/field";
import { FormDialog } from "../ui/form-dialog";
import { Input } from "../ui/input";
import { Select } from "../ui/select";

const validities = ["24", "72", "168"] as const;

/** Makes a link by which somebody creates their own account: no password passes through anybody's hands. */
export function InviteDialog({
  open,
  isOwner,
  onOpenChange,
  onInvited,
}: {
  open: boolean;
  isOwner: boolean;
  onOpenChange: (open: boolean) => void;
  onInvited: (link: InviteWithPath) => void;
}) {
  const t = useTranslations("users");
  const tCommon = useTranslations("common");
  const [username, setUsername] = useState("");
  const [role, setRole] = useState<AccountRole>("operator");
  const [hours, setHours] = useState<(typeof validities)[number]>("72");
  const create = useApiMutation({
    mutationFn: () =>
      api.post<InviteWithPath>("/api/admin/invites", {
        role,
        username: username.trim() || null,
        validHours: Number(hours),
      }),
    invalidate: [["invites"]],
    onSuccess: (link) => {
      setUsername("");
      onInvited(link);
    },
  });
  const fieldError = useFieldErrors(create.error);
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("inviteTitle")}
      description={t("inviteBody")}
      submitLabel={t("inviteCreate")}
      pending={create.isPending}
      onSubmit={create.mutate}
    >
      <Field label={t("role")} error={fieldError("role")}>
        <Select<AccountRole>
          value={role}
          onValueChange={setRole}
          options={accountRoles
            .filter((value) => isOwner || value !== "owner")
            .map((value) => ({ value, label: tCommon(`role.${value}`), hint: t(`roleHint.${value}`) }))}
        />
      </Field>
      <Field label={t("name")} hint={t("inviteNameHint")} error={fieldError("username")} optional>
        <Input value={username} onValueChange={setUsername} maxLength={64} autoComplete="off" autoCapitalize="none" />
      </Field>
      <Field label={t("inviteValid")} error={fieldError("validHours")}>
        <Select
          value={hours}
          onValueChange={setHours}
          options={validities.map((value) => ({ value, label: t("inviteDays", { days: Number(value) / 24 }) }))}
        />
      </Field>
    </FormDialog>
  );
}
