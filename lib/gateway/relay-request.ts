import { isSluiceError, SluiceError } from "../errors.ts";
import type { CallRequest, UpstreamBody } from "./call-request.ts";
import { needsOnly } from "./eligibility.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import { type Json, readJsonBody, requireModel } from "./json-request.ts";
import { readRelayedJson } from "./json-requests.ts";
import { servesEndpoint } from "./protocol-rules.ts";
import { modelIn, withModel } from "./relay-path.ts";
import { mayUse } from "./routing.ts";
import type { Catalog, CatalogDeployment, CatalogGroup, CatalogKey, EndpointName } from "./types.ts";

/** A request whose body, if it has one, goes on as it is: the model stands elsewhere. */
export function bareRequest(
  endpoint: EndpointName,
  model: string,
  bodyFor: (deployment: CatalogDeployment) => Pick<UpstreamBody, "body" | "contentType">,
  text: string | null = null,
): CallRequest {
  return {
    endpoint,
    model,
    stream: false,
    includeUsage: false,
    needs: needsOnly({ endpoint }),
    conversation: null,
    sessionId: null,
    promptBytes: 0,
    promptMessages: 0,
    maxOutputTokens: null,
    bodyFor: (deployment) => ({ ...bodyFor(deployment), stream: false }),
    text: () => text,
    promptText: () => "",
    keepForReplay: () => {},
    isReplayable: true,
    release: () => {},
  };
}

const noBody = () => ({ body: null, contentType: null });

/**
 * A request on a path we know nothing of: its model is a member of its JSON, a field of its form or a parameter of its
 * query. Null where no `model` is to be found. Throws invalid_type where two of them differ: what is allowed must be what
 * the provider reads.
 */
export function readRelayRequest(request: GatewayRequest, bytes: Buffer): CallRequest | null {
  return readNamedBy(request, bytes, modelIn(request.query), "relay");
}

function readNamedBy(
  request: GatewayRequest,
  bytes: Buffer,
  named: string | undefined,
  endpoint: EndpointName,
): CallRequest | null {
  const contentType = request.headers["content-type"] ?? "";
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (bytes.length === 0) return named === undefined ? null : bareRequest(endpoint, requireModel(named), noBody);
  if (type === "application/x-www-form-urlencoded") {
    const form = bytes.toString("utf8");
    const inForm = modelIn(form);
    const model = theOne(named, inForm);
    if (model === undefined) return null;
    // Without a model of its own a form stays as it is.
    const formFor = (upstreamModel: string) =>
      inForm === undefined ? bytes : Buffer.from(withModel(form, upstreamModel));
    const bodyFor = ({ model: upstreamModel }: CatalogDeployment) => ({ body: formFor(upstreamModel), contentType });
    return bareRequest(endpoint, requireModel(model), bodyFor, form);
  }
  const saysJson = type === "" || /[/+]json$/.test(type);
  if (named === undefined && !saysJson) return null;
  // Some servers read JSON whatever the content type says.
  const json =
    saysJson || mayBeObject.test(bytes.toString("latin1", 0, 64))
      ? readMembers(bytes, saysJson && named === undefined)
      : null;
  const inJson = json?.model;
  if (json && (inJson !== undefined || named === undefined)) {
    theOne(named, typeof inJson === "string" ? inJson : undefined);
    return readRelayedJson(bytes, contentType || "application/json", endpoint);
  }
  return bareRequest(endpoint, requireModel(named), () => ({ body: bytes, contentType: contentType || null }));
}

const mayBeObject = /^(\xef\xbb\xbf)?\s*\{/;

/** The members of a JSON object. What is none is refused where it has to be one, else null. */
function readMembers(bytes: Buffer, isRequired: boolean): Json | null {
  try {
    return readJsonBody(bytes).json;
  } catch (error) {
    if (isRequired || isAmbiguous(error)) throw error;
    return null;
  }
}

/** An object with two models is one to somebody. */
function isAmbiguous(error: unknown): boolean {
  return isSluiceError(error) && error.param === "model";
}

function theOne(named: string | undefined, inBody: string | undefined): string | undefined {
  if (named !== undefined && inBody !== undefined && named !== inBody)
    throw new SluiceError("invalid_type", "`model` is given twice, and not alike.", { param: "model" });
  return named ?? inBody;
}

/**
 * A request about a response that is stored at a provider. We keep no list of who stored what, so the client names the
 * group (`?model=` or the header `x-sluice-model`), or its key leaves no choice: one group, or one provider behind all of
 * them. In a group of several providers the one that has the response answers; the others say 404. Throws
 * missing_required.
 */
export function readStoredResponseRequest(
  request: GatewayRequest,
  bytes: Buffer,
  { catalog, key }: { catalog: Catalog; key: CatalogKey | null },
): CallRequest {
  const named = modelIn(request.query) ?? request.headers["x-sluice-model"];
  const model = named === undefined ? onlyGroup(catalog, key)?.name : requireModel(named);
  if (model === undefined)
    throw new SluiceError(
      "missing_required",
      "Name the model this response was made with: `?model=` or the header `x-sluice-model`.",
      { param: "model" },
    );
  const read = readNamedBy(request, bytes, model, "responses");
  if (!read) throw new SluiceError("internal_error", "A model was named and is not there.");
  return read;
}

function onlyGroup(catalog: Catalog, key: CatalogKey | null): CatalogGroup | null {
  const groups = [...catalog.groups.values()].filter((group) => group.enabled && mayUse(key, group.id));
  const [first] = groups;
  if (!first || groups.length === 1) return first ?? null;
  const providers = new Map<string, CatalogGroup>();
  for (const group of groups)
    for (const { deploymentId } of group.members) {
      const providerId = catalog.deployments.get(deploymentId)?.providerId;
      const provider = catalog.providers.get(providerId ?? "");
      if (
        provider &&
        provider.protocol !== "demo" &&
        servesEndpoint(provider, "responses") &&
        !providers.has(provider.id)
      )
        providers.set(provider.id, group);
    }
  const [only, another] = providers.values();
  return only && !another ? only : null;
}
