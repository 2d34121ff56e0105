"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { Page } from "@/lib/schemas/common";
import {
  type FailKeywordInput,
  type FailKeywordTestResult,
  type FailKeywordView,
  judgesEnd,
} from "@/lib/schemas/fail-keywords";
import type { CallView } from "@/lib/schemas/logs";
import { api, useErrorText } from "../api-client";
import { useDates, useFormat } from "../format";
import { useMay } from "../permissions";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { FormError } from "../ui/form-error";
import { Textarea } from "../ui/input";
import { Select } from "../ui/select";
import { blankDraft, keywordsPath } from "./api";
import { useRuleWords } from "./rule-words";

type Result = FailKeywordTestResult["results"][number];
type Rule = Pick<
  FailKeywordView,
  "keyword" | "match" | "finishReasons" | "minCharacters" | "statuses" | "verdict" | "coolSeconds"
> & {
  targetName: string | null;
};

/** Tries rules on a pasted answer or a stored one: the `saved` ones that are in use, or only the `draft`. */
export function KeywordTester({ draft, saved = [] }: { draft?: FailKeywordInput; saved?: readonly FailKeywordView[] }) {
  const t = useTranslations("failKeywords.tester");
  const errorText = useErrorText();
  const may = useMay();
  const [text, setText] = useState("");
  const [callId, setCallId] = useState<string | null>(null);
  const inUse = saved.filter(({ enabled }) => enabled);
  const trial = useMutation({
    mutationFn: () =>
      api.post<FailKeywordTestResult>(`${keywordsPath}/test`, {
        ...(callId === null ? { answer: text } : { callId }),
        ...(draft && { keywords: [{ ...draft, scope: "all", targetId: null }] }),
        ...(callId === null && { everywhere: true }),
      }),
  });
  const rules: readonly Rule[] = draft
    ? [
        {
          ...blankDraft,
          ...draft,
          targetName: null,
        },
      ]
    : inUse;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (!trial.isPending) trial.mutate();
  };
  const [result] = trial.data?.results ?? [];
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      {may("bodies") && (
        <CallPicker
          value={callId}
          onValueChange={(id) => {
            setCallId(id);
            trial.reset();
          }}
        />
      )}
      {callId === null && (
        <Field label={t("text")} hint={t("textHint")}>
          <Textarea
            rows={6}
            value={text}
            onValueChange={(value) => {
              setText(value);
              trial.reset();
            }}
            maxLength={1_000_000}
            placeholder={t("placeholder")}
          />
        </Field>
      )}
      <Button type="submit" pending={trial.isPending} disabled={callId === null && text === ""} className="self-start">
        {t("run")}
      </Button>
      <FormError>{trial.isError ? errorText(trial.error) : null}</FormError>
      <div aria-live="polite" className="empty:hidden">
        {result && <Verdict result={result} rules={rules} isDraft={draft !== undefined} />}
      </div>
    </form>
  );
}

const pasted = "pasted";

/** A pasted answer, or that of a recent call. */
function CallPicker({ value, onValueChange }: { value: string | null; onValueChange: (id: string | null) => void }) {
  const t = useTranslations("failKeywords.tester");
  const dates = useDates();
  const calls = useQuery({
    queryKey: ["fail-keywords", "recent-calls"],
    queryFn: () => api.get<Page<CallView>>("/api/admin/logs?limit=20"),
  });
  return (
    <Field label={t("source")}>
      <Select
        value={value ?? pasted}
        onValueChange={(id) => onValueChange(id === pasted ? null : id)}
        options={[
          { value: pasted, label: t("pasted") },
          ...(calls.data?.items ?? []).map(({ id, at, group, provider }) => ({
            value: id,
            label: [dates.dateTime(new Date(at), "time"), group?.name, provider?.name].filter(Boolean).join(" · "),
          })),
        ]}
      />
    </Field>
  );
}

function Verdict({ result, rules, isDraft }: { result: Result; rules: readonly Rule[]; isDraft: boolean }) {
  const t = useTranslations("failKeywords");
  const format = useFormat();
  const winner = result.winner === null ? undefined : rules[result.winner];
  const won = result.trials.find(({ index }) => index === result.winner);
  const passes = !winner || winner.verdict === "tag";
  return (
    <div className="flex flex-col gap-3 rounded-control border p-3">
      <p className="flex flex-wrap items-center gap-2 text-body">
        <Badge tone={passes ? "ready" : "failed"}>{passes ? t("tester.good") : t("tester.failure")}</Badge>
        {winner
          ? t(`action.${winner.verdict}`, { duration: format.duration((winner.coolSeconds ?? 0) * 1000) })
          : t(isDraft ? "tester.draftNoMatch" : "tester.noMatch")}
      </p>
      {result.format !== "text" && (
        <p className="text-caption text-muted-foreground">
          {t(result.isError ? "tester.readError" : result.stream ? "tester.readStream" : "tester.readWhole", {
            format: result.format,
          })}
        </p>
      )}
      {result.format !== "text" || won ? (
        <Highlighted text={result.text} start={won?.start ?? 0} end={won?.end ?? 0} />
      ) : null}
      {!isDraft && <Trials result={result} rules={rules} />}
      {winner && won && !won.inStream && (
        <p className="text-caption text-warning">
          {t(judgesEnd(winner.match) ? "tester.notInStreamEnd" : "tester.notInStream")}
        </p>
      )}
      {winner?.match === "not_json" && <p className="text-caption text-muted-foreground">{t("tester.asIfJson")}</p>}
      {result.format === "text" && rules.some(({ match }) => match === "finish_reason") && (
        <p className="text-caption text-muted-foreground">{t("tester.finishUnknown")}</p>
      )}
    </div>
  );
}

const aroundCharacters = 300;

function Highlighted({ text, start, end }: { text: string; start: number; end: number }) {
  const from = Math.max(0, start - aroundCharacters);
  return (
    <p className="max-h-48 overflow-y-auto whitespace-pre-wrap break-words rounded-control bg-muted p-2 text-small">
      {text.slice(from, start)}
      {end > start && (
        <mark className="rounded-xs bg-warning-surface px-0.5 text-warning">{text.slice(start, end)}</mark>
      )}
      {text.slice(end, end + aroundCharacters)}
    </p>
  );
}

function Trials({ result, rules }: { result: Result; rules: readonly Rule[] }) {
  const t = useTranslations("failKeywords.tester");
  const words = useRuleWords();
  return (
    <ol className="flex flex-col gap-2">
      {result.trials.map(({ index, matched, applies }) => {
        const rule = rules[index];
        if (!rule) return null;
        const state = !applies
          ? "elsewhere"
          : index === result.winner
            ? "decides"
            : matched
              ? "alsoMatches"
              : "noMatchShort";
        return (
          <li key={index} className="flex min-w-0 flex-wrap items-center gap-2 text-small">
            <Badge tone={state === "decides" ? "info" : "neutral"}>{t(state)}</Badge>
            <code className="min-w-0 break-all">{words(rule)}</code>
            {rule.targetName && (
              <span className="text-muted-foreground">{t("onlyFor", { target: rule.targetName })}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
