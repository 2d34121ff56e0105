"use client";

import { cn } from "./cn";
import { useFieldControl } from "./field-control";

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
export function Switch({ className, onCheckedChange, ...props }: SwitchProps) {
  const control = useFieldControl({ id: props.id, label: props["aria-label"] });
  return (
    <span className={cn("relative inline-flex h-5 w-9 shrink-0 items-center align-middle", className)}>
      <input
        type="checkbox"
        role="switch"
        {...props}
        {...control}
        aria-checked={props.checked}
        onChange={(event) => onCheckedChange(event.currentTarget.checked)}
        className="peer size-full cursor-pointer appearance-none rounded-full border border-input bg-muted transition-colors after:absolute after:inset-x-0 after:-inset-y-2 checked:border-primary checked:bg-primary disabled:cursor-not-allowed disabled:opacity-50 touch:after:-inset-x-[5px] touch:after:-inset-y-[13px]"
      />
      <span
        aria-hidden
        className="pointer-events-none absolute start-0.5 size-3.5 translate-x-px rounded-full bg-input transition-transform peer-checked:translate-x-[1.0625rem] peer-checked:bg-primary-foreground peer-disabled:opacity-50 forced-colors:bg-[ButtonText]"
      />
    </span>
  );
}
