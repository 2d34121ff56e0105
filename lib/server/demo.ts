import { readDemo, restoreDemo } from "../db/demo.ts";
import { createKey } from "../db/keys.ts";
import { SluiceError } from "../errors.ts";
import type { DemoFaultInput, DemoFaultsView, DemoView } from "../schemas/demo.ts";
import type { KeyWithSecret } from "../schemas/keys.ts";
import type { Caller } from "./caller.ts";
import { control, environment, masterKey } from "./runtime.ts";

const keyLifetimeMs = 24 * 3_600_000;
const keyRequestsPerMinute = 60;

/** The demo as it is: its parts, who uses it, and the faults that wait. */
export async function demoView(): Promise<DemoView> {
  const demo = await readDemo();
  if (demo === null) return { state: environment().demo ? "removed" : "off", demo: null, faults: [] };
  return { state: "present", demo, faults: await control().demoFaults() };
}

/** @throws SluiceError `conflict` (DEMO=off, there already, or a name is taken) */
export async function bringDemoBack(caller: Caller): Promise<DemoView> {
  if (!environment().demo) throw new SluiceError("conflict", "The variable DEMO=off keeps the demo away.");
  await restoreDemo(caller.actor);
  return await demoView();
}

async function presentDemo() {
  const demo = await readDemo();
  if (demo === null) throw new SluiceError("not_found", "There is no demo.");
  return demo;
}

/**
 * The key of a first request: for the demo group alone, 24 h, 60 requests a minute. The demo then plays its rescue from
 * the beginning, so that every first call sees the same three attempts.
 * @throws SluiceError `not_found`
 */
export async function createDemoKey(name: string, caller: Caller): Promise<KeyWithSecret> {
  const { group } = await presentDemo();
  if (group === null) throw new SluiceError("not_found", "The demo has no group.");
  const key = await createKey(
    {
      ...{ name, groups: [group] },
      expiresAt: Date.now() + keyLifetimeMs,
      limits: { rpm: keyRequestsPerMinute },
    },
    { actor: caller.actor, masterKey: masterKey(), timeZone: environment().timeZone },
  );
  await control().rewindDemo();
  return key;
}

/** Orders a fault for the next call of a model of the demo, or takes it back. @throws SluiceError `not_found` */
export async function orderDemoFault({ text, ...input }: DemoFaultInput): Promise<DemoFaultsView> {
  const { models } = await presentDemo();
  if (!models.includes(input.model))
    throw new SluiceError("not_found", "The demo has no such model.", { param: "model" });
  return { faults: await control().orderDemoFault({ ...input, text: input.kind === "text" ? (text ?? null) : null }) };
}
