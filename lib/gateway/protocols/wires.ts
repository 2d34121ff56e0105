import type { WireName } from "./conversation.ts";
import type { Wire } from "./wire.ts";

/** Every wire format by its name. */
export const wires = {} as Record<WireName, Wire>;
