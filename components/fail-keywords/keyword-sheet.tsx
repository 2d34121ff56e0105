"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import type { Page } from "@/lib/schemas/common";
import {
  coolSecondsDefault,
  type FailKeywordView,
  judgesEnd,
  keywordMatches,
  keywordParts,
  keywordScopes,
  keywordVerdicts,
  looksForText,
} from "@/lib/schemas/fail-keywords";
import { api, isApiError, useApiMutation, useFieldErrors } from "../api-client";
import { VersionConflict } from "../conflict/version-conflict";
import { useFormat } from "../format";
import { HistorySection } from "../history/history-section";
import { useMay } from "../permissions";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input, Textarea } from "../ui/input";
import { Select } from "../ui/select";
import { Sheet } from "../ui/sheet";
import { Switch } from "../ui/switch";
import { AnswerFields } from "./answer-fields";
import { type Draft, draftOf, type Holdback, keywordsKey, keywordsPath } from "./api";
import { KeywordReplay } from "./keyword-replay";
import { KeywordTester } from "./keyword-tester";

type Props = {
  /** Null = a new one. */
  rule: FailKeywordView | null;
  initial: Draft;
  holdback: Holdback;
  onClose: () => void;
};

/** Create or edit a rule, try it and look at past answers with it before it is saved. */
export function KeywordSheet({ rule, initial, holdback, onClose }: Props) {
  const t = useTranslations("failKeywords");
  const common = useTranslations("common");
  const may = useMay();
  const formId = useId();
  const [draft, setDraft] = useState(initial);
  const [statusText, setStatusText] = useState(initial.statuses.join(", "));
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const save = useApiMutation({
    mutationFn: (body: Partial<Draft> & { version?: number }) =>
      rule === null
        ? api.post<FailKeywordView>(keywordsPath, body)
        : api.patch<FailKeywordView>(`${keywordsPath}/${rule.id}`, body),
    invalidate: [keywordsKey],
    success: () => t(rule === null ? "created" : "updated"),
    onSuccess: onClose,
    quiet: true,
  });
  const fieldError = useFieldErrors(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate({ ...draft, ...(rule && { version: rule.version }) });
  };
  const isText = looksForText(draft.match);
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={rule === null ? t("createTitle") : t("editTitle")}
      footer={
        <>
          <Button onClick={onClose}>{common("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" pending={save.isPending}>
            {common("save")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-6">
        <form id={formId} onSubmit={submit} className="flex flex-col gap-5">
          <Field label={t("fieldMatch")} hint={t(`matchHint.${draft.match}`)} error={fieldError("match")}>
            <Select
              value={draft.match}
              onValueChange={(match) => set({ match })}
              options={keywordMatches.map((value) => ({ value, label: t(`match.${value}`) }))}
            />
          </Field>
          <AnswerFields draft={draft} set={set} fieldError={fieldError} />
          {isText && (
            <>
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
              <PatternPlace pattern={draft.keyword} error={save.error} />
              <Field inline label={t("fieldCaseSensitive")} error={fieldError("caseSensitive")}>
                <Switch checked={draft.caseSensitive} onCheckedChange={(caseSensitive) => set({ caseSensitive })} />
              </Field>
              {draft.match !== "exact" && (
                <Field
                  label={t("fieldPart")}
                  hint={t("partHint", { characters: holdback.characters })}
                  error={fieldError("part")}
                >
                  <Select
                    value={draft.part}
                    onValueChange={(part) => set({ part })}
                    options={keywordParts.map((value) => ({ value, label: t(`part.${value}`) }))}
                  />
                </Field>
              )}
            </>
          )}
          <Field
            label={t("fieldStatuses")}
            hint={t("statusesHint")}
            optional={draft.match !== "any"}
            error={fieldError("statuses")}
          >
            <Input
              mono
              value={statusText}
              onValueChange={(text) => {
                setStatusText(text);
                set({
                  statuses: text
                    .toLowerCase()
                    .split(/[\s,]+/)
                    .filter(Boolean),
                });
              }}
              placeholder="503, 5xx"
              autoComplete="off"
            />
          </Field>
          <Field label={t("fieldScope")} error={fieldError("scope")}>
            <Select
              value={draft.scope}
              onValueChange={(scope) => set({ scope, targetId: null })}
              options={keywordScopes.map((value) => ({ value, label: t(`scope.${value}`) }))}
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
          <Field label={t("fieldVerdict")} hint={t(`verdictHint.${draft.verdict}`)} error={fieldError("verdict")}>
            <Select
              value={draft.verdict}
              onValueChange={(verdict) =>
                set({ verdict, coolSeconds: verdict === "cool" ? (draft.coolSeconds ?? coolSecondsDefault) : null })
              }
              options={keywordVerdicts.map((value) => ({ value, label: t(`verdict.${value}`) }))}
            />
          </Field>
          {draft.verdict === "cool" && (
            <Field label={t("fieldCoolSeconds")} error={fieldError("coolSeconds")}>
              <Input
                type="number"
                min={1}
                max={86_400}
                required
                value={draft.coolSeconds === null ? "" : String(draft.coolSeconds)}
                onValueChange={(value) => set({ coolSeconds: value === "" ? null : Number(value) })}
              />
            </Field>
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
        <StreamNote draft={draft} holdback={holdback} />
        <section className="flex flex-col gap-3 border-t pt-5">
          <div>
            <h3 className="text-heading">{t("tester.title")}</h3>
            <p className="text-muted-foreground text-small">{t("tester.draftHint")}</p>
          </div>
          <KeywordTester draft={draft} />
        </section>
        {may("bodies") && <KeywordReplay key={JSON.stringify(draft)} draft={draft} />}
        {rule !== null && (
          <HistorySection
            targetType="fail_keyword"
            targetId={rule.id}
            version={rule.version}
            // What the form holds is older than what was put back.
            onRestored={onClose}
          />
        )}
      </div>
      {rule !== null && (
        <VersionConflict
          error={save.error}
          path={`${keywordsPath}/${rule.id}`}
          base={draftOf(rule)}
          mine={draft}
          pending={save.isPending}
          onKeepMine={(body) => save.mutate(body)}
          onTakeTheirs={onClose}
          onClose={() => save.reset()}
        />
      )}
    </Sheet>
  );
}

function StreamNote({ draft, holdback }: { draft: Draft; holdback: Holdback }) {
  const t = useTranslations("failKeywords");
  const format = useFormat();
  const note = !judgesEnd(draft.match) ? "streamNote" : draft.verdict === "tag" ? "streamNoteTag" : "streamNoteEnd";
  return (
    <p className="rounded-control bg-muted px-3 py-2 text-muted-foreground text-small">
      {t(note, { characters: holdback.characters, duration: format.duration(holdback.ms) })}{" "}
      <Link href="/settings/routing" className="text-primary underline">
        {t("streamNoteLink")}
      </Link>
    </p>
  );
}

/** Where a pattern goes wrong, marked in the pattern itself. */
function PatternPlace({ pattern, error }: { pattern: string; error: unknown }) {
  const t = useTranslations("failKeywords");
  const problem = isApiError(error) ? error.fields.find(({ code }) => code === "bad_regex") : undefined;
  if (!problem) return null;
  const at = Number(problem.params.position);
  const fragment = String(problem.params.fragment ?? "");
  const end = at + Math.max(1, pattern.startsWith(fragment, at) ? fragment.length : 1);
  return (
    <p className="-mt-3 break-all font-mono text-small">
      <span className="sr-only">{t("patternPlace", { position: at + 1 })}</span>
      {pattern.slice(0, at)}
      <mark className="rounded-xs bg-danger-surface text-danger underline decoration-wavy">
        {pattern.slice(at, end) || " "}
      </mark>
      {pattern.slice(end)}
    </p>
  );
}

type Named = { id: string; name: string };

/** What a rule can be limited to; models are told with their provider. */
async function targetsOf(scope: "provider" | "group" | "deployment"): Promise<Named[]> {
  if (scope === "group") return (await api.get<Page<Named>>("/api/admin/groups?limit=500")).items;
  const { items } = await api.get<Page<Named & { deployments: Named[] }>>("/api/admin/providers?limit=500");
  if (scope === "provider") return items;
  return items.flatMap(({ name: provider, deployments }) =>
    deployments.map(({ id, name }) => ({ id, name: `${provider}/${name}` })),
  );
}

/** Which provider, group or deployment a rule is limited to. */
function TargetField({
  scope,
  value,
  onValueChange,
  error,
}: {
  scope: "provider" | "group" | "deployment";
  value: string | null;
  onValueChange: (id: string) => void;
  error: string | undefined;
}) {
  const t = useTranslations("failKeywords");
  const targets = useQuery({
    queryKey: ["fail-keywords", "targets", scope],
    queryFn: () => targetsOf(scope),
  });
  const label = { provider: t("fieldProvider"), group: t("fieldGroup"), deployment: t("fieldDeployment") }[scope];
  return (
    <Field label={label} error={error}>
      <Select
        value={value}
        onValueChange={onValueChange}
        disabled={targets.isPending}
        options={(targets.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
    </Field>
  );
}
