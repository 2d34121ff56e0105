"use client";

import { Popover } from "@base-ui/react/popover";
import { Columns3 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
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
    <Popover.Root defaultOpen>
      <Popover.Trigger
        render={
          <Button size="compact" icon={Columns3}>
            {t("columns")}
          </Button>
        }
      />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" collisionPadding={8} className="z-50 outline-none">
          <Popover.Popup
            aria-label={t("columns")}
            className="flex max-h-(--available-height) min-w-52 flex-col overflow-y-auto rounded-card border bg-popover p-1 shadow-popover outline-none"
          >
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
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
