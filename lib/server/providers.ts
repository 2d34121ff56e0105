import { fieldError } from "../db/field-error.ts";
import { createProvider, getProvider, listProviders, updateProvider } from "../db/providers.ts";
import { presetOf } from "../presets/presets.ts";
import type { Page } from "../schemas/common.ts";
import type { ProviderInput, ProviderListQuery, ProviderPatch, ProviderView } from "../schemas/providers.ts";
import { givenSecretHeaders } from "../secret-headers.ts";
import type { Caller } from "./caller.ts";
import { withDeploymentStates } from "./live-state.ts";
import { masterKey } from "./runtime.ts";
import { requireAllowedAddress } from "./upstream-address.ts";

/**
 * Secrets are for administrators, an operator may change everything else; an address must pass the egress rules, and a
 * preset must exist.
 */
function requireAllowed(input: ProviderInput | ProviderPatch, caller: Caller): void {
  if (input.preset && !presetOf(input.preset))
    throw fieldError("preset", "unknown_reference", "There is no such preset.");
  const secrets = input.apiKey !== undefined || input.credentials !== undefined;
  if (secrets || givenSecretHeaders(input.headers ?? {}).length > 0) caller.require("admin");
  if (input.baseUrl !== undefined) requireAllowedAddress(input.baseUrl);
}

async function shown(provider: ProviderView): Promise<ProviderView> {
  const [withStates = provider] = await withDeploymentStates([provider]);
  return withStates;
}

/** A page of providers with the live state of their deployments. */
export async function showProviders(query: ProviderListQuery): Promise<Page<ProviderView>> {
  const page = await listProviders(query);
  return { ...page, items: await withDeploymentStates(page.items) };
}

export async function showProvider(id: string): Promise<ProviderView> {
  return shown(await getProvider(id));
}

/** Stores a new provider after its address passed the egress rules. */
export async function addProvider(input: ProviderInput, caller: Caller): Promise<ProviderView> {
  requireAllowed(input, caller);
  return shown(await createProvider(input, { actor: caller.actor, masterKey: masterKey() }));
}

export async function changeProvider(id: string, patch: ProviderPatch, caller: Caller): Promise<ProviderView> {
  requireAllowed(patch, caller);
  return shown(await updateProvider(id, patch, { actor: caller.actor, masterKey: masterKey() }));
}
