import type { SluiceError } from "../errors.ts";
import { newId } from "../id.ts";
import { demoBaseUrl } from "../schemas/addresses.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import {
  addressFields,
  type CredentialChange,
  type CredentialView,
  type ProviderInput,
  type ProviderListQuery,
  type ProviderPatch,
  type ProviderView,
} from "../schemas/providers.ts";
import { Timeouts } from "../schemas/timeouts.ts";
import { givenSecretHeaders, keptHeaders, shownHeaders } from "../secret-headers.ts";
import { originOf, previewOf, sealSecret } from "../secrets.ts";
import { recordAudit } from "./audit.ts";
import { found, nameTaken, requireVersion } from "./change.ts";
import { db } from "./client.ts";
import { deploymentParts, deploymentView, newDeploymentData } from "./deployments.ts";
import { fieldError } from "./field-error.ts";
import type { Credential, Prisma } from "./generated/client.ts";
import { openedHeaders, sealedHeaders, shownStoredHeaders } from "./header-secrets.ts";
import { changeConfig } from "./meta.ts";
import { pageOf } from "./page.ts";
import { requireNotFromFile } from "./provider-file.ts";

/** Who changes a provider, and the key its secrets are sealed with. */
export type ProviderWriter = { actor: Actor; masterKey: Buffer };

const parts = {
  credentials: { orderBy: { id: "asc" } },
  deployments: { include: deploymentParts, orderBy: { name: "asc" } },
} satisfies Prisma.ProviderInclude;

type Row = Prisma.ProviderGetPayload<{ include: typeof parts }>;

function credentialView(row: Credential): CredentialView {
  return {
    id: row.id,
    name: row.name,
    preview: row.preview,
    enabled: row.enabled,
    state: row.enabled ? "ready" : "disabled",
    setAside: null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** The clocks in a JSON column; what is no longer valid counts as absent. */
export function timeoutsOf(stored: Prisma.JsonValue): Timeouts {
  return Timeouts.safeParse(stored).data ?? {};
}

/** The words in a JSON column. */
export function tagsOf(stored: Prisma.JsonValue): string[] {
  return Array.isArray(stored) ? stored.filter((one): one is string => typeof one === "string") : [];
}

function view(row: Row): ProviderView {
  return {
    id: row.id,
    name: row.name,
    protocol: row.protocol as ProviderView["protocol"],
    baseUrl: row.baseUrl,
    apiVersion: row.apiVersion,
    preset: row.preset,
    wireApi: row.wireApi as ProviderView["wireApi"],
    credentials: row.credentials.map(credentialView),
    headers: shownStoredHeaders(row.headers),
    timeouts: timeoutsOf(row.timeouts),
    retries: row.retries,
    maxInFlight: row.maxInFlight,
    tags: tagsOf(row.tags),
    enabled: row.enabled,
    source: row.source,
    deployments: row.deployments.map((deployment) => deploymentView(deployment)),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** What the audit log keeps: credentials by name, with "changed" where a secret is new; so it is with headers. */
function snapshot(
  provider: ProviderView,
  newSecrets: ReadonlySet<string> = new Set(),
  newHeaders: readonly string[] = [],
): Record<string, unknown> {
  const credentials = provider.credentials.map(({ id, name, enabled }) => ({
    name,
    enabled,
    ...(newSecrets.has(id) && { secret: "changed" }),
  }));
  const headers = { ...provider.headers, ...Object.fromEntries(newHeaders.map((name) => [name, "changed"])) };
  return { ...provider, credentials, headers };
}

/** A new credential's columns. Its secret is bound to the row and to the origin it may be sent to. */
function newCredential(
  input: { name?: string; secret: string; enabled?: boolean },
  position: number,
  baseUrl: string,
  masterKey: Buffer,
) {
  // Ids sort by time: this keeps the order of a list that is stored within one millisecond.
  const id = newId("crd", Date.now() + position);
  return {
    id,
    name: input.name ?? (position === 0 ? "default" : `credential ${position + 1}`),
    enabled: input.enabled,
    ...sealed(id, input.secret, baseUrl, masterKey),
  };
}

export function sealed(id: string, secret: string, baseUrl: string, masterKey: Buffer) {
  return {
    secret: sealSecret(masterKey, secret, { table: "Credential", row: id, origin: originOf(baseUrl) }),
    preview: previewOf(secret),
  };
}

async function requireFreeName(tx: Prisma.TransactionClient, name: string): Promise<void> {
  if (await tx.provider.findUnique({ where: { name }, select: { id: true } })) throw nameTaken("name", name);
}

export async function listProviders(query: ProviderListQuery): Promise<Page<ProviderView>> {
  const rows = await db().provider.findMany({
    where: { protocol: query.protocol, enabled: query.enabled },
    select: { id: true, name: true, baseUrl: true, tags: true, createdAt: true, updatedAt: true },
  });
  const tag = query.tag?.toLowerCase();
  const tagged =
    tag === undefined ? rows : rows.filter((row) => tagsOf(row.tags).some((one) => one.toLowerCase() === tag));
  const page = pageOf(tagged, query, {
    sort: "name",
    texts: (row) => [row.name, row.baseUrl, ...tagsOf(row.tags)],
    values: { name: (row) => row.name, createdAt: (row) => row.createdAt, updatedAt: (row) => row.updatedAt },
  });
  const ids = page.items.map((row) => row.id);
  const full = await db().provider.findMany({ where: { id: { in: ids } }, include: parts });
  const byId = new Map(full.map((row) => [row.id, row]));
  return { ...page, items: ids.flatMap((id) => byId.get(id) ?? []).map(view) };
}

/** The providers that were made from a preset, by name. */
export async function providerPresets(): Promise<{ name: string; preset: string | null }[]> {
  return await db().provider.findMany({ where: { preset: { not: null } }, select: { name: true, preset: true } });
}

/** @throws SluiceError `not_found` */
export async function getProvider(id: string): Promise<ProviderView> {
  return view(found(await db().provider.findUnique({ where: { id }, include: parts }), "provider"));
}

/** @throws SluiceError `conflict` (name taken) */
export async function createProvider(
  input: ProviderInput,
  { actor, masterKey }: ProviderWriter,
): Promise<ProviderView> {
  const { apiKey, credentials, deployments = [], ...fields } = input;
  const baseUrl = addressFor(input.protocol, input.baseUrl);
  const secrets = apiKey === undefined ? (credentials ?? []) : [{ secret: apiKey }];
  return await changeConfig(async (tx) => {
    await requireFreeName(tx, input.name);
    const id = newId("prv");
    const row = await tx.provider.create({
      data: {
        ...fields,
        id,
        baseUrl,
        headers: sealedHeaders(input.headers ?? {}, { id, baseUrl, masterKey }),
        credentials: { create: secrets.map((one, position) => newCredential(one, position, baseUrl, masterKey)) },
        deployments: { create: deployments.map(newDeploymentData) },
      },
      include: parts,
    });
    const after = view(row);
    const target = { type: "provider", id: row.id, name: row.name } as const;
    await recordAudit(tx, {
      actor,
      action: "create",
      target,
      after: snapshot(after, new Set(after.credentials.map(({ id }) => id))),
    });
    return after;
  });
}

/** `apiKey` as a whole list: the one credential with a new secret, or the first one. */
function credentialList(patch: ProviderPatch, existing: readonly Credential[]): CredentialChange[] | undefined {
  if (patch.apiKey === undefined) return patch.credentials;
  if (existing.length > 1) {
    throw fieldError(
      "apiKey",
      "not_together",
      "This provider has several credentials: change them through credentials.",
      {
        other: "credentials",
      },
    );
  }
  return [{ id: existing[0]?.id, secret: patch.apiKey }];
}

/** Brings the stored credentials to the wanted list. Returns the ids whose secret is new. */
async function replaceCredentials(
  tx: Prisma.TransactionClient,
  provider: Row,
  wanted: readonly CredentialChange[],
  baseUrl: string,
  masterKey: Buffer,
): Promise<Set<string>> {
  const existing = new Map(provider.credentials.map((row) => [row.id, row]));
  const moved = originOf(baseUrl) !== originOf(provider.baseUrl);
  const fresh = new Set<string>();
  const kept = new Set<string>();
  for (const [index, entry] of wanted.entries()) {
    const at = `credentials[${index}]`;
    if (entry.id === undefined) {
      if (entry.secret === undefined)
        throw fieldError(`${at}.secret`, "required", "A new credential needs its secret.");
      const data = newCredential({ ...entry, secret: entry.secret }, index, baseUrl, masterKey);
      await tx.credential.create({ data: { ...data, providerId: provider.id } });
      fresh.add(data.id);
      continue;
    }
    if (!existing.has(entry.id) || kept.has(entry.id)) {
      throw fieldError(`${at}.id`, "unknown_reference", "This provider has no such credential.");
    }
    kept.add(entry.id);
    if (moved && entry.secret === undefined) throw secretBoundToOldAddress();
    const secret = entry.secret === undefined ? {} : sealed(entry.id, entry.secret, baseUrl, masterKey);
    if (entry.secret !== undefined) fresh.add(entry.id);
    await tx.credential.update({
      where: { id: entry.id },
      data: {
        name: entry.name,
        enabled: entry.enabled,
        ...secret,
      },
    });
  }
  const removed = [...existing.keys()].filter((id) => !kept.has(id));
  await tx.credential.deleteMany({ where: { id: { in: removed } } });
  return fresh;
}

function secretBoundToOldAddress(): SluiceError {
  return fieldError("credentials", "secret_needed", "Send the secret again: it is bound to the old address.");
}

/**
 * The headers to store: shown values that came back stay what they are. Secrets among them are bound to the address as
 * credentials are.
 */
function headersAfter(stored: Record<string, string>, wanted: Record<string, string> | undefined, moved: boolean) {
  const { headers, kept, missing } = keptHeaders(wanted ?? shownHeaders(stored), stored);
  const [unknown] = missing;
  if (unknown !== undefined)
    throw fieldError(`headers.${unknown}`, "required", "No value of this header is stored: give it.");
  const [bound] = kept;
  if (moved && bound !== undefined)
    throw fieldError(`headers.${bound}`, "secret_needed", "Send this value again: it is bound to the old address.");
  return headers;
}

/** The demo answers in-process and has no address; every other protocol needs one. */
function addressFor(protocol: string, baseUrl: string | undefined): string {
  if (protocol === "demo") return demoBaseUrl;
  if (baseUrl === undefined || baseUrl === demoBaseUrl)
    throw fieldError("baseUrl", "required", "This protocol needs an address.");
  return baseUrl;
}

/**
 * Changes a provider. Secrets are sealed for the origin they are sent to, so a new origin needs every kept secret again.
 * @throws SluiceError `not_found`, `conflict` (stale version, name taken, or from the provider file), `invalid_type`, `missing_required`
 */
export async function updateProvider(
  id: string,
  patch: ProviderPatch,
  { actor, masterKey }: ProviderWriter,
): Promise<ProviderView> {
  const { version, apiKey: _apiKey, credentials: _credentials, ...fields } = patch;
  return await changeConfig(async (tx) => {
    const row = found(await tx.provider.findUnique({ where: { id }, include: parts }), "provider");
    await requireNotFromFile(tx, row, "provider");
    requireVersion(row, version);
    if (patch.name !== undefined && patch.name !== row.name) await requireFreeName(tx, patch.name);
    const protocol = patch.protocol ?? (row.protocol as ProviderView["protocol"]);
    const readdressed = patch.protocol !== undefined || patch.baseUrl !== undefined;
    const given = addressFor(protocol, patch.baseUrl ?? row.baseUrl);
    const address = readdressed ? addressFields({ protocol, baseUrl: given, apiVersion: patch.apiVersion }) : {};
    const baseUrl = address.baseUrl ?? given;
    const wanted = credentialList(patch, row.credentials);
    const moved = originOf(baseUrl) !== originOf(row.baseUrl);
    if (moved && wanted === undefined && row.credentials.length > 0) throw secretBoundToOldAddress();
    const owner = { id, masterKey };
    const stored = openedHeaders(row.headers, { ...owner, baseUrl: row.baseUrl });
    const headers = sealedHeaders(headersAfter(stored, patch.headers, moved), { ...owner, baseUrl });
    const fresh = wanted ? await replaceCredentials(tx, row, wanted, baseUrl, masterKey) : new Set<string>();
    const changed = await tx.provider.update({
      where: { id },
      data: { ...fields, ...address, headers, baseUrl, version: { increment: 1 } },
      include: parts,
    });
    const after = view(changed);
    const target = { type: "provider", id, name: changed.name } as const;
    await recordAudit(tx, {
      actor,
      action: "update",
      target,
      before: snapshot(view(row)),
      after: snapshot(after, fresh, givenSecretHeaders(patch.headers ?? {})),
    });
    return after;
  });
}

/** Removes a provider with its credentials and deployments, also from groups. The call log keeps its name. */
export async function deleteProvider(id: string, actor: Actor): Promise<void> {
  await changeConfig(async (tx) => {
    const row = found(await tx.provider.findUnique({ where: { id }, include: parts }), "provider");
    await requireNotFromFile(tx, row, "provider");
    await tx.provider.delete({ where: { id } });
    await recordAudit(tx, {
      actor,
      action: "delete",
      target: { type: "provider", id, name: row.name },
      before: snapshot(view(row)),
    });
  });
}
