"use client";

import { Meter } from "@base-ui/react/meter";
import type { ReactNode } from "react";
import type { UsageState } from "../usage-state";
import { cn } from "./cn";

const fills: Record<UsageState, string> = {
  fine: "bg-primary",
  near: "bg-state-degraded",
  over: "bg-state-down",
};

/**
 * How much of an allowance is used: name and amounts in words, and a thin bar. The bar is filled by what is used.
 * Without `share` there is no allowance, and so no bar.
 */
export function UsageBar({
  name,
  amounts,
  share,
  state = "fine",
  note,
  className,
}: {
  name: ReactNode;
  /** "$3.20 of $5.00". */
  amounts: string;
  /** Used over allowed; more than 1 fills the bar. */
  share?: number;
  state?: UsageState;
  /** Beside the name or under it, for instance when the allowance begins anew. */
  note?: ReactNode;
  className?: string;
}) {
  const words = (
    <span
      className={cn("ms-auto whitespace-nowrap", state === "near" && "text-warning", state === "over" && "text-danger")}
    >
      {amounts}
    </span>
  );
  const noteText = note && <span className="font-normal text-muted-foreground text-caption">{note}</span>;
  if (share === undefined) {
    return (
      <div className={cn("flex min-w-0 flex-wrap items-baseline justify-between gap-x-3 text-small", className)}>
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-1.5">
          {name}
          {noteText}
        </span>
        {words}
      </div>
    );
  }
  return (
    <Meter.Root
      value={Math.round(Math.min(1, Math.max(0, share)) * 100)}
      aria-valuetext={amounts}
      className={cn("flex min-w-0 flex-col gap-1 text-small", className)}
    >
      <span className="flex min-w-0 items-baseline justify-between gap-x-3">
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-1.5">
          <Meter.Label render={<span />}>{name}</Meter.Label>
          {noteText}
        </span>
        {words}
      </span>
      <Meter.Track className="h-1 overflow-hidden rounded-full bg-muted ring-1 ring-border ring-inset forced-colors:border">
        <Meter.Indicator className={cn("rounded-full forced-colors:bg-[CanvasText]", fills[state])} />
      </Meter.Track>
    </Meter.Root>
  );
}
