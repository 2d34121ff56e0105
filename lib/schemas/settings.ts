import { z } from "zod";
import type { GatewaySettings } from "../gateway/types.ts";
import { nameText, versionLock, whole } from "./common.ts";
import { problem } from "./problems.ts";

export type SettingUnit =
  | "failures"
  | "minutes"
  | "attempts"
  | "percent"
  | "seconds"
  | "characters"
  | "milliseconds"
  | "days"
  | null;

/** Default, unit and bounds of one setting. `min` and `max` are null where they mean nothing. */
export type SettingDefinition<Value> = {
  schema: z.ZodType<Value>;
  default: Value;
  unit: SettingUnit;
  min: number | null;
  max: number | null;
};

function count(value: number, unit: SettingUnit, min: number, max: number): SettingDefinition<number> {
  return { schema: whole(min, max), default: value, unit, min, max };
}

function other<Value>(schema: z.ZodType<Value>, value: NoInfer<Value>): SettingDefinition<Value> {
  return { schema, default: value, unit: null, min: null, max: null };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** An IANA time zone this runtime knows. */
export const timeZone = z
  .string()
  .min(1)
  .max(64)
  .superRefine((value, context) => {
    if (!isTimeZone(value)) context.addIssue(problem("not_a_time_zone", `"${value}" is not a time zone.`, { value }));
  });

const publicUrl = z
  .string()
  .trim()
  .max(500)
  .superRefine((value, context) => {
    if (value === "") return;
    const url = URL.parse(value);
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
      context.addIssue(problem("not_a_url", "An http or https address without user, query or fragment."));
    }
  });

const locales = ["en", "zh-CN", "zh-TW", "ja", "ko"] as const;

/** What `/status/public` tells whoever asks: nothing, groups by name, or providers by name. */
export const publicStatusModes = ["off", "groups", "providers"] as const;
export type PublicStatusMode = (typeof publicStatusModes)[number];

const hour = 3_600_000;

/** Every setting of an instance: stored under this name, shown with this default, unit and bounds. */
export const settingDefinitions = {
  failureThreshold: count(2, "failures", 1, 100),
  failureWindowMinutes: count(5, "minutes", 1, 1440),
  maxAttempts: count(6, "attempts", 1, 20),
  retryBudgetPercent: count(20, "percent", 0, 100),
  pingSeconds: count(15, "seconds", 1, 300),
  holdbackCharacters: count(256, "characters", 0, 16_384),
  holdbackMs: count(1500, "milliseconds", 0, 60_000),
  connectMs: count(5000, "milliseconds", 100, 120_000),
  firstTokenMs: count(90_000, "milliseconds", 100, hour),
  firstByteMs: count(300_000, "milliseconds", 100, hour),
  idleMs: count(120_000, "milliseconds", 100, hour),
  totalMs: count(600_000, "milliseconds", 1000, 4 * hour),
  totalStreamMs: count(3_600_000, "milliseconds", 1000, 24 * hour),
  storeBodies: other(z.boolean(), false),
  logRequests: other(z.boolean(), true),
  retentionCallsDays: count(30, "days", 1, 3650),
  retentionBodiesDays: count(7, "days", 1, 3650),
  retentionHoursDays: count(400, "days", 93, 3650),
  instanceName: other(nameText(60), "Sluice"),
  publicUrl: other(publicUrl, ""),
  defaultLocale: other(z.enum(locales), "en"),
  defaultTimeZone: other(timeZone, "UTC"),
  portalEnabled: other(z.boolean(), false),
  publicStatus: other(z.enum(publicStatusModes), "off"),
} satisfies { [Key in keyof GatewaySettings]: SettingDefinition<GatewaySettings[Key]> } & Record<
  string,
  SettingDefinition<unknown>
>;

export type SettingKey = keyof typeof settingDefinitions;
export type SettingValues = { [Key in SettingKey]: (typeof settingDefinitions)[Key]["default"] };

export const settingKeys = Object.keys(settingDefinitions) as SettingKey[];

/** The value in use of every setting: the stored one where it is still valid, else the default. */
export function settingValues(stored: Readonly<Record<string, unknown>>): SettingValues {
  return Object.fromEntries(
    settingKeys.map((key) => {
      const definition: SettingDefinition<unknown> = settingDefinitions[key];
      const parsed = definition.schema.safeParse(stored[key]);
      return [key, parsed.success ? parsed.data : definition.default];
    }),
  ) as SettingValues;
}

/** The settings the data plane reads, from the stored values (Setting table, key → value). */
export function gatewaySettings(stored: Readonly<Record<string, unknown>>): GatewaySettings {
  const {
    retentionCallsDays: _calls,
    retentionBodiesDays: _bodies,
    retentionHoursDays: _hours,
    instanceName: _name,
    publicUrl: _url,
    defaultLocale: _locale,
    defaultTimeZone: _zone,
    portalEnabled: _portal,
    publicStatus: _publicStatus,
    ...settings
  } = settingValues(stored);
  return settings;
}

const { retentionCallsDays, retentionBodiesDays, retentionHoursDays, ...flat } = settingDefinitions;

type FlatKey = keyof typeof flat;
type FlatShape = { [Key in FlatKey]: z.ZodOptional<z.ZodNullable<(typeof flat)[Key]["schema"]>> };

const flatShape = Object.fromEntries(
  Object.entries(flat).map(([key, definition]) => [key, definition.schema.nullable().optional()]),
) as unknown as FlatShape;

/** PATCH of settings. `null` puts a setting back to its default. */
export const SettingsPatch = z.strictObject({
  ...flatShape,
  retentionDays: z
    .strictObject({
      calls: retentionCallsDays.schema.nullable().optional(),
      bodies: retentionBodiesDays.schema.nullable().optional(),
      hours: retentionHoursDays.schema.nullable().optional(),
    })
    .optional(),
  /** As {@link SettingsView} told it; a stale one answers 409 `conflict`. */
  version: versionLock,
});
export type SettingsPatch = z.infer<typeof SettingsPatch>;

/** A patch under the names settings are stored by. */
export function storedSettings({
  retentionDays,
  version: _version,
  ...rest
}: SettingsPatch): Partial<Record<SettingKey, unknown>> {
  const changes: Partial<Record<SettingKey, unknown>> = { ...rest };
  if (retentionDays?.calls !== undefined) changes.retentionCallsDays = retentionDays.calls;
  if (retentionDays?.bodies !== undefined) changes.retentionBodiesDays = retentionDays.bodies;
  if (retentionDays?.hours !== undefined) changes.retentionHoursDays = retentionDays.hours;
  return changes;
}

/** One setting as the management API shows it. */
export type SettingView<Value = unknown> = {
  value: Value;
  default: Value;
  unit: SettingUnit;
  min: number | null;
  max: number | null;
};
export type SettingsView = { [Key in FlatKey]: SettingView<SettingValues[Key]> } & {
  retentionDays: { calls: SettingView<number>; bodies: SettingView<number>; hours: SettingView<number> };
  version: number;
};

/**
 * Tells whether settings are still those somebody read: a checksum of the values in use, so that every way of changing
 * them counts, also an import.
 */
export function settingsVersion(stored: Readonly<Record<string, unknown>>): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(JSON.stringify(settingValues(stored)))) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return (hash >>> 1) + 1;
}

/** The answer of GET /api/admin/settings. */
export function settingsView(stored: Readonly<Record<string, unknown>>): SettingsView {
  const values = settingValues(stored);
  const view = (key: SettingKey): SettingView => {
    const { default: standard, unit, min, max } = settingDefinitions[key];
    return { value: values[key], default: standard, unit, min, max };
  };
  const shown = Object.fromEntries((Object.keys(flat) as FlatKey[]).map((key) => [key, view(key)]));
  return {
    ...shown,
    retentionDays: {
      calls: view("retentionCallsDays"),
      bodies: view("retentionBodiesDays"),
      hours: view("retentionHoursDays"),
    },
    version: settingsVersion(stored),
  } as SettingsView;
}
