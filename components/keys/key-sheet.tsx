"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { api, useApiMutation, useFieldErrors } from "@/components/api-client";
import { CheckRow } from "@/components/check-row";
import { useFormBase } from "@/components/conflict/use-form-base";
import { VersionConflict } from "@/components/conflict/version-conflict";
import { FormAlert } from "@/components/form-alert";
import { Button } from "@/components/ui/button";
import { Field, Fieldset } from "@/components/ui/field";
import { Input, InputGroup, Textarea } from "@/components/ui/input";
import { NumberInput } from "@/components/ui/number-input";
import { Select } from "@/components/ui/select";
import { Sheet } from "@/components/ui/sheet";
import { Switch } from "@/components/ui/switch";
import type { KeyView, KeyWithSecret } from "@/lib/schemas/keys";
import { budgetWindows } from "./budgets";
import { type ExpiryChoice, expiryChoices, type KeyDraft, keyBody, keyDraft } from "./key-form";

const shownFields = [
  "name",
  "groups",
  "allowRawModels",
  "limits",
  "expiresAt",
  "allowedIps",
  "storeBodies",
  "allowRouteChoice",
  "ownerId",
];

/** Who makes the key, and nobody in particular: no id of an account. */
const self = "self";
const nobody = "nobody";

/** Creates a key (`"new"`), or changes what one may do. */
export function KeySheet({
  editing,
  groupNames,
  owners,
  startGroup,
  timeZone,
  onClose,
  onCreated,
}: {
  editing: KeyView | "new" | null;
  groupNames: readonly string[];
  /** Accounts that can own a key. */
  owners: readonly { id: string; name: string }[];
  /** Chosen already in a new key. */
  startGroup?: string | null;
  /** The instance's own, in which budgets begin anew. */
  timeZone: string;
  onClose: () => void;
  onCreated?: (key: KeyWithSecret) => void;
}) {
  const t = useTranslations("keys.form");
  const tCommon = useTranslations("common");
  const formId = useId();
  const subject = useFormBase(editing, editing !== null);
  const key = subject === "new" ? null : subject;
  const create = useApiMutation({
    mutationFn: (draft: KeyDraft) => api.post<KeyWithSecret>("/api/admin/keys", keyBody(draft, null, Date.now())),
    invalidate: [["keys"], ["groups"]],
    onSuccess: (created) => {
      close();
      onCreated?.(created);
    },
  });
  const change = useApiMutation({
    mutationFn: ({ id, body }: { id: string; body: Record<string, unknown> }) =>
      api.patch<KeyView>(`/api/admin/keys/${id}`, body),
    invalidate: [["keys"], ["groups"]],
    success: ({ name }) => t("saved", { name }),
    onSuccess: () => close(),
  });
  function close(): void {
    create.reset();
    change.reset();
    onClose();
  }
  return (
    <Sheet
      open={editing !== null}
      onOpenChange={(open) => {
        if (!open) close();
      }}
      title={key ? t("editTitle", { name: key.name }) : t("createTitle")}
      description={key ? undefined : t("createDescription")}
      footer={
        <>
          <Button onClick={close}>{tCommon("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" pending={create.isPending || change.isPending}>
            {tCommon(key ? "save" : "create")}
          </Button>
        </>
      }
    >
      <KeyFields
        id={formId}
        stored={key}
        groupNames={groupNames}
        owners={owners}
        startGroup={startGroup ?? null}
        timeZone={timeZone}
        error={key ? change.error : create.error}
        onSubmit={(draft) =>
          key ? change.mutate({ id: key.id, body: keyBody(draft, key, Date.now()) }) : create.mutate(draft)
        }
      />
      {key && (
        <VersionConflict
          error={change.error}
          path={`/api/admin/keys/${key.id}`}
          base={key}
          mine={change.variables?.body ?? {}}
          pending={change.isPending}
          onKeepMine={(body) => change.mutate({ id: key.id, body })}
          onTakeTheirs={close}
          onClose={change.reset}
        />
      )}
    </Sheet>
  );
}

function newDraft(stored: KeyView | null, startGroup: string | null): KeyDraft {
  const draft = keyDraft(stored);
  return stored === null && startGroup !== null ? { ...draft, groups: [startGroup] } : draft;
}

function KeyFields({
  id,
  stored,
  groupNames,
  owners,
  startGroup,
  timeZone,
  error,
  onSubmit,
}: {
  id: string;
  stored: KeyView | null;
  groupNames: readonly string[];
  owners: readonly { id: string; name: string }[];
  startGroup: string | null;
  timeZone: string;
  error: unknown;
  onSubmit: (draft: KeyDraft) => void;
}) {
  const t = useTranslations("keys.form");
  const fieldError = useFieldErrors(error);
  const [draft, setDraft] = useState(() => newDraft(stored, startGroup));
  const set = (change: Partial<KeyDraft>) => setDraft((current) => ({ ...current, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(draft);
  };
  const choices = expiryChoices.map((choice) => ({
    value: choice,
    label:
      choice === "never"
        ? t("expiryNever")
        : choice === "custom"
          ? t("expiryCustom")
          : t("expiryDays", { days: Number(choice) }),
  }));
  return (
    <form id={id} onSubmit={submit} className="flex flex-col gap-6">
      <FormAlert error={error} shown={shownFields} />
      <Field label={t("name")} hint={t("nameHint")} error={fieldError("name")}>
        <Input value={draft.name} onValueChange={(name) => set({ name })} required maxLength={100} autoComplete="off" />
      </Field>
      <Field label={t("owner")} hint={t("ownerHint")} error={fieldError("ownerId")}>
        <Select
          value={draft.ownerId === undefined ? self : (draft.ownerId ?? nobody)}
          onValueChange={(owner) => set({ ownerId: owner === self ? undefined : owner === nobody ? null : owner })}
          options={[
            ...(stored === null ? [{ value: self, label: t("ownerSelf") }] : []),
            ...owners.map(({ id: value, name: label }) => ({ value, label })),
            { value: nobody, label: t("ownerNone") },
          ]}
        />
      </Field>
      <GroupFields draft={draft} groupNames={groupNames} onChange={set} error={fieldError("groups")} />
      <Field inline label={t("allowRawModels")} hint={t("allowRawModelsHint")} error={fieldError("allowRawModels")}>
        <Switch checked={draft.allowRawModels} onCheckedChange={(allowRawModels) => set({ allowRawModels })} />
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t("expiry")} error={draft.expiry === "custom" ? undefined : fieldError("expiresAt")}>
          <Select<ExpiryChoice> value={draft.expiry} onValueChange={(expiry) => set({ expiry })} options={choices} />
        </Field>
        {draft.expiry === "custom" && (
          <Field label={t("expiryAt")} hint={t("expiryZone")} error={fieldError("expiresAt")}>
            <Input
              type="datetime-local"
              required
              value={draft.expiresAtLocal}
              onValueChange={(expiresAtLocal) => set({ expiresAtLocal })}
            />
          </Field>
        )}
      </div>
      <Fieldset legend={t("budgets")} hint={t("budgetsHint")}>
        <div className="grid gap-5 sm:grid-cols-3">
          {budgetWindows.map((window) => (
            <Field key={window} label={t(`budgetOf.${window}`)} error={fieldError(`limits.budgetUsd.${window}`)}>
              <InputGroup before="$">
                <Input
                  value={draft.budgets[window]}
                  onValueChange={(value) => set({ budgets: { ...draft.budgets, [window]: value } })}
                  inputMode="decimal"
                  autoComplete="off"
                />
              </InputGroup>
            </Field>
          ))}
        </div>
        <p className="text-muted-foreground text-small">{t("budgetZone", { zone: timeZone })}</p>
      </Fieldset>
      <Fieldset legend={t("limits")} hint={t("limitsHint")}>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t("rpm")} error={fieldError("limits.rpm")}>
            <NumberInput value={draft.rpm} onValueChange={(rpm) => set({ rpm })} min={1} />
          </Field>
          <Field label={t("tpm")} hint={t("tpmHint")} error={fieldError("limits.tpm")}>
            <NumberInput value={draft.tpm} onValueChange={(tpm) => set({ tpm })} min={1} step={1000} />
          </Field>
          <Field label={t("concurrent")} error={fieldError("limits.concurrent")}>
            <NumberInput value={draft.concurrent} onValueChange={(concurrent) => set({ concurrent })} min={1} />
          </Field>
        </div>
      </Fieldset>
      <Field label={t("allowedIps")} optional hint={t("allowedIpsHint")} error={fieldError("allowedIps")}>
        <Textarea
          mono
          rows={2}
          value={draft.allowedIps}
          onValueChange={(allowedIps) => set({ allowedIps })}
          placeholder="10.0.0.0/8"
          spellCheck={false}
        />
      </Field>
      <Field inline label={t("storeBodies")} hint={t("storeBodiesHint")} error={fieldError("storeBodies")}>
        <Switch checked={draft.storeBodies} onCheckedChange={(storeBodies) => set({ storeBodies })} />
      </Field>
      <Field
        inline
        label={t("allowRouteChoice")}
        hint={t("allowRouteChoiceHint")}
        error={fieldError("allowRouteChoice")}
      >
        <Switch checked={draft.allowRouteChoice} onCheckedChange={(allowRouteChoice) => set({ allowRouteChoice })} />
      </Field>
    </form>
  );
}

/** All groups is a choice of its own, never the meaning of an empty list. */
function GroupFields({
  draft,
  groupNames,
  onChange,
  error,
}: {
  draft: KeyDraft;
  groupNames: readonly string[];
  onChange: (change: Partial<KeyDraft>) => void;
  error: string | undefined;
}) {
  const t = useTranslations("keys.form");
  const names = [...new Set([...groupNames, ...draft.groups])];
  const choose = (name: string, on: boolean) =>
    onChange({ groups: on ? [...draft.groups, name] : draft.groups.filter((one) => one !== name) });
  return (
    <Fieldset legend={t("groups")} hint={t("groupsHint")} className="gap-2">
      <Field inline label={t("all")} hint={t("allHint")}>
        <Switch checked={draft.allGroups} onCheckedChange={(allGroups) => onChange({ allGroups })} />
      </Field>
      {!draft.allGroups &&
        (names.length === 0 ? (
          <p className="text-muted-foreground text-small">{t("noGroupsYet")}</p>
        ) : (
          <ul aria-label={t("some")} className="mt-2 max-h-56 divide-y overflow-y-auto rounded-card border">
            {names.map((name) => (
              <li key={name}>
                <CheckRow checked={draft.groups.includes(name)} onCheckedChange={(on) => choose(name, on)}>
                  <span className="break-all font-mono text-small">{name}</span>
                </CheckRow>
              </li>
            ))}
          </ul>
        ))}
      {!draft.allGroups && draft.groups.length === 0 && !draft.allowRawModels && (
        <p className="text-small text-warning">{t("noneChosen")}</p>
      )}
      {error && (
        <p role="alert" className="text-danger text-small">
          {error}
        </p>
      )}
    </Fieldset>
  );
}
