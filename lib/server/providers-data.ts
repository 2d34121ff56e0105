import { providerPresets } from "../db/providers.ts";
import { readSettings } from "../db/settings.ts";
import { isSluiceError } from "../errors.ts";
import { presetIcon } from "../presets/presets.ts";
import type { Page } from "../schemas/common.ts";
import type { PresetIcon } from "../schemas/presets.ts";
import type { ProviderView } from "../schemas/providers.ts";
import { showProvider, showProviders } from "./providers.ts";

/** Every provider with the live state of its deployments, for the list page. */
export function providerList(): Promise<Page<ProviderView>> {
  return showProviders({ limit: 500 });
}

/** Letters and colours by the name of the provider, for those that were made from a preset. */
export async function providerIcons(): Promise<Record<string, PresetIcon>> {
  const icons = (await providerPresets()).map(({ name, preset }) => [name, presetIcon(preset)] as const);
  return Object.fromEntries(icons.filter((entry): entry is [string, PresetIcon] => entry[1] !== null));
}

/** One provider; null when there is none with this id. */
export function providerDetail(id: string): Promise<ProviderView | null> {
  return orNull(showProvider(id));
}

/** In how many minutes failures have to come together to open a circuit. */
export async function failureWindow(): Promise<number> {
  return (await readSettings()).failureWindowMinutes;
}

/** The value, or null where it does not exist (any more): a page answers that with its own not-found. */
export async function orNull<Value>(value: Promise<Value>): Promise<Value | null> {
  try {
    return await value;
  } catch (error) {
    if (isSluiceError(error) && error.code === "not_found") return null;
    throw error;
  }
}
