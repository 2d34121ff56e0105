import { logger } from "../logger.ts";
import type { GatewayStatus } from "../schemas/gateway-status.ts";
import { control } from "./runtime.ts";

/** Longer than any healthy data plane takes, shorter than a reader waits for a page. */
const answerWithinMs = 3_000;
/** Every open console asks; the data plane is asked once. */
const keepMs = 2_000;

const place = Symbol.for("sluice.gateway-status");
type Slot = {
  heardAtMs: number | null;
  silent: boolean;
  asked: { atMs: number; answer: Promise<GatewayStatus> } | null;
};
const slots = globalThis as typeof globalThis & { [place]?: Slot };

/** How the data plane is, at most two seconds old. Never throws: a data plane that cannot be asked is an answer too. */
export function gatewayStatus(nowMs: number = Date.now()): Promise<GatewayStatus> {
  slots[place] ??= { heardAtMs: null, silent: false, asked: null };
  const slot = slots[place];
  if (slot.asked === null || nowMs - slot.asked.atMs > keepMs) slot.asked = { atMs: nowMs, answer: ask(slot) };
  return slot.asked.answer;
}

async function ask(slot: Slot): Promise<GatewayStatus> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${answerWithinMs} ms`)), answerWithinMs);
  });
  try {
    const [status, states] = await Promise.race([Promise.all([control().status(), control().states()]), tooLate]);
    slot.heardAtMs = Date.now();
    slot.silent = false;
    const openCircuits = states.filter(({ state }) => state === "circuit_open" || state === "half_open").length;
    return { answering: true, heardAt: new Date(slot.heardAtMs).toISOString(), ...status, openCircuits };
  } catch (error) {
    if (!slot.silent) logger().warn({ err: error }, "the data plane does not say how it is");
    slot.silent = true;
    const heardAt = slot.heardAtMs === null ? null : new Date(slot.heardAtMs).toISOString();
    return { answering: false, heardAt, ready: false };
  } finally {
    clearTimeout(timer);
  }
}

/** Asks anew, as after two seconds; `all` also forgets when the data plane was heard of. For tests. */
export function forgetGatewayStatus({ all = false } = {}): void {
  if (all) slots[place] = undefined;
  else if (slots[place]) slots[place].asked = null;
}
