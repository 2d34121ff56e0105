"use client";

import { useTranslations } from "next-intl";
import { type MouseEvent, type ReactNode, useId } from "react";
import { cn } from "./cn";
import { FieldContext } from "./field-control";

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

/** Label, control, hint and error as one: the control finds its ids and `aria-*` in the context. */
export function Field({ label, hint, error, optional, inline, hideLabel, className, children }: FieldProps) {
  const t = useTranslations("common");
  const id = useId();
  const [labelId, hintId, errorId] = [`${id}-label`, `${id}-hint`, `${id}-error`];
  const invalid = error !== undefined && error !== null && error !== "";
  const notes = [hint ? hintId : "", invalid ? errorId : ""].filter((one) => one !== "").join(" ");
  const named = (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a key presses the control, never its name
    <label
      id={labelId}
      htmlFor={id}
      onClick={focusList}
      className={cn("font-medium text-body", hideLabel && "sr-only", inline && "cursor-pointer")}
    >
      {label}
      {optional && " "}
      {optional && <span className="font-normal text-muted-foreground text-small">{t("optional")}</span>}
    </label>
  );
  const control = (
    <FieldContext value={{ controlId: id, labelId, notes: notes === "" ? undefined : notes, invalid }}>
      {children}
    </FieldContext>
  );
  const noted = (
    <>
      {hint && (
        <p id={hintId} className="text-muted-foreground text-small">
          {hint}
        </p>
      )}
      {invalid && (
        <div id={errorId} className="text-danger text-small">
          {error}
        </div>
      )}
    </>
  );
  if (inline) {
    return (
      <div className={cn("flex items-start gap-3", className)}>
        <span className="flex h-5 shrink-0 items-center">{control}</span>
        <div className="flex min-w-0 flex-col gap-0.5">
          {named}
          {noted}
        </div>
      </div>
    );
  }
  return (
    <div className={cn("flex min-w-0 flex-col gap-1.5", className)}>
      {named}
      {control}
      {noted}
    </div>
  );
}

/** A press on the name of a list to choose from goes to the list; it does not open it. */
function focusList(event: MouseEvent<HTMLLabelElement>) {
  const { control } = event.currentTarget;
  if (!(control instanceof HTMLButtonElement)) return;
  event.preventDefault();
  control.focus();
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
