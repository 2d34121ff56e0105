"use client";

import { Switch as Base } from "@base-ui/react/switch";
import { cn } from "./cn";
import { useFieldLabel } from "./field-label";

export type SwitchProps = {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
  id?: string;
  name?: string;
  /** Needed when no Field names the switch. */
  "aria-label"?: string;
  className?: string;
};

/** On or off, effective at once or with the form. The thumb's place and the label carry the state, not colour alone. */
export function Switch({ className, ...props }: SwitchProps) {
  const labelId = useFieldLabel(props["aria-label"]);
  return (
    <Base.Root
      {...props}
      aria-labelledby={labelId}
      className={cn(
        "relative inline-flex h-5 w-9 shrink-0 cursor-pointer items-center rounded-full border border-input bg-muted transition-colors after:absolute after:inset-x-0 after:-inset-y-2 data-checked:border-primary data-checked:bg-primary data-disabled:cursor-not-allowed data-disabled:opacity-50 touch:after:-inset-y-3",
        className,
      )}
    >
      <Base.Thumb className="size-3.5 translate-x-0.5 rounded-full bg-input transition-transform data-checked:translate-x-[1.125rem] data-checked:bg-primary-foreground" />
    </Base.Root>
  );
}
