"use client";

import { useTranslations } from "next-intl";
import type { AlertsView } from "@/lib/schemas/alerts";
import { Field } from "../../ui/field";
import { Input, PasswordInput, Textarea } from "../../ui/input";
import { NumberInput } from "../../ui/number-input";
import { Select } from "../../ui/select";
import { Switch } from "../../ui/switch";
import { LastDelivery, TestButton } from "./channel-test";
import { type AlertsCardProps, DraftCard } from "./draft-card";

type Security = NonNullable<AlertsView["email"]>["security"];

/** Where mail servers listen for each way of protecting the connection. */
const ports: Record<Security, number> = { tls: 465, starttls: 587, none: 25 };

const draftOf = ({ email }: AlertsView) => ({
  on: email !== null,
  host: email?.host ?? "",
  port: email?.port ?? ports.tls,
  security: email?.security ?? ("tls" as Security),
  username: email?.username ?? "",
  password: "",
  from: email?.from ?? "",
  to: email?.to.join("\n") ?? "",
});

const patchOf = ({ on, username, password, to, ...rest }: ReturnType<typeof draftOf>) => ({
  email: on
    ? {
        ...rest,
        username: username.trim() === "" ? null : username.trim(),
        ...(password !== "" && { password }),
        to: to.split(/[\s,;]+/).filter((address) => address !== ""),
      }
    : null,
});

/** Messages by mail, through a server that takes them. */
export function EmailCard(card: AlertsCardProps) {
  const t = useTranslations("settings.alerts");
  const { alerts, onSaved } = card;
  return (
    <DraftCard
      {...card}
      title={t("emailTitle")}
      description={t("emailHint")}
      draftOf={draftOf}
      patchOf={patchOf}
      status={<LastDelivery alerts={alerts} channel="email" />}
      actions={(dirty) => (
        <TestButton
          channel="email"
          disabled={dirty || alerts.email === null}
          onTested={(email) => onSaved({ ...alerts, last: { ...alerts.last, email } })}
        />
      )}
    >
      {({ draft, set, error }) => (
        <>
          <Field label={t("emailOn")} inline>
            <Switch checked={draft.on} onCheckedChange={(on) => set({ on })} />
          </Field>
          {draft.on && (
            <>
              <Field label={t("emailHost")} error={error("email.host")}>
                <Input mono value={draft.host} onValueChange={(host) => set({ host })} placeholder="smtp.example.com" />
              </Field>
              <div className="grid gap-4 sm:grid-cols-2">
                <Field label={t("emailSecurity")}>
                  <Select<Security>
                    value={draft.security}
                    onValueChange={(security) => set({ security, port: ports[security] })}
                    options={(["tls", "starttls", "none"] as const).map((value) => ({
                      value,
                      label: t(`securities.${value}`),
                    }))}
                  />
                </Field>
                <Field label={t("emailPort")} error={error("email.port")}>
                  <NumberInput
                    value={draft.port}
                    onValueChange={(port) => set({ port: port ?? ports[draft.security] })}
                    min={1}
                    max={65_535}
                    format={{ useGrouping: false }}
                  />
                </Field>
                <Field label={t("emailUsername")} error={error("email.username")} optional>
                  <Input value={draft.username} onValueChange={(username) => set({ username })} autoComplete="off" />
                </Field>
                <Field
                  label={t("emailPassword")}
                  hint={alerts.email?.hasPassword ? t("secretStored") : undefined}
                  error={error("email.password")}
                  optional
                >
                  <PasswordInput
                    value={draft.password}
                    onValueChange={(password) => set({ password })}
                    autoComplete="new-password"
                  />
                </Field>
              </div>
              <Field label={t("emailFrom")} error={error("email.from")}>
                <Input
                  type="email"
                  value={draft.from}
                  onValueChange={(from) => set({ from })}
                  placeholder="sluice@example.com"
                />
              </Field>
              <Field label={t("emailTo")} hint={t("emailToHint")} error={error("email.to") ?? error("email.to[0]")}>
                <Textarea rows={3} value={draft.to} onValueChange={(to) => set({ to })} placeholder="ops@example.com" />
              </Field>
            </>
          )}
        </>
      )}
    </DraftCard>
  );
}
