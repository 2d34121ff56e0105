"use client";

import { CircleCheck, CircleHelp, CircleX, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { GroupHealth } from "@/lib/schemas/attention";
import { cn } from "../ui/cn";

const namedMost = 3;

/** One sentence on whether calls can be answered now; null = the gateway could not be asked. */
export function HealthLine({ health }: { health: GroupHealth | null }) {
  const t = useTranslations("overview.health");
  const format = useFormatter();
  const listOf = (groups: readonly { name: string }[]) => {
    const names = groups.slice(0, namedMost).map(({ name }) => name);
    const more = groups.length - names.length;
    return format.list(more > 0 ? [...names, t("more", { count: more })] : names, { type: "conjunction" });
  };
  const { Icon, tone, text } = look();
  return (
    <p role="status" className="flex min-w-0 items-start gap-2 text-body">
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", tone)} strokeWidth={2} />
      <Link href="/groups" prefetch={false} className="min-w-0 break-words rounded-xs hover:underline">
        {text}
      </Link>
    </p>
  );

  function look() {
    if (health === null) return { Icon: CircleHelp, tone: "text-muted-foreground", text: t("unknown") };
    const { groups, cannotServe, reduced } = health;
    if (groups === 0) return { Icon: CircleHelp, tone: "text-muted-foreground", text: t("none") };
    if (cannotServe.length > 0) {
      const text = t("cannot", { count: cannotServe.length, groups, names: listOf(cannotServe) });
      return { Icon: CircleX, tone: "text-danger", text };
    }
    if (reduced.length > 0) {
      return {
        Icon: TriangleAlert,
        tone: "text-warning",
        text: t("reduced", { count: reduced.length, names: listOf(reduced) }),
      };
    }
    return { Icon: CircleCheck, tone: "text-success", text: t("all", { groups }) };
  }
}
