import { z } from "zod";
import { type DemoFault, type DemoTurn, demoFaultKinds } from "../gateway/types.ts";
import { nameText } from "./common.ts";
import { problem } from "./problems.ts";

/** A fault for the next call of a model of the demo: `fail` with 503, `delay` by 5 s, or answer with `text`. */
export const DemoFaultInput = z
  .strictObject({
    model: z.string().trim().min(1).max(200),
    kind: z.enum(demoFaultKinds),
    text: z.string().trim().min(1).max(2000).optional(),
    /** False takes it back. */
    active: z.boolean().default(true),
  })
  .superRefine(({ kind, text, active }, context) => {
    if (kind === "text" && active && text === undefined)
      context.addIssue({ ...problem("required", "Say which text."), path: ["text"] });
  });
export type DemoFaultInput = z.infer<typeof DemoFaultInput>;

export const DemoKeyInput = z.strictObject({ name: nameText() });
export const DemoTurnsQuery = z.strictObject({ key: z.string().min(1).max(100) });

/** What belongs to the demo and who uses it. */
export type DemoParts = {
  provider: { id: string; name: string };
  models: string[];
  /** The group of the first request; null where somebody took it apart. */
  group: string | null;
  /** Groups that go with the demo, and groups that would go on without its deployments. */
  groups: string[];
  losing: string[];
  keywords: number;
  /** Keys that may use nothing else. They stay, without a group. */
  keys: number;
  calls24h: number;
};

export type DemoView = {
  /** `off`: the variable DEMO keeps it away. */
  state: "present" | "removed" | "off";
  demo: DemoParts | null;
  faults: DemoFault[];
};

export type DemoFaultsView = { faults: DemoFault[] };
export type DemoTurnsView = { turns: DemoTurn[] };
