"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, useApiMutation } from "../api-client";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { ConfirmDialog } from "../ui/dialog";

type Role = "owner" | "admin" | "operator" | "analyst" | "holder";

export function SessionsCard({ username, role }: { username: string; role: Role }) {
  const t = useTranslations("settings.security");
  const tRole = useTranslations("common.role");
  const [asking, setAsking] = useState(false);
  const endAll = useApiMutation({
    mutationFn: () => api.delete("/api/auth/sessions"),
    onSuccess: () => window.location.assign("/login"),
    refresh: false,
  });
  return (
    <Card title={t("sessionsTitle")} description={t("sessionsHint")}>
      <div className="flex flex-wrap items-center justify-between gap-4">
        <p className="min-w-0">
          <span className="block text-caption text-muted-foreground">{t("browserTitle")}</span>
          <span className="block truncate font-medium text-body">{username}</span>
          <span className="block text-muted-foreground text-small">{t("role", { role: tRole(role) })}</span>
        </p>
        <Button onClick={() => setAsking(true)}>{t("sessionsEnd")}</Button>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("sessionsEndTitle")}
        description={t("sessionsEndBody")}
        confirmLabel={t("sessionsEnd")}
        pending={endAll.isPending}
        onConfirm={() => endAll.mutate()}
      />
    </Card>
  );
}
