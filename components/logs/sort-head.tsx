"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "../ui/cn";
import { Th } from "../ui/table";

/** The head of a column that sorts the list: largest or newest first, then the other way round. */
export function SortHead({
  name,
  sort,
  align = "start",
  onSort,
  children,
}: {
  name: string;
  /** `-at`: by time, newest first. */
  sort: string;
  align?: "start" | "end";
  onSort: (sort: string) => void;
  children: ReactNode;
}) {
  const t = useTranslations("logs");
  const down = sort === `-${name}`;
  const up = sort === name;
  const Icon = up ? ArrowUp : ArrowDown;
  return (
    <Th align={align} aria-sort={down ? "descending" : up ? "ascending" : "none"} className="2xl:whitespace-nowrap">
      <button
        type="button"
        title={t("sortBy")}
        onClick={() => onSort(down ? name : `-${name}`)}
        className={cn(
          "inline-flex items-center gap-1 rounded-xs align-middle hover:text-foreground",
          align === "end" && "flex-row-reverse",
          (down || up) && "text-foreground",
        )}
      >
        {children}
        <Icon aria-hidden className={cn("size-3", !(down || up) && "opacity-0")} />
      </button>
    </Th>
  );
}
