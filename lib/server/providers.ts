import { loadCatalog } from "../db/catalog.ts";
import { fieldError } from "../db/field-error.ts";
import { createProvider, getProvider, listProviders, updateProvider } from "../db/providers.ts";
import { SluiceError } from "../errors.ts";
import type { CatalogProvider } from "../gateway/types.ts";
import { presetOf } from "../presets/presets.ts";
import type { Page } from "../schemas/common.ts";
import type { ConnectionCheckInput, ConnectionCheckView } from "../schemas/connection-check.ts";
import {
  addressFields,
  type ProviderInput,
  type ProviderListQuery,
  type ProviderPatch,
  type ProviderView,
} from "../schemas/providers.ts";
import { givenSecretHeaders } from "../secret-headers.ts";
import type { Caller } from "./caller.ts";
import { checkConnection } from "./connection-check.ts";
import { egressPolicy } from "./egress-policy.ts";
import { withDeploymentStates } from "./live-state.ts";
import { environment, masterKey } from "./runtime.ts";
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

/** Looks at an address and a key as they were typed. Nothing is stored; keys are for administrators. */
export async function checkDraft(input: ConnectionCheckInput, caller: Caller): Promise<ConnectionCheckView> {
  const { protocol, apiKey, headers = {} } = input;
  if (apiKey !== undefined || givenSecretHeaders(headers).length > 0) caller.require("admin");
  const address = addressFields({ protocol, baseUrl: input.baseUrl, apiVersion: input.apiVersion });
  const provider: CatalogProvider = {
    id: "",
    name: "",
    protocol,
    preset: null,
    baseUrl: address.baseUrl ?? input.baseUrl,
    apiVersion: address.apiVersion ?? input.apiVersion ?? null,
    wireApi: "auto",
    headers,
    timeouts: {},
    retries: 0,
    maxInFlight: null,
    enabled: true,
    credentials: apiKey === undefined ? [] : [{ id: "", name: "", preview: "", secret: apiKey, enabled: true }],
  };
  return await checkConnection(provider, egressPolicy(environment()));
}

/** Looks at a stored provider with its first enabled key. @throws SluiceError `not_found` */
export async function checkStored(id: string): Promise<ConnectionCheckView> {
  const { providers } = await loadCatalog(masterKey());
  const provider = providers.get(id);
  if (!provider || provider.protocol === "demo") throw new SluiceError("not_found", "There is no such provider.");
  const credentials = provider.credentials.filter(({ enabled }) => enabled);
  return await checkConnection({ ...provider, credentials }, egressPolicy(environment()));
}
