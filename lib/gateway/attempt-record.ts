import type { Failure } from "./answer-check.ts";
import { costOf } from "./pricing.ts";
import type { Candidate } from "./routing.ts";
import type { AttemptRecord, CatalogCredential, Cost, KeywordVerdict, Usage } from "./types.ts";
import type { AttemptResult } from "./upstream.ts";

const messageMost = 500;
/** Far more than is kept, so that a secret at the cut is still seen whole where it matters. */
const redactedMost = 8 * messageMost;

const nothing: Cost = { nanos: 0, source: "catalogue" };

/** What is kept of an attempt. What comes next is decided later; until then nothing does. */
export function attemptRecord(input: {
  n: number;
  candidate: Candidate;
  credential: CatalogCredential | null;
  /** Epoch ms. */
  startedAt: number;
  result: AttemptResult;
  usage: Usage | null;
  /** Whatever calls cost there. */
  isFree: boolean;
  redact(text: string): string;
}): AttemptRecord {
  const { n, candidate, credential, startedAt, result, usage, isFree, redact } = input;
  const { deployment, provider } = candidate;
  const failure = result.kind === "answered" ? null : result.failure;
  const met = ruleMet(failure, result.tag);
  const { costNanos } = result.usage;
  const owesNothing = result.kind === "failed" && !wasAbandoned(result) && !usage;
  return {
    n,
    deployment: { id: deployment.id, name: deployment.name, provider: provider.name },
    providerId: provider.id,
    credential: credential ? { id: credential.id, preview: credential.preview } : null,
    startedAt,
    ...result.times,
    outcome: outcomeOf(result),
    reason: failure?.reason ?? "ok",
    httpStatus: result.httpStatus,
    message: failure ? redact(failure.message.slice(0, redactedMost)).slice(0, messageMost) : null,
    keywordId: met?.keywordId ?? null,
    ...(met?.verdict && { keywordVerdict: met.verdict }),
    matched: met?.matched ? redact(met.matched) : null,
    next: "stop",
    waitMs: 0,
    usage,
    cost: owesNothing && costNanos === null ? null : isFree ? nothing : costOf(deployment.prices, usage, costNanos),
    upstreamRequestId: result.upstreamRequestId,
  };
}

type Met = { keywordId: string; matched: string | null; verdict: KeywordVerdict | undefined };

/** The rule that decided on the answer; null = none did. */
function ruleMet(failure: Failure | null, tag: Met | null): Met | null {
  if (!failure?.keywordId) return tag;
  return { keywordId: failure.keywordId, matched: failure.matched, verdict: failure.keywordVerdict };
}

function outcomeOf(result: AttemptResult): AttemptRecord["outcome"] {
  if (result.kind === "answered") return "ok";
  if (result.failure.kind === "client_left") return "client_left";
  return result.kind;
}

/** The client left what had been sent. Before that nobody can have worked for it. */
export function wasAbandoned(result: AttemptResult): boolean {
  return result.kind !== "answered" && result.failure.kind === "client_left" && result.times.connectMs !== null;
}
