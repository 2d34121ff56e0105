import { demoBaseUrl, trimBaseUrl } from "@/lib/schemas/addresses";
import type { ProviderView } from "@/lib/schemas/providers";
import type { Timeouts } from "@/lib/schemas/timeouts";

export const clockNames = ["connectMs", "firstTokenMs", "firstByteMs", "idleMs", "totalMs"] as const;
export type ClockName = (typeof clockNames)[number];

export type HeaderEntry = { id: number; name: string; value: string };

/** What the provider form holds. Texts are as typed. */
export type ProviderDraft = {
  name: string;
  baseUrl: string;
  apiKey: string;
  /** New secrets of stored credentials, by id: needed when the host changes. */
  secrets: Record<string, string>;
  headers: HeaderEntry[];
  timeouts: Timeouts;
  retries: number | null;
  maxInFlight: number | null;
};

export function draftOf(provider: ProviderView | null): ProviderDraft {
  return {
    name: provider?.name ?? "",
    baseUrl: provider?.baseUrl ?? "",
    apiKey: "",
    secrets: {},
    headers: Object.entries(provider?.headers ?? {}).map(([name, value], id) => ({ id, name, value })),
    timeouts: provider?.timeouts ?? {},
    retries: provider?.retries ?? 1,
    maxInFlight: provider?.maxInFlight ?? null,
  };
}

/** Host and port of an address as typed, or null while it is none yet. */
export function hostOf(baseUrl: string): string | null {
  const trimmed = trimBaseUrl(baseUrl);
  return trimmed ? new URL(trimmed.url).host : null;
}

/** The address as it will be stored, when that is not what was typed. */
export function storedAddress(baseUrl: string): string | null {
  const trimmed = trimBaseUrl(baseUrl);
  return trimmed && trimmed.url !== baseUrl.trim() ? trimmed.url : null;
}

/** Whether the typed address belongs to another origin than the stored one, so that stored secrets cannot follow. */
export function movesOrigin(provider: ProviderView, baseUrl: string): boolean {
  if (provider.baseUrl === demoBaseUrl) return false;
  const trimmed = trimBaseUrl(baseUrl);
  return trimmed !== null && new URL(trimmed.url).origin !== new URL(provider.baseUrl).origin;
}

function shared(draft: ProviderDraft) {
  const headers = Object.fromEntries(
    draft.headers
      .filter(({ name, value }) => name.trim() !== "" || value !== "")
      .map(({ name, value }) => [name.trim(), value]),
  );
  return {
    name: draft.name,
    headers,
    timeouts: draft.timeouts,
    retries: draft.retries ?? 0,
    maxInFlight: draft.maxInFlight,
  };
}

/** The body of POST /api/admin/providers. */
export function createBody(draft: ProviderDraft): Record<string, unknown> {
  return {
    ...shared(draft),
    protocol: "openai",
    baseUrl: draft.baseUrl,
    ...(draft.apiKey.trim() !== "" && { apiKey: draft.apiKey.trim() }),
  };
}

/** The body of PATCH /api/admin/providers/{id}, with the version it was made from. */
export function patchBody(draft: ProviderDraft, provider: ProviderView): Record<string, unknown> {
  if (provider.protocol === "demo") return { name: draft.name, retries: draft.retries ?? 0, version: provider.version };
  const moved = movesOrigin(provider, draft.baseUrl) && provider.credentials.length > 0;
  return {
    ...shared(draft),
    baseUrl: draft.baseUrl,
    ...(moved && {
      credentials: provider.credentials.map(({ id }) => ({
        id,
        ...(draft.secrets[id] && { secret: draft.secrets[id] }),
      })),
    }),
    version: provider.version,
  };
}
