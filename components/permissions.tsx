"use client";

import { createContext, type ReactNode, useCallback, useContext } from "react";
import type { Permission } from "@/lib/schemas/roles";

const Granted = createContext<readonly Permission[]>([]);

/** Tells everything below it what the signed-in person may do. The server decides again on every request. */
export function Permissions({ granted, children }: { granted: readonly Permission[]; children: ReactNode }) {
  return <Granted value={granted}>{children}</Granted>;
}

/** `may("write")`: an action that is refused anyway is not shown. */
export function useMay(): (permission: Permission) => boolean {
  const granted = useContext(Granted);
  return useCallback((permission) => granted.includes(permission), [granted]);
}
