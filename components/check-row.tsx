"use client";

import { type ReactNode, useId } from "react";
import { Checkbox } from "./ui/checkbox";
import { cn } from "./ui/cn";

/** A line of a list to choose from: the whole line is the label of its checkbox. */
export function CheckRow({
  checked,
  indeterminate,
  disabled,
  onCheckedChange,
  className,
  children,
}: {
  checked: boolean;
  indeterminate?: boolean;
  disabled?: boolean;
  onCheckedChange: (checked: boolean) => void;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <div className={cn("flex min-h-9 items-center gap-2.5 px-3 touch:min-h-11", className)}>
      <Checkbox
        id={id}
        checked={checked}
        indeterminate={indeterminate}
        disabled={disabled}
        onCheckedChange={onCheckedChange}
      />
      <label
        htmlFor={id}
        className={cn(
          "flex min-w-0 flex-1 items-center gap-2.5 py-1.5",
          disabled ? "text-muted-foreground" : "cursor-pointer",
        )}
      >
        {children}
      </label>
    </div>
  );
}
