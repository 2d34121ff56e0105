"use client";

import { Field as Base } from "@base-ui/react/field";
import { useTranslations } from "next-intl";
import { type ReactNode, useId } from "react";
import { cn } from "./cn";
import { FieldLabelId } from "./field-label";

export type FieldProps = {
  label: ReactNode;
  /** One line on what the value does. */
  hint?: ReactNode;
  /** A message; its presence marks the control invalid and is announced with it. */
  error?: ReactNode;
  optional?: boolean;
  /** Control beside the label (switches, checkboxes) instead of under it. */
  inline?: boolean;
  /** For controls that are several elements: the label names a group. */
  hideLabel?: boolean;
  className?: string;
  children: ReactNode;
};

/** Label, control, hint and error as one: ids and `aria-*` are wired by the primitive. */
export function Field({ label, hint, error, optional, inline, hideLabel, className, children }: FieldProps) {
  const t = useTranslations("common");
  const labelId = useId();
  const invalid = error !== undefined && error !== null && error !== "";
  const labelElement = (
    <Base.Label
      id={labelId}
      className={cn("font-medium text-body", hideLabel && "sr-only", inline && "cursor-pointer")}
    >
      {label}
      {optional && " "}
      {optional && <span className="font-normal text-muted-foreground text-small">{t("optional")}</span>}
    </Base.Label>
  );
  const notes = (
    <>
      {hint && <Base.Description className="text-muted-foreground text-small">{hint}</Base.Description>}
      {invalid && (
        <Base.Error match className="text-danger text-small">
          {error}
        </Base.Error>
      )}
    </>
  );
  if (inline) {
    return (
      <Base.Root invalid={invalid} className={cn("flex items-start gap-3", className)}>
        <span className="flex h-5 shrink-0 items-center">
          <FieldLabelId value={labelId}>{children}</FieldLabelId>
        </span>
        <div className="flex min-w-0 flex-col gap-0.5">
          {labelElement}
          {notes}
        </div>
      </Base.Root>
    );
  }
  return (
    <Base.Root invalid={invalid} className={cn("flex min-w-0 flex-col gap-1.5", className)}>
      {labelElement}
      <FieldLabelId value={labelId}>{children}</FieldLabelId>
      {notes}
    </Base.Root>
  );
}

/** A titled set of related fields. */
export function Fieldset({
  legend,
  hint,
  children,
  className,
}: {
  legend: ReactNode;
  hint?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <fieldset className={cn("flex min-w-0 flex-col gap-4", className)}>
      <legend className="mb-3 p-0 font-semibold text-heading">
        {legend}
        {hint && <p className="mt-0.5 font-normal text-muted-foreground text-small">{hint}</p>}
      </legend>
      {children}
    </fieldset>
  );
}
