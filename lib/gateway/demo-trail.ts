import type { CallTurn } from "./gateway-request.ts";
import type { DemoTurn } from "./types.ts";

/** Calls are remembered this long after their last turn: the first call of a newcomer is over by then. */
const keptMs = 60_000;
const keptMost = 50;

/** Follows the turns of calls to the demo, for whoever watches one being rescued. Other calls cost a look-up. */
export function createDemoTrail(isDemo: (provider: string) => boolean, now: () => number) {
  const trails = new Map<string, DemoTurn[]>();
  return {
    turn({ requestId, provider, deployment, from }: CallTurn): void {
      const trail = trails.get(requestId);
      if (!trail && !isDemo(provider)) return;
      const startedAt = now();
      const last = trail?.at(-1);
      if (last) Object.assign(last, { endedAt: startedAt, reason: from?.reason ?? null });
      const turns = [...(trail ?? []), { deployment, provider, startedAt, endedAt: null, reason: null }];
      trails.delete(requestId);
      trails.set(requestId, turns);
      for (const [id, old] of trails) {
        if (trails.size <= keptMost && (old.at(-1)?.startedAt ?? 0) > startedAt - keptMs) break;
        trails.delete(id);
      }
    },
    of: (requestId: string): DemoTurn[] => trails.get(requestId) ?? [],
  };
}

export type DemoTrail = ReturnType<typeof createDemoTrail>;
