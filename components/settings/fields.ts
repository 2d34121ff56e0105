import type { SettingsView, SettingView } from "@/lib/schemas/settings";

type FlatName = Exclude<keyof SettingsView, "retentionDays" | "version">;
export type SettingName = FlatName | "retentionCallsDays" | "retentionBodiesDays" | "retentionHoursDays";

/** How a setting is edited. `seconds`: stored in milliseconds, edited in seconds. */
export type SettingControl = "count" | "seconds" | "switch" | "text" | "locale" | "timeZone" | "publicStatus";

export type SettingsCardName =
  | "instance"
  | "readers"
  | "breaker"
  | "attempts"
  | "streams"
  | "clocks"
  | "log"
  | "bodies"
  | "rollUps"
  | "portal"
  | "publicStatus";

export type SettingsCardFields = {
  card: SettingsCardName;
  fields: readonly (readonly [SettingName, SettingControl])[];
};

/** Which settings stand on which page, card by card. */
export const settingsPages = {
  general: [
    {
      card: "instance",
      fields: [
        ["instanceName", "text"],
        ["publicUrl", "text"],
      ],
    },
    {
      card: "readers",
      fields: [
        ["defaultLocale", "locale"],
        ["defaultTimeZone", "timeZone"],
      ],
    },
    { card: "publicStatus", fields: [["publicStatus", "publicStatus"]] },
  ],
  routing: [
    {
      card: "breaker",
      fields: [
        ["failureThreshold", "count"],
        ["failureWindowMinutes", "count"],
      ],
    },
    {
      card: "attempts",
      fields: [
        ["maxAttempts", "count"],
        ["retryBudgetPercent", "count"],
      ],
    },
    {
      card: "streams",
      fields: [
        ["pingSeconds", "count"],
        ["holdbackCharacters", "count"],
        ["holdbackMs", "count"],
      ],
    },
    {
      card: "clocks",
      fields: [
        ["connectMs", "seconds"],
        ["firstTokenMs", "seconds"],
        ["firstByteMs", "seconds"],
        ["idleMs", "seconds"],
        ["totalMs", "seconds"],
        ["totalStreamMs", "seconds"],
      ],
    },
  ],
  retention: [
    {
      card: "log",
      fields: [
        ["logRequests", "switch"],
        ["retentionCallsDays", "count"],
      ],
    },
    {
      card: "bodies",
      fields: [
        ["storeBodies", "switch"],
        ["retentionBodiesDays", "count"],
      ],
    },
    { card: "rollUps", fields: [["retentionHoursDays", "count"]] },
  ],
  security: [{ card: "portal", fields: [["portalEnabled", "switch"]] }],
} as const satisfies Record<string, readonly SettingsCardFields[]>;

export type SettingValue = string | number | boolean | null;

export function viewOf(settings: SettingsView, name: SettingName): SettingView {
  if (name === "retentionCallsDays") return settings.retentionDays.calls;
  if (name === "retentionBodiesDays") return settings.retentionDays.bodies;
  if (name === "retentionHoursDays") return settings.retentionDays.hours;
  return settings[name];
}

/** Where the management API names the setting, in a patch and in an error. */
export function pathOf(name: SettingName): string {
  if (name === "retentionCallsDays") return "retentionDays.calls";
  if (name === "retentionBodiesDays") return "retentionDays.bodies";
  if (name === "retentionHoursDays") return "retentionDays.hours";
  return name;
}

/** The body of PATCH /api/admin/settings for these values; null puts a setting back to its default. */
export function patchOf(values: Partial<Record<SettingName, SettingValue>>): Record<string, unknown> {
  const { retentionCallsDays: calls, retentionBodiesDays: bodies, retentionHoursDays: hours, ...flat } = values;
  const retentionDays = {
    ...(calls !== undefined && { calls }),
    ...(bodies !== undefined && { bodies }),
    ...(hours !== undefined && { hours }),
  };
  return { ...flat, ...(Object.keys(retentionDays).length > 0 && { retentionDays }) };
}

/** Every setting by its name with its value, and the version they have together: what two changes are compared by. */
export function flatValues({ retentionDays, version, ...flat }: SettingsView): Record<string, unknown> & {
  version: number;
} {
  return {
    ...Object.fromEntries(Object.entries(flat).map(([name, { value }]) => [name, value])),
    retentionCallsDays: retentionDays.calls.value,
    retentionBodiesDays: retentionDays.bodies.value,
    retentionHoursDays: retentionDays.hours.value,
    version,
  };
}
