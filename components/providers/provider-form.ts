import type { Protocol, WireApi } from "@/lib/gateway/types";
import { demoBaseUrl } from "@/lib/schemas/addresses";
import { completeBaseUrl, normaliseBaseUrl } from "@/lib/schemas/base-url";
import type { PresetView } from "@/lib/schemas/presets";
import { distinctTags, type ProviderView } from "@/lib/schemas/providers";
import type { Timeouts } from "@/lib/schemas/timeouts";
import { hiddenValue } from "@/lib/secret-headers";

export const clockNames = ["connectMs", "firstTokenMs", "firstByteMs", "idleMs", "totalMs"] as const;
export type ClockName = (typeof clockNames)[number];

/** The protocols of a provider that has an address. */
export const remoteProtocols = ["openai", "anthropic", "gemini", "azure"] as const satisfies readonly Protocol[];

export type HeaderEntry = { id: number; name: string; value: string };

/** What the provider form holds. Texts are as typed. */
export type ProviderDraft = {
  name: string;
  protocol: Protocol;
  /** The address, or what goes into the blank of the preset's. */
  baseUrl: string;
  apiVersion: string;
  wireApi: WireApi;
  apiKey: string;
  /** New secrets of stored credentials, by id: needed when the host changes. */
  secrets: Record<string, string>;
  headers: HeaderEntry[];
  timeouts: Timeouts;
  retries: number | null;
  maxInFlight: number | null;
  /** As typed, with commas between. */
  tags: string;
  /** Whether the model that a pasted address names is added with the provider. */
  addModel: boolean;
};

/** What the form starts with: a stored provider, or a new one of a preset; null = an empty custom one. */
export type FormStart = { provider: ProviderView } | { preset: PresetView | null; takenNames: readonly string[] };

const entriesOf = (headers: Record<string, string>): HeaderEntry[] =>
  Object.entries(headers).map(([name, value], id) => ({ id, name, value }));

export function draftOf(start: FormStart): ProviderDraft {
  const empty = { apiKey: "", secrets: {}, addModel: true };
  if ("provider" in start) {
    const { name, protocol, baseUrl, apiVersion, wireApi, headers, timeouts, retries, maxInFlight } = start.provider;
    const own = { name, protocol, baseUrl, apiVersion: apiVersion ?? "", wireApi, timeouts, retries, maxInFlight };
    return { ...empty, ...own, tags: start.provider.tags.join(", "), headers: entriesOf(headers) };
  }
  const { preset, takenNames } = start;
  return {
    ...empty,
    name: preset ? freeName(preset.name, takenNames) : "",
    protocol: preset?.protocol ?? "openai",
    baseUrl: preset && preset.blank === null ? preset.baseUrl : "",
    apiVersion: "",
    wireApi: preset?.wireApi ?? "auto",
    headers: entriesOf(preset?.headers ?? {}),
    timeouts: {},
    retries: 1,
    maxInFlight: null,
    tags: "",
  };
}

/** The tags in a text with commas, of whichever keyboard, between. */
export function tagsIn(text: string): string[] {
  return distinctTags(
    text
      .split(/[,，、]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ""),
  );
}

/** What was typed over a hidden value, without what is left of the dots that stood for it. */
export function typedOver(before: string, typed: string): string {
  return before === hiddenValue && typed !== hiddenValue ? typed.replaceAll(hiddenValue.slice(0, 1), "") : typed;
}

/** A name nobody has yet: `OpenAI`, `OpenAI 2` … */
function freeName(name: string, taken: readonly string[]): string {
  const used = new Set(taken);
  for (let number = 2, free = name; ; number += 1, free = `${name} ${number - 1}`) if (!used.has(free)) return free;
}

/**
 * The address that is sent: the preset's with its blank filled in, or what was typed. A host alone is completed for
 * who types it anew, but left alone in a stored provider and in a preset that has none.
 */
export function addressOf({ protocol, baseUrl }: ProviderDraft, start: FormStart): string {
  const text = baseUrl.trim();
  if ("provider" in start) return text === start.provider.baseUrl ? text : completeBaseUrl(protocol, text);
  const { preset } = start;
  if (!preset || preset.blank === null) return text === preset?.baseUrl ? text : completeBaseUrl(protocol, text);
  if (text === "" || text.includes("://")) return completeBaseUrl(protocol, text);
  return preset.baseUrl.replace(`{${preset.blank}}`, text.replace(/\/+$/, ""));
}

/** Host and port of the address as typed, or null while it is none yet. */
export function hostOf(draft: ProviderDraft, start: FormStart): string | null {
  const normal = normaliseBaseUrl(draft.protocol, addressOf(draft, start));
  return normal && new URL(normal.url).host;
}

/** The address as it will be stored, when that is not what was typed. */
export function storedAddress(draft: ProviderDraft, start: FormStart): string | null {
  const normal = normaliseBaseUrl(draft.protocol, addressOf(draft, start));
  return normal && normal.url !== draft.baseUrl.trim() ? normal.url : null;
}

/** The model that a pasted address of a new provider names; null = none. */
export function pastedModel(draft: ProviderDraft, start: FormStart): string | null {
  return "provider" in start ? null : (normaliseBaseUrl(draft.protocol, draft.baseUrl)?.model ?? null);
}

/** The draft with another address: a version that it names goes into the field of the version. */
export function withAddress(draft: ProviderDraft, baseUrl: string): ProviderDraft {
  const version = normaliseBaseUrl(draft.protocol, baseUrl)?.apiVersion;
  return { ...draft, baseUrl, ...(version && { apiVersion: version }) };
}

/** Whether the typed address belongs to another origin than the stored one, so that stored secrets cannot follow. */
export function movesOrigin(provider: ProviderView, draft: ProviderDraft): boolean {
  if (provider.baseUrl === demoBaseUrl) return false;
  const normal = normaliseBaseUrl(draft.protocol, addressOf(draft, { provider }));
  return normal !== null && new URL(normal.url).origin !== new URL(provider.baseUrl).origin;
}

/** Whether OpenAI's two formats are a choice there. */
export function hasWireApi(protocol: Protocol): boolean {
  return protocol === "openai" || protocol === "azure";
}

function shared(draft: ProviderDraft, start: FormStart) {
  const headers = Object.fromEntries(
    draft.headers
      .filter(({ name, value }) => name.trim() !== "" || value !== "")
      .map(({ name, value }) => [name.trim(), value]),
  );
  return {
    name: draft.name,
    protocol: draft.protocol,
    baseUrl: addressOf(draft, start),
    apiVersion: (draft.protocol === "azure" && draft.apiVersion.trim()) || null,
    wireApi: hasWireApi(draft.protocol) ? draft.wireApi : "auto",
    headers,
    timeouts: draft.timeouts,
    retries: draft.retries ?? 0,
    maxInFlight: draft.maxInFlight,
    tags: tagsIn(draft.tags),
  };
}

/** The body of POST /api/admin/providers. */
export function createBody(
  draft: ProviderDraft,
  start: Extract<FormStart, { preset: unknown }>,
): Record<string, unknown> {
  const model = draft.addModel ? pastedModel(draft, start) : null;
  return {
    ...shared(draft, start),
    preset: start.preset?.id ?? null,
    ...(draft.apiKey.trim() !== "" && { apiKey: draft.apiKey.trim() }),
    ...(model !== null && { deployments: [{ model }] }),
  };
}

/** The body of PATCH /api/admin/providers/{id}, with the version it was made from. */
export function patchBody(draft: ProviderDraft, provider: ProviderView): Record<string, unknown> {
  if (provider.protocol === "demo")
    return {
      ...{ name: draft.name, retries: draft.retries ?? 0, tags: tagsIn(draft.tags) },
      version: provider.version,
    };
  const moved = movesOrigin(provider, draft) && provider.credentials.length > 0;
  return {
    ...shared(draft, { provider }),
    ...(moved && {
      credentials: provider.credentials.map(({ id }) => ({
        id,
        ...(draft.secrets[id] && { secret: draft.secrets[id] }),
      })),
    }),
    version: provider.version,
  };
}
