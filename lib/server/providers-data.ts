import { isSluiceError } from "../errors.ts";
import type { Page } from "../schemas/common.ts";
import type { ProviderView } from "../schemas/providers.ts";
import { showProvider, showProviders } from "./providers.ts";

/** Every provider with the live state of its deployments, for the list page. */
export function providerList(): Promise<Page<ProviderView>> {
  return showProviders({ limit: 500 });
}

/** One provider; null when there is none with this id. */
export function providerDetail(id: string): Promise<ProviderView | null> {
  return orNull(showProvider(id));
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
