"use client";

import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useState } from "react";
import { useFieldErrors } from "@/components/api-client";
import { CheckRow } from "@/components/check-row";
import { FormAlert } from "@/components/form-alert";
import { ExternalLink } from "@/components/ui/external-link";
import { Field, Fieldset } from "@/components/ui/field";
import { Input, PasswordInput } from "@/components/ui/input";
import { NumberInput } from "@/components/ui/number-input";
import { Select } from "@/components/ui/select";
import { wireApis } from "@/lib/gateway/types";
import { HeaderFields } from "./header-fields";
import {
  clockNames,
  draftOf,
  type FormStart,
  hasWireApi,
  hostOf,
  movesOrigin,
  type ProviderDraft,
  pastedModel,
  remoteProtocols,
  storedAddress,
  withAddress,
} from "./provider-form";
import { TimeoutFields } from "./timeout-fields";

const advancedFields = ["wireApi", "headers", "timeouts", "retries", "maxInFlight"];
const shownFields = ["name", "tags", "protocol", "baseUrl", "apiVersion", "apiKey", "credentials", ...advancedFields];

/** The fields of a provider, new or stored. Those that few people need are folded away while it is new. */
export function ProviderFields({
  id,
  start,
  error,
  onSubmit,
  onDraft,
}: {
  id: string;
  start: FormStart;
  error: unknown;
  onSubmit: (draft: ProviderDraft) => void;
  /** Hears of everything that is typed. */
  onDraft?: (draft: ProviderDraft) => void;
}) {
  const t = useTranslations("providers.form");
  const fieldError = useFieldErrors(error);
  const [draft, setDraft] = useState(() => draftOf(start));
  const set = (change: Partial<ProviderDraft>) => setDraft((current) => ({ ...current, ...change }));
  useEffect(() => onDraft?.(draft), [draft, onDraft]);
  const provider = "provider" in start ? start.provider : null;
  const isDemo = provider?.protocol === "demo";
  const advancedFault = advancedFields.some((path) => fieldError(path) !== undefined);
  const model = pastedModel(draft, start);
  const first = firstField(start);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(draft);
  };
  return (
    <form id={id} onSubmit={submit} className="flex flex-col gap-5">
      <FormAlert error={error} shown={shownFields} />
      <Field label={t("name")} hint={t("nameHint")} error={fieldError("name")}>
        <Input
          value={draft.name}
          onValueChange={(name) => set({ name })}
          required
          maxLength={100}
          autoComplete="off"
          autoFocus={first === "name"}
        />
      </Field>
      {provider !== null && (
        <Field label={t("tags")} hint={t("tagsHint")} optional error={fieldError("tags")}>
          <Input value={draft.tags} onValueChange={(tags) => set({ tags })} maxLength={900} autoComplete="off" />
        </Field>
      )}
      {!isDemo && !("preset" in start && start.preset) && (
        <ProtocolField draft={draft} set={set} error={fieldError("protocol")} />
      )}
      {!isDemo && <AddressField draft={draft} start={start} onChange={setDraft} error={fieldError("baseUrl")} />}
      {model !== null && (
        <CheckRow
          checked={draft.addModel}
          onCheckedChange={(addModel) => set({ addModel })}
          className="rounded-card border"
        >
          <span className="min-w-0 break-words">{t("addModel", { model })}</span>
        </CheckRow>
      )}
      {draft.protocol === "azure" && (
        <Field label={t("apiVersion")} optional hint={t("apiVersionHint")} error={fieldError("apiVersion")}>
          <Input
            mono
            value={draft.apiVersion}
            onValueChange={(apiVersion) => set({ apiVersion })}
            maxLength={40}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      )}
      {!isDemo && <KeyFields draft={draft} start={start} set={set} fieldError={fieldError} />}
      <details open={provider !== null || advancedFault} className="group border-t pt-4">
        <summary className="flex cursor-pointer list-none items-center gap-1.5 rounded-xs font-semibold text-heading [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" strokeWidth={1.75} />
          {t("advanced")}
        </summary>
        <div className="flex flex-col gap-6 pt-4">
          {hasWireApi(draft.protocol) && (
            <Field label={t("wireApi")} hint={t(`wireApiHint.${draft.wireApi}`)} error={fieldError("wireApi")}>
              <Select
                value={draft.wireApi}
                onValueChange={(wireApi) => set({ wireApi })}
                options={wireApis.map((value) => ({ value, label: t(`wireApiOption.${value}`) }))}
              />
            </Field>
          )}
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

/** Where typing begins: the first thing that the preset does not know. */
function firstField(start: FormStart): "name" | "address" | "key" {
  if ("provider" in start || !start.preset) return "name";
  if (start.preset.blank !== null) return "address";
  return start.preset.needsKey ? "key" : "name";
}

type Setter = (change: Partial<ProviderDraft>) => void;

function ProtocolField({ draft, set, error }: { draft: ProviderDraft; set: Setter; error: string | undefined }) {
  const t = useTranslations("providers");
  const value = remoteProtocols.find((protocol) => protocol === draft.protocol) ?? null;
  return (
    <Field label={t("form.protocol")} error={error}>
      <Select
        value={value}
        onValueChange={(protocol) => set({ protocol })}
        options={remoteProtocols.map((protocol) => ({
          value: protocol,
          label: t(`protocol.${protocol}`),
          hint: t(`form.protocolHint.${protocol}`),
        }))}
      />
    </Field>
  );
}

/** The address, or the part of a preset's that is the person's own. What is stored is said where it differs. */
function AddressField({
  draft,
  start,
  onChange,
  error,
}: {
  draft: ProviderDraft;
  start: FormStart;
  onChange: (draft: ProviderDraft) => void;
  error: string | undefined;
}) {
  const t = useTranslations("providers.form");
  const preset = "preset" in start ? start.preset : null;
  const stored = storedAddress(draft, start);
  const protocol = remoteProtocols.find((one) => one === draft.protocol) ?? "openai";
  const untouchedLocal = preset?.group === "local" && draft.baseUrl === preset.baseUrl;
  const hint = stored
    ? t("baseUrlTrimmed", { url: stored })
    : preset?.blank
      ? t(`blankHint.${preset.blank}`)
      : untouchedLocal
        ? t("baseUrlLocal")
        : t(`baseUrlFor.${protocol}`);
  return (
    <Field
      label={preset?.blank ? t(`blank.${preset.blank}`) : t("baseUrl")}
      hint={<span className="break-words">{hint}</span>}
      error={error}
    >
      <Input
        mono
        value={draft.baseUrl}
        onValueChange={(baseUrl) => onChange(withAddress(draft, baseUrl))}
        required
        autoFocus={firstField(start) === "address"}
        inputMode="url"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
    </Field>
  );
}

/** The key of a new provider, or every stored one again when the host changes. */
function KeyFields({
  draft,
  start,
  set,
  fieldError,
}: {
  draft: ProviderDraft;
  start: FormStart;
  set: Setter;
  fieldError: (path: string) => string | undefined;
}) {
  const t = useTranslations("providers.form");
  if ("provider" in start) {
    const { provider } = start;
    if (provider.credentials.length === 0 || !movesOrigin(provider, draft)) return null;
    return (
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
    );
  }
  const { preset } = start;
  const host = hostOf(draft, start);
  const needed = preset?.needsKey ?? false;
  const kept = preset && !needed ? t("apiKeyLocal") : host ? t("apiKeyHint", { host }) : t("apiKeyHintNoHost");
  const hint = (
    <>
      {kept}
      {preset?.keyUrl && (
        <>
          {" "}
          <ExternalLink href={preset.keyUrl}>{t("getKey")}</ExternalLink>
        </>
      )}
    </>
  );
  return (
    <Field label={t("apiKey")} optional={!needed} hint={hint} error={fieldError("apiKey")}>
      <PasswordInput
        mono
        required={needed}
        autoFocus={firstField(start) === "key"}
        value={draft.apiKey}
        onValueChange={(apiKey) => set({ apiKey })}
        autoComplete="off"
      />
    </Field>
  );
}
