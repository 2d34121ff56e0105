"use client";

import { Download, Table2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";

/**
 * What every figure offers besides its drawing: itself as a file, and as a table. In a narrow card (an `@container`) the
 * icons stand alone, so that everything has room on the line of the title.
 */
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
  const view = asTable ? t("viewChart") : t("viewTable");
  const common = { size: "compact", variant: "ghost", className: "touch:min-w-11" } as const;
  const words = "@max-[42.5rem]:sr-only";
  return (
    <>
      <Button {...common} icon={Download} title={t("downloadCsv")} disabled={empty} onClick={onSave}>
        <span className={words}>{t("downloadCsv")}</span>
      </Button>
      <Button {...common} icon={Table2} title={view} aria-pressed={asTable} onClick={() => onAsTable(!asTable)}>
        <span className={words}>{view}</span>
      </Button>
    </>
  );
}
