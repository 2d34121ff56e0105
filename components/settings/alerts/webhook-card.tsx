"use client";

import { useTranslations } from "next-intl";
import { Field } from "../../ui/field";
import { Input, PasswordInput } from "../../ui/input";
import { Switch } from "../../ui/switch";
import { LastDelivery, TestButton } from "./channel-test";
import { type AlertsCardProps, DraftCard } from "./draft-card";

/** Messages as JSON to an address, as chat services take them. */
export function WebhookCard(card: AlertsCardProps) {
  const t = useTranslations("settings.alerts");
  const { alerts, onSaved } = card;
  return (
    <DraftCard
      {...card}
      title={t("webhookTitle")}
      description={t("webhookHint")}
      draftOf={({ webhook }) => ({ on: webhook !== null, url: "", secret: "" })}
      patchOf={({ on, url, secret }) => ({
        webhook: on ? { ...(url.trim() !== "" && { url }), ...(secret !== "" && { secret }) } : null,
      })}
      status={<LastDelivery alerts={alerts} channel="webhook" />}
      actions={(dirty) => (
        <TestButton
          channel="webhook"
          disabled={dirty || alerts.webhook === null}
          onTested={(webhook) => onSaved({ ...alerts, last: { ...alerts.last, webhook } })}
        />
      )}
    >
      {({ draft, set, error }) => (
        <>
          <Field label={t("webhookOn")} inline>
            <Switch checked={draft.on} onCheckedChange={(on) => set({ on })} />
          </Field>
          {draft.on && (
            <>
              <Field
                label={t("webhookUrl")}
                hint={
                  alerts.webhook === null ? t("webhookUrlHint") : t("webhookUrlStored", { host: alerts.webhook.host })
                }
                error={error("webhook.url")}
              >
                <Input
                  mono
                  type="url"
                  value={draft.url}
                  onValueChange={(url) => set({ url })}
                  placeholder="https://chat.example.com/hooks/…"
                  autoComplete="off"
                  spellCheck={false}
                />
              </Field>
              <Field
                label={t("webhookSecret")}
                hint={alerts.webhook?.hasSecret ? t("secretStored") : t("webhookSecretHint")}
                error={error("webhook.secret")}
                optional
              >
                <PasswordInput
                  value={draft.secret}
                  onValueChange={(secret) => set({ secret })}
                  autoComplete="new-password"
                />
              </Field>
            </>
          )}
        </>
      )}
    </DraftCard>
  );
}
