import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

/**
 * A table on wide screens, a list of cards below 768 px. Give every Td a `label`: it is the caption of the value on a
 * card. Order of the data is the same in both.
 */
export function Table({ label, className, children, ...props }: ComponentProps<"table"> & { label: string }) {
  return (
    <div className="relative min-w-0 md:overflow-x-auto">
      <table
        {...props}
        aria-label={label}
        className={cn("block w-full border-collapse text-small md:table", className)}
      >
        {children}
      </table>
    </div>
  );
}

export function Thead({ children }: { children: ReactNode }) {
  return (
    <thead className="sr-only md:not-sr-only md:table-header-group">
      <tr className="md:table-row">{children}</tr>
    </thead>
  );
}

export function Th({
  align = "start",
  className,
  children,
  ...props
}: Omit<ComponentProps<"th">, "align"> & { align?: "start" | "end" }) {
  return (
    <th
      scope="col"
      {...props}
      className={cn(
        "sticky top-(--sticky-top) z-10 h-9 break-keep border-b bg-card px-3 text-caption text-muted-foreground first:ps-4 last:pe-4",
        align === "end" ? "text-end" : "text-start",
        className,
      )}
    >
      {children}
    </th>
  );
}

export function Tbody({ children, ...props }: ComponentProps<"tbody">) {
  return (
    <tbody {...props} className="block divide-y md:table-row-group">
      {children}
    </tbody>
  );
}

/** `density` compact = 36 px, default = 44 px; 32 and 36 for readers who chose compact rows. `muted` for rows that are switched off. */
export function Tr({
  density = "default",
  muted,
  className,
  children,
  ...props
}: ComponentProps<"tr"> & { density?: "compact" | "default"; muted?: boolean }) {
  return (
    <tr
      {...props}
      className={cn(
        "group relative block px-4 py-2 transition-colors md:table-row md:p-0 md:hover:bg-muted/60 md:aria-selected:bg-accent",
        density === "compact" ? "md:h-(--row-height-dense)" : "md:h-(--row-height)",
        muted && "text-muted-foreground",
        className,
      )}
    >
      {children}
    </tr>
  );
}

export function Td({
  label,
  align = "start",
  primary,
  className,
  children,
  ...props
}: Omit<ComponentProps<"td">, "align"> & {
  /** The column's name, shown beside the value on phones. Leave it out for the name and for actions. */
  label?: ReactNode;
  align?: "start" | "end";
  /** The cell that names the row. */
  primary?: boolean;
}) {
  return (
    <td
      {...props}
      className={cn(
        "flex min-h-7 items-center justify-between gap-4 md:table-cell md:px-3 md:py-(--cell-padding) md:align-middle md:last:pe-4 md:first:ps-4",
        align === "end" && "tabular-nums slashed-zero md:text-end",
        align === "end" && label === undefined && "justify-end",
        primary && "font-medium text-body md:text-small",
        className,
      )}
    >
      {label !== undefined && (
        <span aria-hidden className="shrink-0 text-caption text-muted-foreground md:hidden">
          {label}
        </span>
      )}
      {children}
    </td>
  );
}
