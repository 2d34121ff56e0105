import { logger } from "../logger.ts";

export type SharedPoll<Value> = {
  /** The listener hears the last known value at once, then each that is read. Returns what ends the subscription. */
  subscribe(listener: (value: Value) => void): () => void;
};

/**
 * Reads something again and again for however many listeners: one timer for all of them, and none while nobody listens.
 * A read that fails is logged once until one succeeds, and the listeners keep what they know.
 */
export function sharedPoll<Value>({ everyMs, read }: { everyMs: number; read(): Promise<Value> }): SharedPoll<Value> {
  const listeners = new Set<(value: Value) => void>();
  let known: { value: Value } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let round = 0;
  let failing = false;

  async function look(): Promise<void> {
    const mine = round;
    try {
      const value = await read();
      if (mine !== round) return;
      failing = false;
      known = { value };
      for (const listener of listeners) listener(value);
    } catch (error) {
      if (mine !== round) return;
      if (!failing) logger().warn({ err: error }, "what live readers follow could not be read");
      failing = true;
    }
    timer = setTimeout(look, everyMs);
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) void look();
      else if (known) listener(known.value);
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        clearTimeout(timer);
        known = null;
        failing = false;
        round++;
      };
    },
  };
}
