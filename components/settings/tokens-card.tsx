"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Page } from "@/lib/schemas/common";
import { accountRoles } from "@/lib/schemas/roles";
import type { TokenView, TokenWithSecret } from "@/lib/schemas/tokens";
import type { AccountRole } from "@/lib/schemas/users";
import { api, useApiMutation, useFieldErrors } from "../api-client";
import { Badge } from "../ui/badge";
import { Button, IconButton } from "../ui/button";
import { Card } from "../ui/card";
import { ConfirmDialog } from "../ui/dialog";
import { EmptyState } from "../ui/empty-state";
import { Field } from "../ui/field";
import { FormDialog } from "../ui/form-dialog";
import { Input } from "../ui/input";
import { RelativeTime } from "../ui/relative-time";
import { RevealDialog } from "../ui/reveal-dialog";
import { Select } from "../ui/select";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";

const queryKey = ["tokens"] as const;
const path = "/api/admin/tokens";

/** `initial` is null for roles that may not see tokens. */
export function TokensCard({ initial }: { initial: Page<TokenView> | null }) {
  const t = useTranslations("settings.security");
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [leaving, setLeaving] = useState<TokenView | null>(null);
  const tokens = useQuery({
    queryKey,
    queryFn: () => api.get<Page<TokenView>>(path),
    initialData: initial ?? undefined,
    enabled: initial !== null,
  });
  if (initial === null) {
    return (
      <Card title={t("tokensTitle")} description={t("tokensHint")}>
        <p className="text-body text-muted-foreground">{t("tokensOwnerOnly")}</p>
      </Card>
    );
  }
  const items = tokens.data?.items ?? [];
  return (
    <Card
      title={t("tokensTitle")}
      description={t("tokensHint")}
      flush
      actions={
        <Button icon={Plus} onClick={() => setCreating(true)}>
          {t("tokenCreate")}
        </Button>
      }
    >
      {items.length === 0 ? (
        <EmptyState icon={KeyRound} title={t("tokensEmptyTitle")}>
          {t("tokensEmpty")}
        </EmptyState>
      ) : (
        <TokenTable items={items} onDelete={setLeaving} />
      )}
      <CreateToken
        open={creating}
        onOpenChange={setCreating}
        onCreated={(token) => {
          setCreating(false);
          setSecret(token.token);
        }}
      />
      <RevealDialog
        secret={secret}
        onDone={() => setSecret(null)}
        title={t("tokenRevealTitle")}
        description={t("tokenRevealBody")}
        label={t("tokenRevealLabel")}
        doneLabel={t("tokenRevealDone")}
      />
      <DeleteToken token={leaving} onDone={() => setLeaving(null)} />
    </Card>
  );
}

function TokenTable({ items, onDelete }: { items: readonly TokenView[]; onDelete: (token: TokenView) => void }) {
  const t = useTranslations("settings.security");
  const tRole = useTranslations("common.role");
  return (
    <Table label={t("tokensTitle")}>
      <Thead>
        <Th>{t("tokenColumnName")}</Th>
        <Th>{t("tokenColumnToken")}</Th>
        <Th>{t("tokenRole")}</Th>
        <Th>{t("tokenColumnExpires")}</Th>
        <Th>{t("tokenColumnUsed")}</Th>
        <Th>
          <span className="sr-only">{t("tokenDelete")}</span>
        </Th>
      </Thead>
      <Tbody>
        {items.map((token) => (
          <Tr key={token.id}>
            <Td primary className="break-words">
              {token.name}
            </Td>
            <Td label={t("tokenColumnToken")}>
              <code>{token.preview}</code>
            </Td>
            <Td label={t("tokenRole")}>{tRole(token.role)}</Td>
            <Td label={t("tokenColumnExpires")}>
              <Expiry at={token.expiresAt} />
            </Td>
            <Td label={t("tokenColumnUsed")}>
              <RelativeTime at={token.lastUsedAt} />
            </Td>
            <Td align="end">
              <IconButton icon={Trash2} label={`${t("tokenDelete")}: ${token.name}`} onClick={() => onDelete(token)} />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function Expiry({ at }: { at: string | null }) {
  const t = useTranslations("settings.security");
  // Date.parse of the server's own time; a second of clock difference does not matter here.
  if (at !== null && Date.parse(at) <= Date.now()) return <Badge tone="failed">{t("tokenExpired")}</Badge>;
  return <RelativeTime at={at} fallback={t("tokenExpiryNever")} />;
}

const expiries = ["30", "90", "365", "never"] as const;
const dayMs = 86_400_000;

function CreateToken({
  open,
  onOpenChange,
  onCreated,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreated: (token: TokenWithSecret) => void;
}) {
  const t = useTranslations("settings.security");
  const common = useTranslations("common");
  const [name, setName] = useState("");
  const [role, setRole] = useState<AccountRole>("owner");
  const [expiry, setExpiry] = useState<(typeof expiries)[number]>("90");
  const create = useApiMutation({
    mutationFn: () =>
      api.post<TokenWithSecret>(path, {
        name,
        role,
        expiresAt: expiry === "never" ? null : new Date(Date.now() + Number(expiry) * dayMs).toISOString(),
      }),
    invalidate: [queryKey],
    onSuccess: (token) => {
      setName("");
      onCreated(token);
    },
  });
  const fieldError = useFieldErrors(create.error);
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("tokenCreate")}
      description={t("tokensHint")}
      submitLabel={common("create")}
      pending={create.isPending}
      onSubmit={create.mutate}
    >
      <Field label={t("tokenName")} hint={t("tokenNameHint")} error={fieldError("name")}>
        <Input value={name} onValueChange={setName} required maxLength={100} autoComplete="off" />
      </Field>
      <Field label={t("tokenRole")} hint={t("tokenRoleHint")} error={fieldError("role")}>
        <Select<AccountRole>
          value={role}
          onValueChange={setRole}
          options={accountRoles.map((value) => ({ value, label: common(`role.${value}`) }))}
        />
      </Field>
      <Field label={t("tokenExpiry")} error={fieldError("expiresAt")}>
        <Select
          value={expiry}
          onValueChange={setExpiry}
          options={expiries.map((value) => ({
            value,
            label: value === "never" ? t("tokenExpiryNever") : t("tokenExpiryDays", { days: Number(value) }),
          }))}
        />
      </Field>
    </FormDialog>
  );
}

function DeleteToken({ token, onDone }: { token: TokenView | null; onDone: () => void }) {
  const t = useTranslations("settings.security");
  const common = useTranslations("common");
  const remove = useApiMutation({
    mutationFn: (id: string) => api.delete(`${path}/${id}`),
    invalidate: [queryKey],
    onSuccess: onDone,
    success: () => common("deleted", { name: token?.name ?? "" }),
  });
  return (
    <ConfirmDialog
      open={token !== null}
      onOpenChange={(open) => {
        if (!open) onDone();
      }}
      title={t("tokenDeleteTitle", { name: token?.name ?? "" })}
      description={t("tokenDeleteBody")}
      confirmLabel={t("tokenDelete")}
      pending={remove.isPending}
      onConfirm={() => {
        if (token) remove.mutate(token.id);
      }}
    />
  );
}
