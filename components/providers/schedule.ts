/** Schedules a person can pick by a word. `daily` is what a quota without a schedule has. */
export const schedulePresets = {
  hourly: "0 * * * *",
  daily: "0 0 * * *",
  weekly: "0 0 * * 1",
  monthly: "0 0 1 * *",
} as const;
export type SchedulePreset = keyof typeof schedulePresets;

const presetNames = Object.keys(schedulePresets) as SchedulePreset[];

/** The word for a schedule; null when none fits. Null and an empty text mean every local day. */
export function presetOf(cron: string | null): SchedulePreset | null {
  const text = cron?.trim().replace(/\s+/g, " ") ?? "";
  if (text === "") return "daily";
  return presetNames.find((name) => schedulePresets[name] === text) ?? null;
}
