import { z } from "zod";
import { type Protocol, protocols, wireApis } from "../gateway/types.ts";
import { baseUrl, demoBaseUrl } from "./addresses.ts";
import { normaliseBaseUrl } from "./base-url.ts";
import { flagInQuery, idText, listQuery, nameText, refuseDuplicates, sortBy, versionLock, whole } from "./common.ts";
import { type DeploymentView, ProviderDeploymentInput } from "./deployments.ts";
import { changedHeaders, providerHeaders } from "./headers.ts";
import { problem } from "./problems.ts";
import { Timeouts } from "./timeouts.ts";

/** What we send upstream as the key: one line of printable ASCII, because it goes into a header. */
export const secretText = z
  .string()
  .trim()
  .min(1)
  .max(8192)
  .superRefine((value, context) => {
    if (!/^[\x20-\x7e]*$/.test(value)) {
      context.addIssue(
        problem("bad_header_value", "A secret is one line of printable ASCII characters.", { name: "secret" }),
      );
    }
  });

const CredentialInput = z.strictObject({
  name: nameText().optional(),
  secret: secretText,
  enabled: z.boolean().optional(),
});

/**
 * One entry of a provider's whole list of credentials: with an `id` it changes that one (`secret` only when it is to be
 * replaced), without it is a new one. A credential that is missing from the list is removed.
 */
const CredentialChange = z.strictObject({
  id: idText.optional(),
  name: nameText().optional(),
  secret: secretText.optional(),
  enabled: z.boolean().optional(),
});
export type CredentialChange = z.infer<typeof CredentialChange>;

/** The id of a preset, which decides a provider's icon. Whether there is such a preset is checked by the server. */
export const presetId = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

/** A word to sort providers by. No comma, as that is what lists of them are typed with. */
export const providerTag = nameText(40).superRefine((tag, context) => {
  if (/[,，、]/.test(tag)) context.addIssue(problem("bad_value", "A tag holds no comma."));
});

/** The tags of a provider, in their order; one that is there already, in whatever case, is left out. */
export const providerTags = z.array(providerTag).max(20).transform(distinctTags);

/** @returns the tags without those that are there already, in whatever case */
export function distinctTags(tags: readonly string[]): string[] {
  const seen = new Set<string>();
  return tags.filter((tag) => {
    const folded = tag.toLowerCase();
    return !seen.has(folded) && seen.add(folded);
  });
}

const optionalFields = {
  preset: presetId.nullable().optional(),
  apiVersion: nameText(40).nullable().optional(),
  wireApi: z.enum(wireApis).optional(),
  apiKey: secretText.optional(),
  headers: providerHeaders.optional(),
  timeouts: Timeouts.optional(),
  retries: whole(0, 5).optional(),
  maxInFlight: whole(1, 100_000).nullable().optional(),
  tags: providerTags.optional(),
  enabled: z.boolean().optional(),
};

function refuseTwoWays(input: { apiKey?: string; credentials?: unknown[] }, context: z.RefinementCtx): void {
  if (input.apiKey !== undefined && input.credentials !== undefined) {
    context.addIssue({
      ...problem("not_together", "Give either apiKey or credentials.", { other: "credentials" }),
      path: ["apiKey"],
    });
  }
}

/**
 * The base URL as its protocol wants it, and Azure's `api-version` out of a pasted address where none is given.
 * Nothing where there is no address to change.
 */
export function addressFields(input: { protocol: Protocol; baseUrl?: string; apiVersion?: string | null }): {
  baseUrl?: string;
  apiVersion?: string | null;
} {
  if (input.baseUrl === undefined || input.baseUrl === demoBaseUrl) return {};
  const normal = normaliseBaseUrl(input.protocol, input.baseUrl);
  if (!normal) return {};
  const named = input.apiVersion === undefined && normal.apiVersion !== null;
  return { baseUrl: normal.url, ...(named && { apiVersion: normal.apiVersion }) };
}

/** A new provider. `apiKey` is short for one credential; `baseUrl` is needed by all protocols but `demo`. */
export const ProviderInput = z
  .strictObject({
    name: nameText(),
    protocol: z.enum(protocols),
    baseUrl: baseUrl.optional(),
    credentials: z.array(CredentialInput).max(100).optional(),
    deployments: z.array(ProviderDeploymentInput).max(1000).optional(),
    ...optionalFields,
  })
  .superRefine((input, context) => {
    refuseTwoWays(input, context);
    if (input.protocol !== "demo" && input.baseUrl === undefined) {
      context.addIssue({ ...problem("required", "This field is required."), path: ["baseUrl"] });
    }
    refuseDuplicates(
      (input.deployments ?? []).map((one) => one.name ?? one.model),
      context,
      (index) => ["deployments", index, "name"],
    );
  })
  .transform((input) => ({ ...input, ...addressFields(input) }));
export type ProviderInput = z.infer<typeof ProviderInput>;

/**
 * Changes to a provider. `credentials` and `headers` replace the whole list; absent fields stay, and so does the value of
 * a header that is sent back as it was shown.
 */
export const ProviderPatch = z
  .strictObject({
    name: nameText().optional(),
    protocol: z.enum(protocols).optional(),
    baseUrl: baseUrl.optional(),
    credentials: z.array(CredentialChange).max(100).optional(),
    ...optionalFields,
    headers: changedHeaders.optional(),
    version: versionLock,
  })
  .superRefine(refuseTwoWays);
export type ProviderPatch = z.infer<typeof ProviderPatch>;

export const ProviderListQuery = z.strictObject({
  ...listQuery,
  sort: sortBy("name", "createdAt", "updatedAt"),
  protocol: z.enum(protocols).optional(),
  tag: providerTag.optional(),
  enabled: flagInQuery.optional(),
});
export type ProviderListQuery = z.infer<typeof ProviderListQuery>;

/** What to test a provider with; without either, its cheapest enabled deployment. */
export const ProviderTestInput = z.strictObject({ deploymentId: idText.optional(), model: nameText(200).optional() });
export type ProviderTestInput = z.infer<typeof ProviderTestInput>;

/** A credential as the management API shows it. Its secret is write-only; `preview` is the last four characters. */
export type CredentialView = {
  id: string;
  name: string;
  preview: string;
  enabled: boolean;
  state: "ready" | "set_aside" | "disabled";
  setAside: { at: string; retryAt: string; reason: string | null } | null;
  createdAt: string;
  updatedAt: string;
};

/** A provider as the management API shows it. Times are RFC 3339. */
export type ProviderView = {
  id: string;
  name: string;
  protocol: (typeof protocols)[number];
  baseUrl: string;
  apiVersion: string | null;
  /** The preset it was made from; decides its icon. */
  preset: string | null;
  wireApi: (typeof wireApis)[number];
  credentials: CredentialView[];
  /** Values that are secrets read `••••`. */
  headers: Record<string, string>;
  timeouts: Timeouts;
  retries: number;
  maxInFlight: number | null;
  /** Words to sort providers by, in their order. */
  tags: string[];
  enabled: boolean;
  /** `console`, or the file or seed this row comes from. */
  source: string;
  deployments: DeploymentView[];
  version: number;
  createdAt: string;
  updatedAt: string;
};
