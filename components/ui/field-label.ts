"use client";

import { createContext, useContext } from "react";

/**
 * Id of the label a control stands under. The primitives connect the two once scripts run; with this the page as it is
 * sent has the name, too.
 */
export const FieldLabelId = createContext<string | undefined>(undefined);

/** `aria-labelledby` for a control that has no name of its own. */
export function useFieldLabel(ownLabel: string | undefined): string | undefined {
  const id = useContext(FieldLabelId);
  return ownLabel === undefined ? id : undefined;
}
