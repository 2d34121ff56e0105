import type { CallRequest } from "./call-request.ts";
import type { WalkResult } from "./failover.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import { closeRecords, type Plan } from "./routing.ts";
import type { CallRecord, CatalogGroup, CatalogKey, Charge, EndpointName } from "./types.ts";
import type { AttemptResult } from "./upstream.ts";

const storedBodyMost = 1024 * 1024;
const userAgentMost = 300;

/** All that a call knows of itself at its end. What never came to be is null. */
export type CallFacts = Pick<
  CallRecord,
  | "id"
  | "requestId"
  | "at"
  | "endpoint"
  | "outcome"
  | "status"
  | "errorCode"
  | "clientRequestId"
  | "sessionId"
  | "firstTokenMs"
  | "totalMs"
  | "overheadUs"
  | "bodies"
> & {
  request: GatewayRequest;
  asked: CallRequest | null;
  key: CatalogKey | null;
  group: CatalogGroup | null;
  plan: Plan | null;
  walked: WalkResult | null;
  keyCharges: Charge[];
};

/** The row of the call log, with its receipt. */
export function callRecord(facts: CallFacts): CallRecord {
  const { request, asked, key, group, plan, walked, outcome } = facts;
  // Whoever was answering when the client left is who the call is charged to.
  const served = walked?.served ?? (outcome === "client_left" ? (walked?.lastCandidate ?? null) : null);
  const lastAttempt = walked?.attempts.at(-1);
  const usage = served ? (lastAttempt?.usage ?? null) : null;
  const cost = served ? (lastAttempt?.cost ?? null) : null;
  const deployment = served && {
    id: served.deployment.id,
    name: served.deployment.name,
    provider: served.provider.name,
  };
  if (served && plan && outcome !== "client_left") closeRecords(plan.records, served);
  return {
    id: facts.id,
    requestId: facts.requestId,
    clientRequestId: facts.clientRequestId,
    at: facts.at,
    endpoint: facts.endpoint,
    outcome,
    status: facts.status,
    errorCode: facts.errorCode,
    stream: asked?.stream ?? false,
    group: group && { id: group.id, name: group.name },
    model: asked?.model ?? null,
    servedModel: served?.deployment.model ?? null,
    provider: served && { id: served.provider.id, name: served.provider.name },
    deploymentId: served?.deployment.id ?? null,
    key: key && { id: key.id, name: key.name },
    firstTokenMs: facts.firstTokenMs,
    totalMs: facts.totalMs,
    overheadUs: facts.overheadUs,
    usage,
    cost,
    demo: (served ?? plan?.candidates[0])?.provider.protocol === "demo",
    clientIp: request.remoteAddress,
    userAgent: request.headers["user-agent"]?.slice(0, userAgentMost) ?? null,
    sessionId: facts.sessionId,
    flags: [
      ...(walked?.last?.flags ?? []),
      ...(served && !cost && lastAttempt?.connectMs !== null ? ["cost_unknown"] : []),
    ],
    receipt: {
      strategy: group?.strategy ?? "weighted",
      policyVersion: group?.version ?? 0,
      decideUs: plan?.decideUs ?? 0,
      candidates: plan?.records ?? [],
      attempts: walked?.attempts ?? [],
      outcome,
      stop: walked?.stop ?? "not_retryable",
      servedBy: outcome === "ok" || outcome === "rescued" ? deployment : null,
    },
    charges: [...facts.keyCharges, ...(walked?.charges ?? [])],
    bodies: facts.bodies,
  };
}

const saysText: ReadonlySet<EndpointName> = new Set([
  "chat.completions",
  "completions",
  "responses",
  "messages",
  "gemini.generate",
]);

/** Text only, up to 1 MB each: sound, pictures and vectors are not stored. */
export function storedBodies(
  asked: CallRequest,
  last: AttemptResult | null,
  redact: (text: string) => string,
): CallRecord["bodies"] {
  const request = asked.text();
  const response = last && last.kind !== "failed" ? last.said.text : "";
  const shown = (text: string | null) => (text === null ? null : redact(text.slice(0, storedBodyMost)));
  return {
    request: shown(request),
    response: shown(response || (saysText.has(asked.endpoint) ? "" : null)),
    truncated: (request?.length ?? 0) > storedBodyMost || (last?.said.bytes ?? 0) > storedBodyMost,
  };
}
