import type { Environment } from "../env.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Control } from "./control.ts";

/** What one process has exactly once. The console process has no gateway of its own, only the control of one. */
export type Runtime = {
  environment: Environment;
  masterKey: Buffer;
  control: Control;
  /** Present where this process serves /api/v1 itself. */
  gateway: Gateway | null;
};

/** On globalThis, because Next loads its own copy of this module beside the server's. */
const slotKey = Symbol.for("sluice.runtime");
const slot = globalThis as typeof globalThis & { [slotKey]?: Runtime };

/** Throws until the process has been set up by server.ts or instrumentation.ts. */
export function runtime(): Runtime {
  const current = slot[slotKey];
  if (!current) throw new Error("The runtime has not been started.");
  return current;
}

export function setRuntime(value: Runtime | undefined): void {
  if (value) slot[slotKey] = value;
  else delete slot[slotKey];
}

/** Tests put a runtime of their own in place, in parts. */
export const setRuntimeForTests = (value: Partial<Runtime> | undefined): void =>
  setRuntime(value as Runtime | undefined);

export const hasRuntime = (): boolean => slot[slotKey] !== undefined;
export const control = (): Control => runtime().control;
export const masterKey = (): Buffer => runtime().masterKey;
export const environment = (): Environment => runtime().environment;
