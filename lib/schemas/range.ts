/** Minutes, hours or days back from now: `15m`, `24h`, `30d`. Apart from the schemas, so that pages need none of them. */
export const rangePattern = /^[1-9]\d{0,3}[mhd]$/;

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The length of a range as {@link rangePattern} has it, in milliseconds. */
export function rangeMs(range: string): number {
  const unit = range.slice(-1) as keyof typeof unitMs;
  return Number(range.slice(0, -1)) * unitMs[unit];
}
