import { readSettings } from "../db/settings.ts";
import { isLocale, type Locale } from "../i18n/locales.ts";
import { hasRuntime } from "./runtime.ts";

/** What the settings say about this instance, for every page. */
export type Instance = { name: string; defaultLocale: Locale; defaultTimeZone: string | null };

const keepMs = 2_000;
const place = Symbol.for("sluice.instance");
const slot = globalThis as typeof globalThis & { [place]?: { readAtMs: number; value: Promise<Instance> } };

async function read(): Promise<Instance> {
  const { instanceName, defaultLocale, defaultTimeZone } = await readSettings();
  return {
    name: instanceName,
    defaultLocale: isLocale(defaultLocale) ? defaultLocale : "en",
    defaultTimeZone,
  };
}

const unknown: Instance = { name: "Sluice", defaultLocale: "en", defaultTimeZone: null };

/** The instance's own words, read at most every two seconds. While nothing runs (a build) or the database is away: ours. */
export async function instance(nowMs: number = Date.now()): Promise<Instance> {
  if (!hasRuntime()) return unknown;
  if (slot[place] === undefined || nowMs - slot[place].readAtMs > keepMs) {
    slot[place] = { readAtMs: nowMs, value: read().catch(() => unknown) };
  }
  return slot[place].value;
}
