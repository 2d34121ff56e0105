"use client";

import { Download, Table2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";

/** What every figure offers besides its drawing: itself as a file, and as a table. */
export function FigureActions({
  empty,
  onSave,
  asTable,
  onAsTable,
}: {
  /** There is nothing to save. */
  empty: boolean;
  onSave: () => void;
  asTable: boolean;
  onAsTable: (asTable: boolean) => void;
}) {
  const t = useTranslations("charts");
  return (
    <>
      <Button size="compact" variant="ghost" icon={Download} disabled={empty} onClick={onSave}>
        {t("downloadCsv")}
      </Button>
      <Button size="compact" variant="ghost" icon={Table2} aria-pressed={asTable} onClick={() => onAsTable(!asTable)}>
        {asTable ? t("viewChart") : t("viewTable")}
      </Button>
    </>
  );
}
