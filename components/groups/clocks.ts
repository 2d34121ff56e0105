import type { Timeouts } from "@/lib/schemas/timeouts";

/** Clocks of one attempt; `totalMs` is of the whole call and has no value of providers. */
export const groupClocks = ["connectMs", "firstTokenMs", "firstByteMs", "idleMs", "totalMs"] as const;
export type GroupClock = (typeof groupClocks)[number];

/** What groups inherit: the values of the instance, and those of providers that have their own. In milliseconds. */
export type InheritedClocks = {
  instance: Record<GroupClock | "totalStreamMs", number>;
  providers: readonly { id: string; name: string; timeouts: Timeouts }[];
};

export type ClockLine = {
  clock: GroupClock;
  instance: number;
  /** Providers of members with a value of their own. */
  providers: { name: string; ms: number }[];
  group: number | null;
  /** The shortest and the longest that holds for a member. */
  effective: { least: number; most: number };
};

/**
 * What holds in the end, clock by clock: a provider's value replaces the instance's, and the group can only shorten it;
 * the whole call has the group's, else the instance's (streams have one of their own).
 */
export function clockLines(
  inherited: InheritedClocks,
  providerIds: readonly string[],
  timeouts: Timeouts,
): ClockLine[] {
  const used = inherited.providers.filter(({ id }) => providerIds.includes(id));
  return groupClocks.map((clock) => {
    const instance = inherited.instance[clock];
    const group = timeouts[clock] ?? null;
    if (clock === "totalMs") {
      const streams = group ?? inherited.instance.totalStreamMs;
      const effective = { least: Math.min(group ?? instance, streams), most: Math.max(group ?? instance, streams) };
      return { clock, instance, providers: [], group, effective };
    }
    const providers = used.flatMap(({ name, timeouts: own }) => {
      const ms = own[clock];
      return ms === undefined ? [] : [{ name, ms }];
    });
    const bases = [...providers.map(({ ms }) => ms), ...(providers.length < providerIds.length ? [instance] : [])];
    const all = (bases.length > 0 ? bases : [instance]).map((ms) => (group === null ? ms : Math.min(ms, group)));
    return { clock, instance, providers, group, effective: { least: Math.min(...all), most: Math.max(...all) } };
  });
}
