/** Steps of the ramp of one hue. */
export const heatSteps = 7;

/**
 * The step of each value on the ramp, 1…7: even steps from the lower to the upper end. Null where there is nothing.
 * @param fromZero whether the ramp begins at nothing, as for what adds up; else at the lowest value
 */
export function heatOf(values: readonly (number | null)[], fromZero: boolean): (number | null)[] {
  const known = values.filter((value) => value !== null);
  const low = fromZero ? 0 : Math.min(...known);
  const high = Math.max(...known);
  return values.map((value) => {
    if (value === null || (fromZero && value === 0)) return null;
    if (high === low) return fromZero ? heatSteps : 1;
    return Math.min(heatSteps, Math.floor(((value - low) / (high - low)) * heatSteps) + 1);
  });
}

/** Where an arrow key leads in a grid of weekdays and hours; null where it is none of its keys. */
export function heatStep(key: string, place: number, wide: boolean): number | null {
  const [across, down] = wide ? [1, 24] : [24, 1];
  const to = {
    ArrowRight: place + across,
    ArrowLeft: place - across,
    ArrowDown: place + down,
    ArrowUp: place - down,
    Home: place - (place % 24),
    End: place - (place % 24) + 23,
  }[key];
  if (to === undefined) return null;
  return to < 0 || to >= 168 ? place : to;
}
