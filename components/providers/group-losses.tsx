"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useErrorText } from "@/components/api-client";
import { Skeleton } from "@/components/ui/skeleton";
import { blastRadius, type GroupLoss } from "./provider-state";
import { useGroups } from "./use-providers";

/** What the groups lose when these deployments go; null while that is not known. */
export function useGroupLosses(
  deploymentIds: readonly string[],
  enabled: boolean,
): { losses: GroupLoss[] | null; error: Error | null } {
  const groups = useGroups(enabled);
  return {
    losses: groups.data ? blastRadius(groups.data.items, new Set(deploymentIds)) : null,
    error: groups.error,
  };
}

/** The blast radius of a disable or a delete, group by group. */
export function GroupLosses({ losses, error }: { losses: GroupLoss[] | null; error: Error | null }) {
  const t = useTranslations("providers.radius");
  const errorText = useErrorText();
  if (error) return <p className="text-danger text-small">{errorText(error)}</p>;
  if (losses === null) {
    return (
      <div role="status" aria-label={t("loading")}>
        <Skeleton className="h-5" />
      </div>
    );
  }
  if (losses.length === 0) return null;
  return (
    <ul aria-label={t("label")} className="flex flex-col divide-y rounded-card border">
      {losses.map((loss) => (
        <li key={loss.id} className="flex flex-wrap items-baseline justify-between gap-x-4 px-3 py-2 text-small">
          <Link href={`/groups/${loss.id}`} className="rounded-xs font-medium hover:underline">
            {loss.name}
          </Link>
          <span className={loss.left === 0 ? "text-danger" : "text-muted-foreground"}>
            {t("left", { left: loss.left })}
          </span>
        </li>
      ))}
    </ul>
  );
}
