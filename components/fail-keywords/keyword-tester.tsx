"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { FailKeywordInput, FailKeywordTestResult, FailKeywordView } from "@/lib/schemas/fail-keywords";
import { api, useErrorText } from "../api-client";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Code } from "../ui/code-block";
import { Field } from "../ui/field";
import { FormError } from "../ui/form-error";
import { Textarea } from "../ui/input";
import { keywordsPath } from "./api";

/** What the server takes at once. Beyond it, it compares with the saved keywords that have no target. */
const maxKeywords = 200;

/**
 * The rules as if they applied to every answer: a pasted text has no provider or group, and leaving out the keywords
 * that name one would call a bad answer good.
 */
function withoutTargets(keywords: readonly FailKeywordInput[]): FailKeywordInput[] {
  return keywords.map(({ keyword, match, caseSensitive }) => ({ keyword, match, caseSensitive }));
}

/** Tries keywords on a pasted text: the `saved` ones that are in use, or only the `draft`. Changes nothing. */
export function KeywordTester({ draft, saved = [] }: { draft?: FailKeywordInput; saved?: readonly FailKeywordView[] }) {
  const t = useTranslations("failKeywords.tester");
  const errorText = useErrorText();
  const [text, setText] = useState("");
  const inUse = saved.filter(({ enabled }) => enabled);
  const tried = draft ? [draft] : inUse;
  const trial = useMutation({
    mutationFn: () =>
      api.post<FailKeywordTestResult>(`${keywordsPath}/test`, {
        text,
        ...(tried.length <= maxKeywords && { keywords: withoutTargets(tried) }),
      }),
  });
  const matches = trial.data?.results[0]?.matches;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!trial.isPending) trial.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Field label={t("text")}>
        <Textarea
          rows={5}
          value={text}
          onValueChange={(value) => {
            setText(value);
            trial.reset();
          }}
          maxLength={200_000}
          placeholder={t("placeholder")}
          required
        />
      </Field>
      <Button
        type="submit"
        pending={trial.isPending}
        disabled={text === "" || draft?.keyword.trim() === ""}
        className="self-start"
      >
        {t("run")}
      </Button>
      <FormError>{trial.isError ? errorText(trial.error) : null}</FormError>
      <div aria-live="polite" className="empty:hidden">
        {matches && <Verdict matches={matches} draft={draft !== undefined} saved={inUse} />}
      </div>
    </form>
  );
}

function Verdict({
  matches,
  draft,
  saved,
}: {
  matches: FailKeywordTestResult["results"][number]["matches"];
  draft: boolean;
  saved: readonly FailKeywordView[];
}) {
  const t = useTranslations("failKeywords.tester");
  const targetOf = (match: (typeof matches)[number]) =>
    saved.find(({ keyword, match: kind }) => keyword === match.keyword && kind === match.match)?.targetName;
  const hit = matches.length > 0;
  const sentence = draft
    ? t(hit ? "draftMatched" : "draftNoMatch")
    : hit
      ? t("matched", { count: matches.length })
      : t("noMatch");
  return (
    <div className="flex flex-col gap-3 rounded-control border p-3">
      <p className="flex flex-wrap items-center gap-2 text-body">
        <Badge tone={hit ? "failed" : "ready"}>{hit ? t("failure") : t("good")}</Badge>
        {sentence}
      </p>
      {hit && (
        <ul className="flex flex-col gap-2">
          {matches.map((match) => (
            <li key={`${match.match} ${match.keyword}`} className="flex min-w-0 flex-col gap-0.5 text-small">
              {!draft && (
                <span className="flex flex-wrap items-center gap-2">
                  <Code className="max-w-full break-words">{match.keyword}</Code>
                  {targetOf(match) && (
                    <span className="text-muted-foreground">{t("onlyFor", { target: targetOf(match) ?? "" })}</span>
                  )}
                </span>
              )}
              <span className="break-words text-muted-foreground">
                {t.rich("foundText", {
                  excerpt: match.excerpt,
                  mark: (chunks) => <mark className="rounded-xs bg-warning-surface px-0.5 text-warning">{chunks}</mark>,
                })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
