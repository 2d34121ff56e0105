"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { IconButton } from "@/components/ui/button";

const pageRows = 50;

/** A page of a long list that is already here, and what turns it. A list that got shorter is shown from where it ends. */
export function usePages<Row>(rows: readonly Row[]): { shown: Row[]; pager: React.ReactNode; first: () => void } {
  const t = useTranslations("modelImport");
  const [wanted, setPage] = useState(0);
  const last = Math.max(0, Math.ceil(rows.length / pageRows) - 1);
  const page = Math.min(wanted, last);
  const from = page * pageRows;
  const shown = rows.slice(from, from + pageRows);
  const pager =
    rows.length > pageRows ? (
      <div className="flex items-center justify-end gap-2 px-4 py-2 text-muted-foreground text-small">
        <span className="tabular-nums" role="status">
          {t("rows", { from: from + 1, to: from + shown.length, total: rows.length })}
        </span>
        <IconButton icon={ChevronLeft} label={t("previous")} disabled={page === 0} onClick={() => setPage(page - 1)} />
        <IconButton icon={ChevronRight} label={t("next")} disabled={page === last} onClick={() => setPage(page + 1)} />
      </div>
    ) : null;
  return { shown, pager, first: () => setPage(0) };
}
