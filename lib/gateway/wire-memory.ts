import type { Clock } from "./clock.ts";

/** After this long an upstream is asked again: it may have learned Responses meanwhile. */
const rememberedMs = 3_600_000;

/** Which deployments were asked for OpenAI's Responses and have none. In memory, per process. */
export class WireMemory {
  readonly #clock: Clock;
  /** Deployment → monotonic end of the memory. */
  readonly #lacking = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  noteNoResponses(deploymentId: string): void {
    this.#lacking.set(deploymentId, this.#clock.monotonic() + rememberedMs);
  }

  lacksResponses(deploymentId: string): boolean {
    const until = this.#lacking.get(deploymentId);
    return until !== undefined && this.#clock.monotonic() < until;
  }

  forget(deploymentId: string): void {
    this.#lacking.delete(deploymentId);
  }

  /** Forgets what no longer exists or is no longer true. */
  prune(exists: (deploymentId: string) => boolean): void {
    const now = this.#clock.monotonic();
    for (const [id, until] of this.#lacking) if (until <= now || !exists(id)) this.#lacking.delete(id);
  }
}
