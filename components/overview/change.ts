/** How a figure moved against the period before. `share` of the value before, or a `difference` of two shares. */
export type Change = { direction: "up" | "down" | "same"; amount: number; kind: "share" | "difference" };

/**
 * @param kind `share` for amounts (0.08 = eight per cent more than before), `difference` for values that are shares
 * themselves (0.001 = a tenth of a percentage point)
 * @returns null where there is nothing to compare with
 */
export function changeOf(now: number | null, before: number | null, kind: Change["kind"]): Change | null {
  if (now === null || before === null || (kind === "share" && before === 0)) return null;
  const amount = kind === "share" ? (now - before) / before : now - before;
  const visible = Math.abs(amount) >= (kind === "share" ? 0.005 : 0.000_05);
  return { direction: visible ? (amount > 0 ? "up" : "down") : "same", amount: Math.abs(amount), kind };
}
