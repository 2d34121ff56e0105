import type { DemoFault, DemoFaultKind } from "./types.ts";

export type DemoFaults = {
  /** What waits to be used, in the order it was asked for. */
  list(): DemoFault[];
  /** Orders it; the same of the same model replaces what waited. */
  order(fault: DemoFault): void;
  cancel(fault: Pick<DemoFault, "model" | "kind">): void;
  /** What waits for this call, which uses it up; null = nothing. */
  take(model: string, kind: DemoFaultKind): DemoFault | null;
};

/** Faults of the demo provider, for training. Kept in memory: a restart forgets them. */
export function createDemoFaults(): DemoFaults {
  const waiting = new Map<string, DemoFault>();
  const keyOf = ({ model, kind }: Pick<DemoFault, "model" | "kind">) => `${kind} ${model}`;
  return {
    list: () => [...waiting.values()],
    order(fault) {
      waiting.delete(keyOf(fault));
      waiting.set(keyOf(fault), fault);
    },
    cancel: (fault) => void waiting.delete(keyOf(fault)),
    take(model, kind) {
      const fault = waiting.get(keyOf({ model, kind })) ?? null;
      waiting.delete(keyOf({ model, kind }));
      return fault;
    },
  };
}
