"use client";

import { NumberField } from "@base-ui/react/number-field";
import { Minus, Plus } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { cn } from "./cn";
import { useFieldControl } from "./field-control";

export type NumberInputProps = {
  value: number | null;
  onValueChange: (value: number | null) => void;
  min?: number;
  max?: number;
  step?: number;
  id?: string;
  name?: string;
  required?: boolean;
  disabled?: boolean;
  placeholder?: string;
  /** Shown behind the number, for instance "ms". */
  unit?: string;
  format?: Intl.NumberFormatOptions;
  "aria-label"?: string;
  className?: string;
};

/** A number in the reader's own notation; empty is null. Arrow keys step, Shift steps by ten. */
export function NumberInput({
  unit,
  placeholder,
  className,
  step = 1,
  format,
  "aria-label": ariaLabel,
  ...props
}: NumberInputProps) {
  const t = useTranslations("common");
  const locale = useLocale();
  const { id, ...named } = useFieldControl({ id: props.id, label: ariaLabel });
  const stepper =
    "flex h-full w-8 shrink-0 items-center justify-center text-muted-foreground transition-colors hover:bg-muted hover:text-foreground disabled:opacity-40 touch:w-11";
  return (
    <NumberField.Root
      {...props}
      id={id}
      step={step}
      largeStep={step * 10}
      locale={locale}
      format={{ useGrouping: false, maximumFractionDigits: 6, ...format }}
    >
      <NumberField.Group
        className={cn(
          "flex h-(--control-height) w-full max-w-56 items-center overflow-hidden rounded-control border border-input bg-card focus-within:outline-2 focus-within:outline-ring focus-within:outline-offset-2 has-disabled:opacity-60 has-aria-invalid:border-danger",
          className,
        )}
      >
        <NumberField.Input
          {...named}
          placeholder={placeholder}
          className="h-full w-full min-w-0 bg-transparent px-3 text-end text-body outline-none touch:text-[1rem]"
        />
        {unit && <span className="shrink-0 pe-2 text-muted-foreground text-small">{unit}</span>}
        <NumberField.Decrement aria-label={t("decrease")} className={cn(stepper, "border-s")}>
          <Minus aria-hidden className="size-3.5" />
        </NumberField.Decrement>
        <NumberField.Increment aria-label={t("increase")} className={cn(stepper, "border-s")}>
          <Plus aria-hidden className="size-3.5" />
        </NumberField.Increment>
      </NumberField.Group>
    </NumberField.Root>
  );
}
