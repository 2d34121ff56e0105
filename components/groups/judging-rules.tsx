"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Page } from "@/lib/schemas/common";
import type { FailKeywordView } from "@/lib/schemas/fail-keywords";
import type { GroupView } from "@/lib/schemas/groups";
import { api } from "../api-client";
import { keywordsKey, keywordsPath } from "../fail-keywords/api";
import { useRuleWords } from "../fail-keywords/rule-words";
import { QueryError } from "../query-error";
import { Badge } from "../ui/badge";
import { rulesFor } from "./rules-for";

/** The fail rules that would judge what the members of a group answer, in their order. They decide after the route does. */
export function JudgingRules({ group }: { group: GroupView }) {
  const t = useTranslations("groups.simulate");
  const rule = useTranslations("failKeywords");
  const words = useRuleWords();
  const rules = useQuery({
    queryKey: [...keywordsKey, "enabled"],
    queryFn: () => api.get<Page<FailKeywordView>>(`${keywordsPath}?enabled=true&limit=500`),
  });
  if (rules.isError)
    return (
      <div className="border-t p-4">
        <QueryError query={rules} />
      </div>
    );
  if (!rules.data) return null;
  const judging = rulesFor(group, rules.data.items);
  return (
    <section className="flex flex-col gap-2 border-t p-4">
      <h3 className="font-medium">{t("rules", { count: judging.length })}</h3>
      <p className="text-muted-foreground text-small">{t(judging.length > 0 ? "rulesHint" : "noRules")}</p>
      {judging.length > 0 && (
        <ol aria-label={t("rules", { count: judging.length })} className="divide-y rounded-card border">
          {judging.map((one, place) => (
            <li key={one.id} className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-small">
              <span className="w-5 text-right text-muted-foreground tabular-nums">{place + 1}</span>
              <Link
                href={`/fail-keywords?q=${encodeURIComponent(one.id)}`}
                className="min-w-0 flex-1 basis-40 break-words text-primary hover:underline"
              >
                {words(one)}
              </Link>
              <span className="break-words text-muted-foreground">{one.targetName ?? rule("scope.all")}</span>
              <Badge tone="neutral" icon={false}>
                {rule(`verdict.${one.verdict}`)}
              </Badge>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
