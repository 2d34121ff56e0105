"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import type { Page } from "@/lib/schemas/common";
import type { FailKeywordInput, FailKeywordView } from "@/lib/schemas/fail-keywords";
import { api, useApiMutation, useFieldErrors } from "../api-client";
import { useFormBase } from "../conflict/use-form-base";
import { VersionConflict } from "../conflict/version-conflict";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input, Textarea } from "../ui/input";
import { Select } from "../ui/select";
import { Sheet } from "../ui/sheet";
import { Switch } from "../ui/switch";
import { type KeywordMatch, type KeywordScope, keywordsKey, keywordsPath } from "./api";
import { KeywordTester } from "./keyword-tester";

const matches = ["contains", "exact", "regex"] as const satisfies readonly KeywordMatch[];
const scopes = ["all", "provider", "group"] as const satisfies readonly KeywordScope[];

type Draft = Required<FailKeywordInput>;

const blank: Draft = {
  keyword: "",
  description: "",
  match: "contains",
  caseSensitive: false,
  scope: "all",
  targetId: null,
  enabled: true,
};

function draftOf(keyword: FailKeywordView | null): Draft {
  if (keyword === null) return blank;
  const { keyword: text, description, match, caseSensitive, scope, targetId, enabled } = keyword;
  return { keyword: text, description, match, caseSensitive, scope, targetId, enabled };
}

/** Create (`keyword` null) or edit a fail keyword. */
export function KeywordSheet({
  open,
  keyword,
  onOpenChange,
}: {
  open: boolean;
  keyword: FailKeywordView | null;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations("failKeywords");
  const common = useTranslations("common");
  const formId = useId();
  const [pending, setPending] = useState(false);
  return (
    <Sheet
      open={open}
      onOpenChange={onOpenChange}
      title={keyword === null ? t("createTitle") : t("editTitle")}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{common("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" pending={pending}>
            {common("save")}
          </Button>
        </>
      }
    >
      {/* Mounted with the sheet's content, so each opening starts from the stored values. */}
      <KeywordForm formId={formId} keyword={keyword} onPending={setPending} onSaved={() => onOpenChange(false)} />
    </Sheet>
  );
}

function KeywordForm({
  formId,
  keyword: current,
  onPending,
  onSaved,
}: {
  formId: string;
  keyword: FailKeywordView | null;
  onPending: (pending: boolean) => void;
  onSaved: () => void;
}) {
  const t = useTranslations("failKeywords");
  const keyword = useFormBase(current, true);
  const [draft, setDraft] = useState(() => draftOf(keyword));
  const save = useApiMutation({
    mutationFn: (body: Record<string, unknown>) =>
      keyword === null
        ? api.post<FailKeywordView>(keywordsPath, body)
        : api.patch<FailKeywordView>(`${keywordsPath}/${keyword.id}`, body),
    invalidate: [keywordsKey],
    success: () => t(keyword === null ? "created" : "updated"),
    onSuccess: onSaved,
  });
  const fieldError = useFieldErrors(save.error);
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    onPending(true);
    save.mutate({ ...draft, ...(keyword && { version: keyword.version }) }, { onSettled: () => onPending(false) });
  };
  return (
    <div className="flex flex-col gap-6">
      <form id={formId} onSubmit={submit} className="flex flex-col gap-5">
        <Field label={t("fieldKeyword")} hint={t("fieldKeywordHint")} error={fieldError("keyword")}>
          <Input
            mono
            value={draft.keyword}
            onValueChange={(text) => set({ keyword: text })}
            required
            maxLength={1_000}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        <Field label={t("fieldMatch")} hint={t(`matchHint.${draft.match}`)} error={fieldError("match")}>
          <Select
            value={draft.match}
            onValueChange={(match) => set({ match })}
            options={matches.map((value) => ({ value, label: t(`match.${value}`) }))}
          />
        </Field>
        <Field inline label={t("fieldCaseSensitive")} error={fieldError("caseSensitive")}>
          <Switch checked={draft.caseSensitive} onCheckedChange={(caseSensitive) => set({ caseSensitive })} />
        </Field>
        <Field label={t("fieldScope")} error={fieldError("scope")}>
          <Select
            value={draft.scope}
            onValueChange={(scope) => set({ scope, targetId: null })}
            options={scopes.map((value) => ({ value, label: t(`scope.${value}`) }))}
          />
        </Field>
        {draft.scope !== "all" && (
          <TargetField
            scope={draft.scope}
            value={draft.targetId}
            onValueChange={(targetId) => set({ targetId })}
            error={fieldError("targetId")}
          />
        )}
        <Field
          label={t("fieldDescription")}
          hint={t("fieldDescriptionHint")}
          optional
          error={fieldError("description")}
        >
          <Textarea
            rows={2}
            value={draft.description}
            onValueChange={(description) => set({ description })}
            maxLength={500}
          />
        </Field>
        <Field inline label={t("fieldEnabled")} error={fieldError("enabled")}>
          <Switch checked={draft.enabled} onCheckedChange={(enabled) => set({ enabled })} />
        </Field>
      </form>
      {keyword && (
        <VersionConflict
          error={save.error}
          path={`${keywordsPath}/${keyword.id}`}
          base={keyword}
          mine={save.variables ?? {}}
          pending={save.isPending}
          onKeepMine={(body) => save.mutate(body)}
          onTakeTheirs={onSaved}
          onClose={save.reset}
        />
      )}
      <p className="rounded-control bg-muted px-3 py-2 text-muted-foreground text-small">
        {t("streamNote")}{" "}
        <Link href="/settings/routing" className="text-primary underline">
          {t("streamNoteLink")}
        </Link>
      </p>
      <section className="flex flex-col gap-3 border-t pt-5">
        <div>
          <h3 className="text-heading">{t("tester.title")}</h3>
          <p className="text-muted-foreground text-small">{t("tester.draftHint")}</p>
        </div>
        <KeywordTester draft={draft} />
      </section>
    </div>
  );
}

/** Which provider or group a keyword is limited to. */
function TargetField({
  scope,
  value,
  onValueChange,
  error,
}: {
  scope: "provider" | "group";
  value: string | null;
  onValueChange: (id: string) => void;
  error: string | undefined;
}) {
  const t = useTranslations("failKeywords");
  const path = scope === "provider" ? "/api/admin/providers" : "/api/admin/groups";
  const targets = useQuery({
    queryKey: [scope === "provider" ? "providers" : "groups", "names"],
    queryFn: () => api.get<Page<{ id: string; name: string }>>(`${path}?limit=500&sort=name`),
  });
  return (
    <Field label={scope === "provider" ? t("fieldProvider") : t("fieldGroup")} error={error}>
      <Select
        value={value}
        onValueChange={onValueChange}
        disabled={targets.isPending}
        options={(targets.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
    </Field>
  );
}
