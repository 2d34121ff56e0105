import type { PortalMemberView } from "@/lib/schemas/portal";

/** Ids of members, place by place; those of one place share the calls. */
export type Order = readonly (readonly string[])[];

/** The places of members that stand in the order of their priority. */
export function orderOf(members: readonly Pick<PortalMemberView, "id" | "priority">[]): Order {
  const places = new Map<number, string[]>();
  for (const { id, priority } of members) places.set(priority, [...(places.get(priority) ?? []), id]);
  return [...places].toSorted(([a], [b]) => a - b).map(([, ids]) => ids);
}

export type Move = "top" | "up" | "down";

/** The place of a member, from 0 on; -1 when it has none. */
export const placeOf = (order: Order, id: string): number => order.findIndex((ids) => ids.includes(id));

/**
 * The order after one move; null where it changes nothing. Whoever moves leaves a shared place and gets one of its own;
 * all others keep what they share.
 */
export function moved(order: Order, id: string, move: Move): Order | null {
  const from = placeOf(order, id);
  if (from < 0) return null;
  const shares = (order[from]?.length ?? 0) > 1;
  const last = order.length - 1;
  if (!shares && (move === "down" ? from === last : from === 0)) return null;
  const rest = order.map((ids) => ids.filter((one) => one !== id));
  const target = { top: 0, up: shares ? from : from - 1, down: shares ? from + 1 : from + 2 }[move];
  return [...rest.slice(0, target), [id], ...rest.slice(target)].filter((ids) => ids.length > 0);
}
