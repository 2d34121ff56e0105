"use client";

import { Check, Minus } from "lucide-react";
import { cn } from "./cn";
import { useFieldControl } from "./field-control";

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

export function Checkbox({ className, indeterminate = false, onCheckedChange, ...props }: CheckboxProps) {
  const control = useFieldControl({ id: props.id, label: props["aria-label"] });
  const Glyph = indeterminate ? Minus : Check;
  return (
    <span className={cn("relative inline-flex size-4 shrink-0 align-middle touch:size-5", className)}>
      <input
        type="checkbox"
        {...props}
        {...control}
        ref={(input) => {
          if (input) input.indeterminate = indeterminate;
        }}
        onChange={(event) => onCheckedChange(event.currentTarget.checked)}
        className="peer size-full cursor-pointer appearance-none rounded-xs border border-input bg-card after:absolute after:-inset-2 checked:border-primary checked:bg-primary indeterminate:border-primary indeterminate:bg-primary disabled:cursor-not-allowed disabled:opacity-50 touch:after:-inset-3"
      />
      <Glyph
        aria-hidden
        className="pointer-events-none invisible absolute inset-0 m-auto size-3.5 text-primary-foreground peer-checked:visible peer-indeterminate:visible forced-colors:text-[CanvasText]"
        strokeWidth={2.5}
      />
    </span>
  );
}
