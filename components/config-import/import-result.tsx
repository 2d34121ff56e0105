"use client";

import { CircleCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import type { ImportReport } from "@/lib/schemas/import";
import { ChangeList } from "./change-list";
import { NoteList, ProblemList } from "./problem-list";

/** What an import would do, or has done: what stands against it first. */
export function ImportResult({ report }: { report: ImportReport }) {
  const t = useTranslations("configImport");
  const { format, applied, added, changed, removed, problems, notes } = report;
  const wrong = problems.some(({ severity }) => severity === "error");
  const nothing = added.length + changed.length + removed.length === 0;
  return (
    <>
      <ProblemList problems={problems} />
      <NoteList notes={notes} />
      {!wrong && (
        <Card
          flush
          title={applied ? t("result.done") : t("result.title")}
          description={format ? t("result.format", { format: t(`formats.${format}`) }) : undefined}
          actions={
            applied && (
              <Badge tone="ready" icon={CircleCheck}>
                {t("result.applied")}
              </Badge>
            )
          }
        >
          {nothing ? (
            <p className="px-4 py-3 text-muted-foreground">{t("result.nothing")}</p>
          ) : (
            <>
              <ChangeList kind="added" changes={added} />
              <ChangeList kind="changed" changes={changed} />
              <ChangeList kind="removed" changes={removed} />
            </>
          )}
        </Card>
      )}
    </>
  );
}
