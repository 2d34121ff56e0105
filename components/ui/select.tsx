"use client";

import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "./cn";

export type SelectOption<Value extends string> = {
  value: Value;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
};

export type SelectProps<Value extends string> = {
  options: readonly SelectOption<Value>[];
  value: Value | null;
  onValueChange: (value: Value) => void;
  placeholder?: string;
  id?: string;
  name?: string;
  disabled?: boolean;
  required?: boolean;
  size?: "default" | "compact";
  "aria-label"?: string;
  className?: string;
};

/** One of a list. Type-ahead, arrows and Escape come from the primitive. */
export function Select<Value extends string>({
  options,
  placeholder,
  size = "default",
  className,
  onValueChange,
  "aria-label": ariaLabel,
  ...props
}: SelectProps<Value>) {
  const t = useTranslations("common");
  return (
    <Base.Root
      {...props}
      items={options.map(({ value, label }) => ({ value, label }))}
      onValueChange={(value: Value | null) => {
        if (value !== null) onValueChange(value);
      }}
    >
      <Base.Trigger
        aria-label={ariaLabel}
        className={cn(
          "flex w-full min-w-0 items-center justify-between gap-2 rounded-control border border-input bg-card px-3 text-start text-body transition-colors hover:bg-muted data-disabled:cursor-not-allowed data-invalid:border-danger data-popup-open:bg-muted data-disabled:opacity-60",
          size === "compact" ? "h-8 text-small touch:h-11" : "h-(--control-height)",
          className,
        )}
      >
        <Base.Value
          className="min-w-0 truncate data-placeholder:text-muted-foreground"
          placeholder={placeholder ?? t("choose")}
        />
        <Base.Icon>
          <ChevronDown aria-hidden className="size-4 text-muted-foreground" strokeWidth={1.75} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup className="max-h-(--available-height) min-w-(--anchor-width) max-w-(--available-width) overflow-y-auto rounded-card border bg-popover p-1 text-foreground shadow-popover transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className="flex min-h-8 cursor-default select-none items-start gap-2 rounded-control px-2 py-1.5 text-body outline-none data-disabled:opacity-50 data-highlighted:bg-accent data-highlighted:text-accent-foreground touch:min-h-11 touch:items-center"
              >
                <span className="flex h-5 w-4 shrink-0 items-center">
                  <Base.ItemIndicator>
                    <Check aria-hidden className="size-4" />
                  </Base.ItemIndicator>
                </span>
                <span className="flex min-w-0 flex-col">
                  <Base.ItemText>{option.label}</Base.ItemText>
                  {option.hint && <span className="text-muted-foreground text-small">{option.hint}</span>}
                </span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
