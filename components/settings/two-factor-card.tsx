"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import type { RecoveryCodes, TwoFactorStart, TwoFactorView } from "@/lib/schemas/users";
import { api, useApiMutation, useFieldErrors } from "../api-client";
import { useDates, useSentenceGap } from "../format";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { CodeBlock } from "../ui/code-block";
import { CopyButton } from "../ui/copy-button";
import { Field } from "../ui/field";
import { Input, PasswordInput } from "../ui/input";

const QrCode = dynamic(() => import("../ui/qr-code").then((module) => module.QrCode));

type Step =
  | { name: "idle" }
  | { name: "scan"; start: TwoFactorStart }
  | { name: "codes"; codes: string[] }
  | { name: "off" };

/** The second factor of one's own account: set up with an authenticator app, or turned off. */
export function TwoFactorCard({ initial }: { initial: TwoFactorView }) {
  const t = useTranslations("settings.security");
  const dates = useDates();
  const gap = useSentenceGap();
  const [state, setState] = useState(initial);
  const [step, setStep] = useState<Step>({ name: "idle" });
  const begin = useApiMutation({
    mutationFn: () => api.post<TwoFactorStart>("/api/auth/two-factor", {}),
    onSuccess: (start) => setStep({ name: "scan", start }),
    refresh: false,
  });
  const read = async () => setState(await api.get<TwoFactorView>("/api/auth/two-factor"));
  const done = async () => {
    await read();
    setStep({ name: "idle" });
  };
  return (
    <Card
      title={t("twoFactorTitle")}
      description={t("twoFactorHint")}
      actions={
        <Badge tone={state.since === null ? "neutral" : "ready"}>
          {state.since === null ? t("twoFactorOff") : t("twoFactorOn")}
        </Badge>
      }
    >
      {step.name === "idle" && state.since === null && (
        <Button onClick={() => begin.mutate()} pending={begin.isPending}>
          {t("twoFactorBegin")}
        </Button>
      )}
      {step.name === "idle" && state.since !== null && (
        <div className="flex flex-wrap items-center justify-between gap-4">
          <p className="text-body">
            {t("twoFactorSince", { date: dates.dateTime(new Date(state.since), "instant") })}
            {gap}
            <span className="text-muted-foreground">{t("recoveryLeft", { count: state.recoveryCodesLeft })}</span>
          </p>
          <Button onClick={() => setStep({ name: "off" })}>{t("twoFactorRemove")}</Button>
        </div>
      )}
      {step.name === "scan" && (
        <Confirmation
          start={step.start}
          onCancel={() => setStep({ name: "idle" })}
          onCodes={(codes) => {
            setStep({ name: "codes", codes });
            void read();
          }}
        />
      )}
      {step.name === "codes" && <Recovery codes={step.codes} onDone={() => void done()} />}
      {step.name === "off" && <Removal onCancel={() => setStep({ name: "idle" })} onDone={() => void done()} />}
    </Card>
  );
}

function Confirmation({
  start,
  onCancel,
  onCodes,
}: {
  start: TwoFactorStart;
  onCancel: () => void;
  onCodes: (codes: string[]) => void;
}) {
  const t = useTranslations("settings.security");
  const [code, setCode] = useState("");
  const confirm = useApiMutation({
    mutationFn: () => api.put<RecoveryCodes>("/api/auth/two-factor", { code }),
    onSuccess: ({ recoveryCodes }) => onCodes(recoveryCodes),
    refresh: false,
  });
  const fieldError = useFieldErrors(confirm.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!confirm.isPending) confirm.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 sm:flex-row sm:gap-6">
      <QrCode text={start.uri} label={t("twoFactorQr")} className="size-44 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-col gap-4">
        <p className="text-body">{t("twoFactorScan")}</p>
        <p className="flex flex-wrap items-center gap-2 text-small">
          <span className="text-muted-foreground">{t("twoFactorSecret")}</span>
          <code className="min-w-0 break-all font-mono">{start.secret}</code>
          <CopyButton text={start.secret} label={t("twoFactorSecret")} variant="ghost" />
        </p>
        <Field label={t("twoFactorCode")} error={fieldError("code")}>
          <Input
            mono
            value={code}
            onValueChange={setCode}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={10}
            required
            autoFocus
          />
        </Field>
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" pending={confirm.isPending} disabled={code.trim() === ""}>
            {t("twoFactorConfirm")}
          </Button>
          <Button onClick={onCancel}>{t("twoFactorCancel")}</Button>
        </div>
      </div>
    </form>
  );
}

function Recovery({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const t = useTranslations("settings.security");
  return (
    <div className="flex flex-col gap-4">
      <p className="text-body">{t("recoveryBody")}</p>
      <CodeBlock code={codes.join("\n")} label={t("recoveryTitle")} />
      <Button variant="primary" onClick={onDone} className="self-start">
        {t("recoveryDone")}
      </Button>
    </div>
  );
}

function Removal({ onCancel, onDone }: { onCancel: () => void; onDone: () => void }) {
  const t = useTranslations("settings.security");
  const formId = useId();
  const [password, setPassword] = useState("");
  const remove = useApiMutation({
    mutationFn: () => api.delete("/api/auth/two-factor", { password }),
    onSuccess: onDone,
    refresh: false,
  });
  const fieldError = useFieldErrors(remove.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!remove.isPending) remove.mutate();
  };
  return (
    <form id={formId} onSubmit={submit} className="flex max-w-100 flex-col gap-4">
      <Field label={t("passwordCurrent")} hint={t("twoFactorRemoveHint")} error={fieldError("password")}>
        <PasswordInput value={password} onValueChange={setPassword} autoComplete="current-password" />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="danger" pending={remove.isPending} disabled={password === ""}>
          {t("twoFactorRemove")}
        </Button>
        <Button onClick={onCancel}>{t("twoFactorCancel")}</Button>
      </div>
    </form>
  );
}
