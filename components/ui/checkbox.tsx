"use client";

import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check, Minus } from "lucide-react";
import { cn } from "./cn";
import { useFieldLabel } from "./field-label";

export type CheckboxProps = {
  checked: boolean;
  indeterminate?: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
  id?: string;
  name?: string;
  value?: string;
  "aria-label"?: string;
  className?: string;
};

export function Checkbox({ className, indeterminate, ...props }: CheckboxProps) {
  const labelId = useFieldLabel(props["aria-label"]);
  return (
    <Base.Root
      {...props}
      aria-labelledby={labelId}
      indeterminate={indeterminate}
      className={cn(
        "relative inline-flex size-4 shrink-0 cursor-pointer items-center justify-center rounded-xs border border-input bg-card after:absolute after:-inset-2 data-checked:border-primary data-indeterminate:border-primary data-checked:bg-primary data-indeterminate:bg-primary data-checked:text-primary-foreground data-indeterminate:text-primary-foreground data-disabled:cursor-not-allowed data-disabled:opacity-50 touch:size-5 touch:after:-inset-3",
        className,
      )}
    >
      <Base.Indicator className="flex">
        {indeterminate ? (
          <Minus aria-hidden className="size-3.5" strokeWidth={2.5} />
        ) : (
          <Check aria-hidden className="size-3.5" strokeWidth={2.5} />
        )}
      </Base.Indicator>
    </Base.Root>
  );
}
