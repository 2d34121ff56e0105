"use client";

import { ChevronRight, Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { api, useApiMutation, useFieldErrors } from "@/components/api-client";
import { FormAlert } from "@/components/form-alert";
import { Button, IconButton } from "@/components/ui/button";
import { Field, Fieldset } from "@/components/ui/field";
import { Input, PasswordInput } from "@/components/ui/input";
import { NumberInput } from "@/components/ui/number-input";
import { Select } from "@/components/ui/select";
import { Sheet } from "@/components/ui/sheet";
import type { ProviderView } from "@/lib/schemas/providers";
import { presets } from "./presets";
import {
  type ClockName,
  clockNames,
  createBody,
  draftOf,
  type HeaderEntry,
  hostOf,
  movesOrigin,
  type ProviderDraft,
  patchBody,
  storedAddress,
} from "./provider-form";
import { routeObjectKeys } from "./use-providers";

const shownFields = ["name", "baseUrl", "apiKey", "credentials", "headers", "timeouts", "retries", "maxInFlight"];

/** Creates a provider, or changes the given one. */
export function ProviderSheet({
  open,
  onOpenChange,
  provider = null,
  onSaved,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  provider?: ProviderView | null;
  onSaved?: (provider: ProviderView) => void;
}) {
  const t = useTranslations("providers.form");
  const tCommon = useTranslations("common");
  const formId = useId();
  const save = useApiMutation({
    mutationFn: (draft: ProviderDraft) =>
      provider
        ? api.patch<ProviderView>(`/api/admin/providers/${provider.id}`, patchBody(draft, provider))
        : api.post<ProviderView>("/api/admin/providers", createBody(draft)),
    invalidate: routeObjectKeys,
    success: ({ name }) => t(provider ? "saved" : "created", { name }),
    onSuccess: (saved) => {
      close();
      onSaved?.(saved);
    },
  });
  function close(): void {
    save.reset();
    onOpenChange(false);
  }
  return (
    <Sheet
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title={provider ? t("editTitle", { name: provider.name }) : t("createTitle")}
      description={provider ? undefined : t("createDescription")}
      footer={
        <>
          <Button onClick={close}>{tCommon("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" pending={save.isPending}>
            {tCommon(provider ? "save" : "create")}
          </Button>
        </>
      }
    >
      <ProviderFields id={formId} provider={provider} error={save.error} onSubmit={(draft) => save.mutate(draft)} />
    </Sheet>
  );
}

function ProviderFields({
  id,
  provider,
  error,
  onSubmit,
}: {
  id: string;
  provider: ProviderView | null;
  error: unknown;
  onSubmit: (draft: ProviderDraft) => void;
}) {
  const t = useTranslations("providers.form");
  const fieldError = useFieldErrors(error);
  const [draft, setDraft] = useState(() => draftOf(provider));
  const set = (change: Partial<ProviderDraft>) => setDraft((current) => ({ ...current, ...change }));
  const isDemo = provider?.protocol === "demo";
  const host = hostOf(draft.baseUrl);
  const stored = storedAddress(draft.baseUrl);
  const preset = presets.find(({ baseUrl }) => baseUrl === draft.baseUrl);
  const advancedFault = ["headers", "timeouts", "retries", "maxInFlight"].some(
    (path) => fieldError(path) !== undefined,
  );
  const moved = provider !== null && provider.credentials.length > 0 && movesOrigin(provider, draft.baseUrl);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(draft);
  };
  const usePreset = (name: string) => {
    const chosen = presets.find((one) => one.name === name);
    const named = draft.name.trim() !== "" && !presets.some((one) => one.name === draft.name);
    set({ baseUrl: chosen?.baseUrl ?? "", ...(!named && { name: chosen?.name ?? "" }) });
  };

  return (
    <form id={id} onSubmit={submit} className="flex flex-col gap-5">
      <FormAlert error={error} shown={shownFields} />
      {provider === null && (
        <Field label={t("preset")}>
          <Select
            value={preset?.name ?? "other"}
            onValueChange={usePreset}
            options={[
              { value: "other", label: t("presetOther") },
              ...presets.map(({ name, baseUrl }) => ({ value: name as string, label: name, hint: baseUrl })),
            ]}
          />
        </Field>
      )}
      <Field label={t("name")} hint={t("nameHint")} error={fieldError("name")}>
        <Input value={draft.name} onValueChange={(name) => set({ name })} required maxLength={100} autoComplete="off" />
      </Field>
      {!isDemo && (
        <Field
          label={t("baseUrl")}
          hint={stored ? t("baseUrlTrimmed", { url: stored }) : t("baseUrlHint")}
          error={fieldError("baseUrl")}
        >
          <Input
            mono
            value={draft.baseUrl}
            onValueChange={(baseUrl) => set({ baseUrl })}
            required
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      )}
      {provider === null && (
        <Field
          label={t("apiKey")}
          optional
          hint={preset?.local ? t("apiKeyLocal") : host ? t("apiKeyHint", { host }) : t("apiKeyHintNoHost")}
          error={fieldError("apiKey")}
        >
          <PasswordInput mono value={draft.apiKey} onValueChange={(apiKey) => set({ apiKey })} autoComplete="off" />
        </Field>
      )}
      {moved && (
        <Fieldset legend={t("apiKey")} hint={t("secretsAgain")}>
          {provider.credentials.map((credential, index) => (
            <Field
              key={credential.id}
              label={t("secretFor", { name: credential.name, preview: credential.preview })}
              error={fieldError(`credentials[${index}]`) ?? (index === 0 ? fieldError("credentials") : undefined)}
            >
              <PasswordInput
                mono
                required
                value={draft.secrets[credential.id] ?? ""}
                onValueChange={(secret) => set({ secrets: { ...draft.secrets, [credential.id]: secret } })}
                autoComplete="off"
              />
            </Field>
          ))}
        </Fieldset>
      )}
      <details open={provider !== null || advancedFault} className="group border-t pt-4">
        <summary className="flex cursor-pointer list-none items-center gap-1.5 rounded-xs font-semibold text-heading [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" strokeWidth={1.75} />
          {t("advanced")}
        </summary>
        <div className="flex flex-col gap-6 pt-4">
          {!isDemo && (
            <HeaderFields
              headers={draft.headers}
              onChange={(headers) => set({ headers })}
              error={fieldError("headers")}
            />
          )}
          <div className="grid gap-5 sm:grid-cols-2">
            <Field label={t("retries")} hint={t("retriesHint")} error={fieldError("retries")}>
              <NumberInput value={draft.retries} onValueChange={(retries) => set({ retries })} min={0} max={5} />
            </Field>
            {!isDemo && (
              <Field label={t("maxInFlight")} hint={t("maxInFlightHint")} error={fieldError("maxInFlight")}>
                <NumberInput value={draft.maxInFlight} onValueChange={(maxInFlight) => set({ maxInFlight })} min={1} />
              </Field>
            )}
          </div>
          {!isDemo && (
            <TimeoutFields
              timeouts={draft.timeouts}
              onChange={(timeouts) => set({ timeouts })}
              fieldError={fieldError}
              clocks={clockNames.filter((clock) => clock !== "totalMs")}
            />
          )}
        </div>
      </details>
    </form>
  );
}

/** Clocks in milliseconds; an empty one is inherited. Needs the `providers` messages. */
export function TimeoutFields({
  timeouts,
  onChange,
  fieldError,
  clocks,
}: {
  timeouts: ProviderDraft["timeouts"];
  onChange: (timeouts: ProviderDraft["timeouts"]) => void;
  fieldError: (path: string) => string | undefined;
  clocks: readonly ClockName[];
}) {
  const t = useTranslations("providers");
  const change = (clock: ClockName, value: number | null) => {
    const { [clock]: _old, ...rest } = timeouts;
    onChange(value === null ? rest : { ...rest, [clock]: value });
  };
  return (
    <Fieldset legend={t("form.timeouts")} hint={t("form.timeoutsHint")}>
      <div className="grid gap-4 sm:grid-cols-2">
        {clocks.map((clock) => (
          <Field key={clock} label={t(`timeout.${clock}`)} error={fieldError(`timeouts.${clock}`)}>
            <NumberInput
              value={timeouts[clock] ?? null}
              onValueChange={(value) => change(clock, value)}
              min={100}
              step={1000}
              unit={t("milliseconds")}
            />
          </Field>
        ))}
      </div>
    </Fieldset>
  );
}

function HeaderFields({
  headers,
  onChange,
  error,
}: {
  headers: HeaderEntry[];
  onChange: (headers: HeaderEntry[]) => void;
  error: string | undefined;
}) {
  const t = useTranslations("providers.form");
  const change = (id: number, part: Partial<HeaderEntry>) =>
    onChange(headers.map((header) => (header.id === id ? { ...header, ...part } : header)));
  const nextId = Math.max(-1, ...headers.map(({ id }) => id)) + 1;
  return (
    <Fieldset legend={t("headers")} hint={t("headersHint")} className="gap-2">
      {headers.map((header, index) => (
        <div key={header.id} className="grid grid-cols-[1fr_auto] items-center gap-2 sm:grid-cols-[2fr_3fr_auto]">
          <Input
            mono
            value={header.name}
            onValueChange={(name) => change(header.id, { name })}
            aria-label={t("headerName", { number: index + 1 })}
            placeholder="x-team"
            spellCheck={false}
            autoCapitalize="none"
            className="max-sm:col-start-1"
          />
          <Input
            mono
            value={header.value}
            onValueChange={(value) => change(header.id, { value })}
            aria-label={t("headerValue", { number: index + 1 })}
            spellCheck={false}
            autoCapitalize="none"
            className="max-sm:col-start-1"
          />
          <IconButton
            icon={X}
            label={t("removeHeader", { number: index + 1 })}
            onClick={() => onChange(headers.filter(({ id }) => id !== header.id))}
            className="max-sm:col-start-2 max-sm:row-start-1"
          />
        </div>
      ))}
      {error && (
        <p role="alert" className="text-danger text-small">
          {error}
        </p>
      )}
      <div>
        <Button size="compact" icon={Plus} onClick={() => onChange([...headers, { id: nextId, name: "", value: "" }])}>
          {t("addHeader")}
        </Button>
      </div>
    </Fieldset>
  );
}
