"use client";

import { createContext, useContext } from "react";

export type FieldParts = {
  /** Of the control: what the label is for. */
  controlId: string;
  labelId: string;
  /** Of hint and error, as far as they are there. */
  notes: string | undefined;
  invalid: boolean;
};

/** The field a control stands in. */
export const FieldContext = createContext<FieldParts | null>(null);

/**
 * What ties a control to its field: name, hint, error and state, in the page as it is sent. A control with a `label`
 * of its own stands beside the one the field is named for, and takes none of it.
 */
export function useFieldControl({ id, label }: { id?: string; label?: string }) {
  const field = useContext(FieldContext);
  if (label !== undefined || field === null) return { id, "aria-label": label };
  return {
    id: id ?? field.controlId,
    "aria-labelledby": field.labelId,
    "aria-describedby": field.notes,
    "aria-invalid": field.invalid || undefined,
  };
}
