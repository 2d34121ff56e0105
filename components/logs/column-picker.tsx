"use client";

import { Columns3 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { Popover } from "../ui/popover";
import { defaultColumns, type LogColumn, logColumns } from "./columns";

/** Chooses the columns of the table. */
export function ColumnPicker({
  columns,
  onChange,
}: {
  columns: readonly LogColumn[];
  onChange: (columns: readonly LogColumn[]) => void;
}) {
  const t = useTranslations("logs");
  const tColumn = useTranslations("logs.column");
  return (
    <Popover
      label={t("columns")}
      className="min-w-52 p-1"
      trigger={
        <Button size="compact" icon={Columns3}>
          {t("columns")}
        </Button>
      }
    >
      {() => (
        <>
          {logColumns.map((column) => (
            <label
              key={column}
              className="flex min-h-8 cursor-pointer items-center gap-2 rounded-control px-2 text-body hover:bg-muted touch:min-h-11"
            >
              <input
                type="checkbox"
                className="size-4 accent-primary"
                checked={columns.includes(column)}
                onChange={(event) =>
                  onChange(event.target.checked ? [...columns, column] : columns.filter((one) => one !== column))
                }
              />
              {tColumn(column)}
            </label>
          ))}
          <Button size="compact" variant="ghost" onClick={() => onChange(defaultColumns)} className="mt-1">
            {t("columnsDefault")}
          </Button>
        </>
      )}
    </Popover>
  );
}
