"use client";

import { useTranslations } from "next-intl";
import type { AlertChannel, AlertDelivery, AlertsView } from "@/lib/schemas/alerts";
import { api, useApiMutation } from "../../api-client";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { RelativeTime } from "../../ui/relative-time";

/** Sends a test by one channel; how it went is the channel's last message from then on. */
export function TestButton({
  channel,
  disabled,
  onTested,
}: {
  channel: AlertChannel;
  disabled: boolean;
  onTested: (delivery: AlertDelivery) => void;
}) {
  const t = useTranslations("settings.alerts");
  const test = useApiMutation({
    mutationFn: () => api.post<AlertDelivery>("/api/admin/alerts/test", { channel }),
    onSuccess: onTested,
    refresh: false,
  });
  return (
    <Button onClick={() => test.mutate()} pending={test.isPending} disabled={disabled}>
      {t("test")}
    </Button>
  );
}

/** How the last message of a channel went. */
export function LastDelivery({ alerts, channel }: { alerts: AlertsView; channel: AlertChannel }) {
  const t = useTranslations("settings.alerts");
  const last = alerts.last[channel];
  if (!last) return null;
  return (
    <p role="status" className="flex flex-wrap items-center gap-2 text-small">
      <Badge tone={last.ok ? "ready" : "failed"}>{last.ok ? t("lastOk") : t("lastFailed")}</Badge>
      <RelativeTime at={last.at} />
      {last.message !== null && <span className="min-w-0 break-words font-mono">{last.message}</span>}
    </p>
  );
}
