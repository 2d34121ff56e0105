"use client";

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { api, isApiError } from "@/components/api-client";
import { Card } from "@/components/ui/card";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { ImportPlan, PlanProblem } from "@/lib/schemas/model-import";
import { ListFailure } from "./list-failure";
import { usePages } from "./pager";

/** What the server says that this import would do. */
export function useReview(
  providerId: string,
  input: Record<string, unknown>,
  enabled: boolean,
): UseQueryResult<ImportPlan> {
  return useQuery({
    queryKey: ["provider-list", providerId, "review", input],
    queryFn: () => api.post<ImportPlan>(`/api/admin/providers/${providerId}/import`, input),
    enabled,
    staleTime: 60_000,
    retry: false,
  });
}

/** The last step: everything that would change, in numbers, and what stands against it. */
export function ReviewStep({ query, unpriced }: { query: UseQueryResult<ImportPlan>; unpriced: number }) {
  const t = useTranslations("modelImport");
  const { data: plan } = query;
  if (isApiError(query.error) && query.error.fields.length > 0) return null;
  if (query.error) return <ListFailure query={query} />;
  if (!plan)
    return (
      <Card title={t("review.title")}>
        <SkeletonRows rows={4} />
      </Card>
    );
  const updated = plan.changed.filter(({ applied }) => applied).length;
  const disabled = plan.vanished.filter(({ applied }) => applied).length;
  const fresh = plan.groups.filter(({ isNew }) => isNew).length;
  const lines = [
    t("review.added", { count: plan.added.length }),
    ...(updated > 0 ? [t("review.updated", { count: updated })] : []),
    ...(disabled > 0 ? [t("review.disabled", { count: disabled })] : []),
    ...(plan.groups.length > 0 ? [t("review.groups", { count: plan.groups.length, fresh })] : []),
    ...(plan.added.length > 0 && plan.groups.length === 0 ? [t("review.noGroup")] : []),
  ];
  return (
    <>
      <Card title={t("review.title")} description={t("review.description")}>
        <ul className="flex list-disc flex-col gap-1.5 ps-5">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <ReviewNames plan={plan} />
        {unpriced > 0 && <p className="mt-4 text-small text-warning">{t("withoutPrice", { count: unpriced })}</p>}
      </Card>
      <Problems problems={plan.problems} />
    </>
  );
}

const shownNames = 200;

/** Every name behind the numbers, folded away. */
function ReviewNames({ plan }: { plan: ImportPlan }) {
  const t = useTranslations("modelImport");
  const parts = [
    ["added", plan.added.map(({ name, group }) => (group === null ? name : `${name} → ${group}`))],
    ["changed", plan.changed.filter(({ applied }) => applied).map(({ name }) => name)],
    ["disabled", plan.vanished.filter(({ applied }) => applied).map(({ name }) => name)],
  ] as const;
  return parts.map(([kind, names]) =>
    names.length === 0 ? null : (
      <details key={kind} className="group mt-3 rounded-card border">
        <summary className="flex min-h-9 cursor-pointer list-none items-center gap-1.5 px-3 text-small touch:min-h-11 [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" strokeWidth={1.75} />
          {t(`review.names.${kind}`, { count: names.length })}
        </summary>
        <ul className="flex flex-col divide-y border-t">
          {names.slice(0, shownNames).map((name) => (
            <li key={name} className="break-all px-3 py-1.5 font-mono text-small">
              {name}
            </li>
          ))}
          {names.length > shownNames && (
            <li className="px-3 py-1.5 text-muted-foreground text-small">
              {t("review.moreNames", { count: names.length - shownNames })}
            </li>
          )}
        </ul>
      </details>
    ),
  );
}

/** Why an import cannot be carried out, all of it. */
export function Problems({ problems }: { problems: readonly PlanProblem[] }) {
  const t = useTranslations("modelImport");
  const { shown, pager } = usePages(problems);
  if (problems.length === 0) return null;
  return (
    <Card flush title={t("problems.title", { count: problems.length })} description={t("problems.description")}>
      <ul className="flex flex-col divide-y">
        {shown.map(({ code, model, name, other }) => (
          <li key={`${code} ${model} ${name}`} className="break-words px-4 py-2 text-danger text-small">
            {t(`problem.${code}`, { model: model ?? "", name: name ?? "", other: other ?? "" })}
          </li>
        ))}
      </ul>
      {pager}
    </Card>
  );
}
