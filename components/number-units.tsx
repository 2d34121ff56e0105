"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { NumberUnits } from "@/lib/theme";

const Units = createContext<NumberUnits>("locale");

/** How the reader wants large numbers shortened, on the server and in the browser alike. */
export function NumberUnitsOfReader({ value, children }: { value: NumberUnits; children: ReactNode }) {
  return <Units value={value}>{children}</Units>;
}

export function useNumberUnits(): NumberUnits {
  return useContext(Units);
}
