"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from "nuqs";
import { useEffect, useRef } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { FormAlert } from "@/components/form-alert";
import { QueryError } from "@/components/query-error";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { SkeletonRows } from "@/components/ui/skeleton";
import { aliasPattern } from "@/lib/schemas/model-choice";
import type { ImportJobDetail } from "@/lib/schemas/model-import";
import type { ProviderView } from "@/lib/schemas/providers";
import { useGroups, useProvider } from "../use-providers";
import { ChooseStep } from "./choose-step";
import { chosenModels, draftRows, type ImportDraft, inputOf, isGroupName, isUnpriced } from "./draft";
import { JobView } from "./job-view";
import { ListFailure } from "./list-failure";
import { NamesStep } from "./names-step";
import { ReviewStep, useReview } from "./review-step";
import { SampleTest } from "./sample-test";
import { importSteps, Steps } from "./steps";
import { StoredConnection } from "./stored-connection";
import { importKeys, useImportDraft, useImportJob, useListPlan, useModelSync } from "./use-imports";

/** From a provider's list to deployments, step by step. The step and the job are in the address, the rest in this tab. */
export function ImportPage({ initial }: { initial: ProviderView }) {
  const t = useTranslations("modelImport");
  const { data: provider = initial } = useProvider(initial);
  const [jobId, setJobId] = useQueryState("job", parseAsString.withOptions({ history: "push" }));
  return (
    <PageBody>
      <PageHeader
        breadcrumb={{ href: `/providers/${provider.id}`, label: provider.name }}
        title={t("title")}
        description={t("description", { name: provider.name })}
      />
      {jobId === null ? (
        <Wizard provider={provider} onStarted={(id) => void setJobId(id)} />
      ) : (
        <Job provider={provider} id={jobId} onAgain={() => void setJobId(null)} />
      )}
    </PageBody>
  );
}

function Job({ provider, id, onAgain }: { provider: ProviderView; id: string; onAgain: () => void }) {
  const t = useTranslations("modelImport");
  const query = useImportJob(id);
  const { data: job } = query;
  return (
    <>
      <QueryError query={query} />
      {job ? (
        <JobView job={job} />
      ) : (
        <Card>
          <SkeletonRows rows={2} />
        </Card>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onAgain}>{t("again")}</Button>
        <ButtonLink variant="primary" href={`/providers/${provider.id}?tab=models`}>
          {t("toProvider")}
        </ButtonLink>
      </div>
    </>
  );
}

function Wizard({ provider, onStarted }: { provider: ProviderView; onStarted: (jobId: string) => void }) {
  const [step, setStep] = useQueryState(
    "step",
    parseAsStringLiteral(importSteps).withDefault("choose").withOptions({ history: "push", scroll: true }),
  );
  const { draft, change, forget } = useImportDraft(provider.id);
  const list = useListPlan(provider.id, step !== "connect");
  useSuggested(provider.id, change);
  const plan = list.data;
  if (step === "connect")
    return (
      <>
        <Steps at="connect" onGo={(next) => void setStep(next)} reach="choose" />
        <StoredConnection provider={provider} onNext={() => void setStep("choose")} />
      </>
    );
  const early = <Steps at="choose" onGo={(next) => void setStep(next)} reach="choose" />;
  if (list.error)
    return (
      <>
        {early}
        <ListFailure query={list} />
      </>
    );
  if (!plan || !draft)
    return (
      <>
        {early}
        <Loading />
      </>
    );

  const taken = new Set(provider.deployments.map(({ name }) => name));
  const rows = draftRows(chosenModels(plan.added, draft), draft, { name: provider.name, taken });
  const known = (ids: readonly string[], rowsThere: readonly { deploymentId: string }[]) =>
    ids.filter((id) => rowsThere.some(({ deploymentId }) => deploymentId === id));
  const asked = { ...draft, update: known(draft.update, plan.changed), disable: known(draft.disable, plan.vanished) };
  const count = rows.length + asked.update.length + asked.disable.length;
  const at = count === 0 ? "choose" : step;
  // An address may name a later step than what is chosen allows: the first choice must not jump there.
  const choose = (changes: Partial<ImportDraft>) => {
    if (at !== step) void setStep(at, { history: "replace" });
    change(changes);
  };
  return (
    <>
      <Steps at={at} onGo={(next) => void setStep(next)} reach={count > 0 ? at : "choose"} />
      {at === "choose" && <ChooseStep plan={plan} draft={draft} onChange={choose} />}
      {at === "names" && <Names draft={draft} rows={rows} onChange={change} />}
      {at === "review" ? (
        <Review
          provider={provider}
          draft={asked}
          rows={rows}
          onBack={() => void setStep("names")}
          onStarted={(id) => {
            forget();
            onStarted(id);
          }}
        />
      ) : (
        <Forward
          count={count}
          blocked={at === "names" && !isSound(asked, rows)}
          onBack={() => void setStep(at === "names" ? "choose" : "connect")}
          onNext={() => void setStep(at === "choose" ? "names" : "review")}
        />
      )}
    </>
  );
}

function Loading() {
  const t = useTranslations("modelImport");
  return (
    <Card title={t("choose.title")} description={t("phase.fetching")}>
      <SkeletonRows rows={8} />
    </Card>
  );
}

/** Coming from what is new in the list, exactly that is chosen to begin with. */
function useSuggested(providerId: string, change: (changes: Partial<ImportDraft>) => void): void {
  const [{ suggested }, setQuery] = useQueryStates({ suggested: parseAsBoolean.withDefault(false) });
  const { data } = useModelSync(providerId, suggested);
  const done = useRef(false);
  useEffect(() => {
    if (!suggested || !data || done.current) return;
    done.current = true;
    const chosen = data.suggestions.filter(({ kind }) => kind === "added").map(({ model }) => model);
    change({ chosen, include: "", exclude: "" });
    void setQuery({ suggested: null });
  }, [suggested, data, change, setQuery]);
}

function isSound(draft: ImportDraft, rows: ReturnType<typeof draftRows>): boolean {
  const named = draft.groups.mode !== "one" || isGroupName(draft.groups.name);
  const good = rows.every(({ nameProblem, priceProblems }) => nameProblem === null && priceProblems.length === 0);
  return named && good && aliasPattern.safeParse(draft.alias).success;
}

function Names(props: Omit<Parameters<typeof NamesStep>[0], "groupNames">) {
  const groups = useGroups();
  return <NamesStep {...props} groupNames={groups.data?.items.map(({ name }) => name) ?? []} />;
}

/** What is chosen, and the way on; it stays in sight under a long list. */
function Forward({
  count,
  blocked,
  onBack,
  onNext,
}: {
  count: number;
  blocked: boolean;
  onBack: () => void;
  onNext: () => void;
}) {
  const t = useTranslations("modelImport");
  return (
    <div className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center justify-end gap-2 border-t bg-background px-4 py-3 max-md:bottom-16 md:-mx-6 md:px-6">
      <span className="me-auto text-muted-foreground text-small" role="status">
        {count === 0 ? t("chooseFirst") : blocked ? t("fixFirst") : t("selected", { count })}
      </span>
      <span className="flex gap-2">
        <Button icon={ArrowLeft} onClick={onBack}>
          {t("back")}
        </Button>
        <Button variant="primary" icon={ArrowRight} disabled={count === 0 || blocked} onClick={onNext}>
          {t("continue")}
        </Button>
      </span>
    </div>
  );
}

function Review({
  provider,
  draft,
  rows,
  onBack,
  onStarted,
}: {
  provider: ProviderView;
  draft: ImportDraft;
  rows: ReturnType<typeof draftRows>;
  onBack: () => void;
  onStarted: (jobId: string) => void;
}) {
  const t = useTranslations("modelImport");
  const query = useReview(provider.id, inputOf(draft, rows, true), true);
  const start = useApiMutation({
    mutationFn: () =>
      api.post<ImportJobDetail>(`/api/admin/providers/${provider.id}/import`, inputOf(draft, rows, false)),
    invalidate: importKeys,
    onSuccess: ({ id }) => onStarted(id),
  });
  const blocked = query.data === undefined || query.data.problems.length > 0;
  const queryClient = useQueryClient();
  return (
    <>
      <ReviewStep query={query} unpriced={rows.filter(isUnpriced).length} />
      {rows.length > 0 && <SampleTest provider={provider} rows={rows} />}
      <FormAlert error={start.error ?? query.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button
          icon={ArrowLeft}
          onClick={() => {
            // Somebody may take a name meanwhile: the next look is a new one.
            void queryClient.removeQueries({ queryKey: ["provider-list", provider.id, "review"] });
            onBack();
          }}
        >
          {t("back")}
        </Button>
        <Button variant="primary" disabled={blocked} pending={start.isPending} onClick={() => start.mutate()}>
          {t("submit")}
        </Button>
      </div>
    </>
  );
}
