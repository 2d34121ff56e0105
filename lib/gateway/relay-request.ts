import { SluiceError } from "../errors.ts";
import type { CallRequest, UpstreamBody } from "./call-request.ts";
import { needsOnly } from "./eligibility.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import { requireModel } from "./json-request.ts";
import { readRelayedJson } from "./json-requests.ts";
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
    needs: needsOnly({}),
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
 * query. Null where no `model` is to be found.
 */
export function readRelayRequest(request: GatewayRequest, bytes: Buffer): CallRequest | null {
  const queryModel = modelIn(request.query);
  const contentType = request.headers["content-type"] ?? "";
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (bytes.length === 0)
    return queryModel === undefined ? null : bareRequest("relay", requireModel(queryModel), noBody);
  if (queryModel !== undefined)
    return bareRequest("relay", requireModel(queryModel), () => ({ body: bytes, contentType: contentType || null }));
  if (type === "application/x-www-form-urlencoded") {
    const form = bytes.toString("utf8");
    const model = modelIn(form);
    if (model === undefined) return null;
    const formFor = ({ model: upstreamModel }: CatalogDeployment) => Buffer.from(withModel(form, upstreamModel));
    return bareRequest(
      "relay",
      requireModel(model),
      (deployment) => ({ body: formFor(deployment), contentType }),
      form,
    );
  }
  if (type !== "" && !/[/+]json$/.test(type)) return null;
  return readRelayedJson(bytes, contentType || "application/json");
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
  const contentType = request.headers["content-type"] ?? null;
  return bareRequest("responses", model, () => (bytes.length === 0 ? noBody() : { body: bytes, contentType }));
}

function onlyGroup(catalog: Catalog, key: CatalogKey | null): CatalogGroup | null {
  const groups = [...catalog.groups.values()].filter((group) => group.enabled && mayUse(key, group.id));
  const [first] = groups;
  if (!first || groups.length === 1) return first ?? null;
  const providers = new Map<string, CatalogGroup>();
  for (const group of groups)
    for (const { deploymentId } of group.members) {
      const providerId = catalog.deployments.get(deploymentId)?.providerId;
      if (providerId && catalog.providers.get(providerId)?.protocol === "openai" && !providers.has(providerId))
        providers.set(providerId, group);
    }
  const [only, another] = providers.values();
  return only && !another ? only : null;
}
