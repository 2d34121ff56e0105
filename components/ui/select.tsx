"use client";

import { ChevronDown } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "./cn";
import { useFieldControl } from "./field-control";
import { onDemand } from "./on-demand";
import { usePopupTrigger } from "./popup-trigger";
import type { SelectPopupProps } from "./select-popup";

const SelectPopup = onDemand<SelectPopupProps>(() => import("./select-popup").then((module) => module.SelectPopup));

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

/** One of a list. Enter, Space and the arrows open it. */
export function Select<Value extends string>({
  options,
  value,
  placeholder,
  id,
  name,
  disabled,
  required,
  size = "default",
  className,
  onValueChange,
  "aria-label": ariaLabel,
}: SelectProps<Value>) {
  const t = useTranslations("common");
  const control = useFieldControl({ id, label: ariaLabel });
  const { trigger, popup } = usePopupTrigger("listbox");
  const chosen = options.find((option) => option.value === value);
  return (
    <>
      <button
        type="button"
        role="combobox"
        {...control}
        {...trigger}
        aria-expanded={trigger["aria-expanded"]}
        aria-required={required}
        disabled={disabled}
        className={cn(
          "flex w-full min-w-0 items-center justify-between gap-2 rounded-control border border-input bg-card px-3 text-start text-body transition-colors hover:bg-muted disabled:cursor-not-allowed aria-invalid:border-danger data-popup-open:bg-muted disabled:opacity-60",
          size === "compact" ? "h-8 text-small touch:h-11" : "h-(--control-height)",
          className,
        )}
      >
        <span className={cn("min-w-0 truncate", !chosen && "text-muted-foreground")}>
          {chosen ? chosen.label : (value ?? placeholder ?? t("choose"))}
        </span>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-muted-foreground" strokeWidth={1.75} />
      </button>
      {name && <input type="hidden" name={name} value={value ?? ""} />}
      {popup && (
        <SelectPopup
          popup={popup}
          options={options}
          value={value}
          onValueChange={(next) => onValueChange(next as Value)}
        />
      )}
    </>
  );
}
