"use client";

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { api, useErrorText } from "@/components/api-client";
import { useFormat } from "@/components/format";
import { Skeleton } from "@/components/ui/skeleton";
import type { GroupImpact, ImpactView } from "@/lib/schemas/deployments";
import { LiveStateBadge } from "./live-state";

/** What would be touched: providers together, or one deployment. */
export type ImpactSubject = { providers: readonly string[] } | { deployment: string };

const pathOf = (subject: ImpactSubject) => {
  if ("deployment" in subject) return `/api/admin/deployments/${subject.deployment}/impact`;
  const [first, ...others] = subject.providers;
  return `/api/admin/providers/${first}/impact${others.length > 0 ? `?with=${others.join(",")}` : ""}`;
};

/** What the server says of it; asked anew for each question, because calls go on meanwhile. */
export function useImpact(subject: ImpactSubject | null): UseQueryResult<ImpactView> {
  return useQuery({
    queryKey: ["impact", subject],
    queryFn: () => api.get<ImpactView>(pathOf(subject ?? { providers: [] })),
    enabled: subject !== null && !("providers" in subject && subject.providers.length === 0),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

const shownGroups = 8;
const shownMembers = 3;

/** The blast radius of an act: who uses it, how much of the last hour it was, and who takes over. */
export function ImpactSummary({ query: { data, error } }: { query: UseQueryResult<ImpactView> }) {
  const t = useTranslations("providers.impact");
  const errorText = useErrorText();
  if (error) return <p className="text-danger text-small">{errorText(error)}</p>;
  if (!data) {
    return (
      <div role="status" aria-label={t("loading")} className="flex flex-col gap-2">
        <Skeleton className="h-5" />
        <Skeleton className="h-10" />
      </div>
    );
  }
  if (data.groups.length === 0)
    return <p className="text-small">{t(data.calls24h > 0 ? "noGroupTraffic" : "unused", { calls: data.calls24h })}</p>;
  const lost = data.groups.filter(({ enabled, left }) => enabled && left === 0).length;
  return (
    <div className="flex flex-col gap-3 text-small">
      <p>
        {t("uses", { groups: data.groups.length, keys: data.keys })}
        <br />
        {t("traffic", { calls: data.calls24h })}
      </p>
      {lost > 0 && (
        <p className="rounded-card bg-danger-surface px-3 py-2 text-danger">{t("stranded", { groups: lost })}</p>
      )}
      <ul aria-label={t("label")} className="flex flex-col divide-y rounded-card border">
        {data.groups.slice(0, shownGroups).map((group) => (
          <GroupLine key={group.id} group={group} />
        ))}
      </ul>
      {data.groups.length > shownGroups && (
        <p className="text-muted-foreground">{t("moreGroups", { count: data.groups.length - shownGroups })}</p>
      )}
    </div>
  );
}

function GroupLine({ group }: { group: GroupImpact }) {
  const t = useTranslations("providers.impact");
  const format = useFormat();
  const { takesOver } = group;
  return (
    <li className="flex flex-col gap-1 px-3 py-2">
      <span className="flex flex-wrap items-baseline justify-between gap-x-4">
        <Link href={`/groups/${group.id}`} className="min-w-0 break-words rounded-xs font-medium hover:underline">
          {group.name}
        </Link>
        <span className="text-muted-foreground">
          {!group.enabled
            ? t("groupOff")
            : group.calls === 0
              ? t("noCalls")
              : t("share", { share: format.percentShort(group.served / group.calls), calls: group.calls })}
        </span>
      </span>
      {takesOver === null ? (
        <span className="text-danger">{t("nobody")}</span>
      ) : (
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted-foreground">
          {t("takesOver", { priority: takesOver.priority })}
          {takesOver.members.slice(0, shownMembers).map(({ id, name, provider, state }) => (
            <span key={id} className="inline-flex min-w-0 flex-wrap items-center gap-1.5 text-foreground">
              <span className="min-w-0 break-all">
                {provider}/{name}
              </span>
              {state !== null && state !== "ready" && <LiveStateBadge state={state} />}
            </span>
          ))}
          {takesOver.members.length > shownMembers && (
            <span>{t("moreMembers", { count: takesOver.members.length - shownMembers })}</span>
          )}
        </span>
      )}
    </li>
  );
}
