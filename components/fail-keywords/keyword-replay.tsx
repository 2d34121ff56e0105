"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { canReplay, looksForText, type KeywordReplay as Replay } from "@/lib/schemas/fail-keywords";
import { api, useApiMutation, useErrorText } from "../api-client";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { FormError } from "../ui/form-error";
import { RelativeTime } from "../ui/relative-time";
import { type Draft, keywordsPath } from "./api";

const replayPath = `${keywordsPath}/replay`;
const pollMs = 700;

/** Looks at the stored answers of the last days with a rule that may not be saved yet. */
export function KeywordReplay({ draft }: { draft: Draft }) {
  const t = useTranslations("failKeywords.replay");
  const errorText = useErrorText();
  const [id, setId] = useState<string | null>(null);
  const begin = useApiMutation({
    mutationFn: () => api.post<Replay>(replayPath, { rule: draft }),
    onSuccess: (job) => setId(job.id),
    quiet: true,
    refresh: false,
  });
  const stop = useApiMutation({ mutationFn: () => api.delete(`${replayPath}/${id}`), refresh: false });
  const job = useQuery({
    queryKey: ["fail-keywords", "replay", id],
    queryFn: () => api.get<Replay>(`${replayPath}/${id}`),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && state.data.state !== "running" ? false : pollMs),
  });
  const view = job.data;
  const running = id !== null && (view === undefined || view.state === "running") && !job.isError;
  const possible = canReplay(draft.match);
  return (
    <section className="flex flex-col gap-3 border-t pt-5">
      <div>
        <h3 className="text-heading">{t("title")}</h3>
        <p className="text-muted-foreground text-small">{possible ? t("hint") : t("cannot")}</p>
        {draft.match === "short" && <p className="text-muted-foreground text-small">{t("shortHint")}</p>}
      </div>
      {possible && (
        <div className="flex flex-wrap gap-2">
          <Button
            pending={begin.isPending}
            disabled={
              running ||
              (looksForText(draft.match)
                ? draft.keyword.trim() === ""
                : draft.match === "short" && draft.minCharacters === null)
            }
            onClick={() => begin.mutate()}
          >
            {t("run")}
          </Button>
          {running && <Button onClick={() => stop.mutate()}>{t("stop")}</Button>}
        </div>
      )}
      <FormError>{begin.isError ? errorText(begin.error) : job.isError ? errorText(job.error) : null}</FormError>
      {view && possible && <Outcome view={view} />}
    </section>
  );
}

function Outcome({ view }: { view: Replay }) {
  const t = useTranslations("failKeywords.replay");
  const { state, days, answers, stored, looked, caught, good, goodCharacters, found } = view;
  return (
    <div className="flex flex-col gap-3 rounded-control border p-3 text-small">
      <progress
        value={looked}
        max={Math.max(stored, 1)}
        aria-label={t("progress", { looked, stored })}
        className="h-1.5 w-full accent-primary"
      />
      <p className="text-muted-foreground">{t(`state.${state}`, { looked, stored })}</p>
      <p aria-live="polite" className="text-body">
        {t("result", { caught, looked, days, good })}
      </p>
      <p className="text-caption text-muted-foreground">{t("goodMeans", { characters: goodCharacters })}</p>
      {answers > stored && (
        <p className="text-caption text-muted-foreground">
          {t("notStored", { count: answers - stored, answers })}{" "}
          <Link href="/settings/retention" className="text-primary underline">
            {t("retention")}
          </Link>
        </p>
      )}
      <ul className="flex flex-col divide-y">
        {found.map(({ callId, at, group, provider, characters, good: isGood, excerpt }) => (
          <li key={callId} className="flex min-w-0 flex-col gap-1 py-2">
            <span className="flex flex-wrap items-center gap-2">
              <Link href={`/logs/${callId}`} className="text-primary hover:underline">
                <RelativeTime at={at} />
              </Link>
              <span className="break-all text-muted-foreground">{[group, provider].filter(Boolean).join(" · ")}</span>
              <span className="text-muted-foreground">{t("characters", { count: characters })}</span>
              {isGood && <Badge tone="degraded">{t("looksGood")}</Badge>}
            </span>
            {excerpt && <span className="line-clamp-2 break-words text-muted-foreground">{excerpt}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
