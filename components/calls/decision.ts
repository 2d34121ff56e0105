import type { CandidateRecord, DeploymentRef, Receipt } from "@/lib/gateway/types";
import { type Hindrance, hindranceOf } from "./hindrance";

/** A sentence of `calls.decision.sentence`, with its values. Each is whole: sentences are never put together from parts. */
export type Sentence =
  | { key: "refused" | "client_left" }
  | { key: "refused_key"; hindrance: Hindrance }
  | { key: "nothing_eligible"; count: number }
  | { key: "first_answered"; name: string; tier: number; reason: string }
  | { key: "first_failed"; name: string; tier: number; reason: string; failure: string }
  | { key: "retried"; name: string }
  | { key: "rescued"; count: number; name: string; tier: number }
  | { key: "gave_up"; count: number; stop: string }
  | { key: "interrupted"; name: string }
  | { key: "left_out"; name: string; reason: string }
  | { key: "left_out_until"; name: string; reason: string; retryAt: number }
  | { key: "left_out_reset"; name: string; reason: string; resetsAt: number }
  | { key: "left_out_more"; count: number };

/** Left-out candidates that are named; more are counted. */
const namedMost = 2;

const isNumber = (value: unknown): value is number => typeof value === "number";

export const nameOf = (deployment: DeploymentRef) => `${deployment.provider}/${deployment.name}`;

/** Why this provider? The answer in one to five sentences, most important first. */
export function decisionSentences(receipt: Receipt): Sentence[] {
  const skipped = receipt.candidates.filter(({ verdict }) => verdict === "skipped");
  // The key was not let in: what its candidates are marked with is the same thing again.
  if (receipt.outcome === "refused" && receipt.stop === "not_retryable" && skipped.length > 0)
    return [{ key: "refused_key", hindrance: hindranceOf(receipt) }];
  return [...courseOf(receipt, skipped.length), ...leftOut(skipped)];
}

function courseOf(receipt: Receipt, skippedCount: number): Sentence[] {
  const { attempts, candidates } = receipt;
  const first = attempts[0];
  if (!first) {
    if (receipt.outcome === "client_left") return [{ key: "client_left" }];
    return skippedCount > 0 ? [{ key: "nothing_eligible", count: skippedCount }] : [{ key: "refused" }];
  }
  const chosen = candidates.find(({ deployment }) => deployment.id === first.deployment.id);
  const opening = {
    name: nameOf(first.deployment),
    tier: chosen?.tier ?? 1,
    reason: chosen?.reason ?? "first_in_order",
  };
  const failed = attempts.filter(({ outcome }) => outcome === "failed").length;
  const last = attempts.at(-1) ?? first;

  if (first.outcome === "ok") return [{ key: "first_answered", ...opening }];
  const sentences: Sentence[] =
    first.outcome === "failed" ? [{ key: "first_failed", ...opening, failure: first.reason }] : [];
  if (last.outcome === "ok") {
    const tier = candidates.find(({ deployment }) => deployment.id === last.deployment.id)?.tier ?? 1;
    if (last.deployment.id === first.deployment.id) sentences.push({ key: "retried", name: nameOf(last.deployment) });
    else sentences.push({ key: "rescued", count: failed, name: nameOf(last.deployment), tier });
  } else if (last.outcome === "interrupted") sentences.push({ key: "interrupted", name: nameOf(last.deployment) });
  else if (last.outcome === "client_left") sentences.push({ key: "client_left" });
  else sentences.push({ key: "gave_up", count: failed, stop: receipt.stop });
  return sentences;
}

function leftOut(skipped: readonly CandidateRecord[]): Sentence[] {
  const named = skipped.slice(0, namedMost).map(({ deployment, reason, evidence }): Sentence => {
    const name = nameOf(deployment);
    if (isNumber(evidence.retryAt)) return { key: "left_out_until", name, reason, retryAt: evidence.retryAt };
    if (isNumber(evidence.resetsAt)) return { key: "left_out_reset", name, reason, resetsAt: evidence.resetsAt };
    return { key: "left_out", name, reason };
  });
  const more = skipped.length - named.length;
  return more > 0 ? [...named, { key: "left_out_more", count: more }] : named;
}

/** One fact of a candidate's evidence: a message of `calls.decision.facts`, with raw values to be formatted. */
export type Fact =
  | { key: "failures"; count: number }
  | { key: "failuresOf"; failures: number; threshold: number; minutes: number }
  | { key: "inFlight"; count: number }
  | { key: "inFlightOf"; count: number; maximum: number }
  | { key: "price"; inputNanos: number; outputNanos: number }
  | { key: "priceInput" | "priceOutput" | "callPrice"; nanos: number }
  | { key: "quotaLeft"; share: number }
  | { key: "latency"; ms: number }
  | { key: "openedAt" | "retryAt" | "until" | "resetsAt"; at: number }
  | { key: "quota"; quota: string; used: number; limit: number }
  | { key: "credentials" | "setAside" | "inputTokens" | "outputTokens" | "contextWindow" | "lastTurn"; count: number }
  | { key: "ability"; ability: string }
  | { key: "feature"; feature: string; format: string }
  | { key: "unreadable"; format: string }
  | { key: "endpoint"; protocol: string }
  | { key: "assumed" | "measuring" }
  | { key: "other"; name: string; value: string };

/** What was known about a candidate, as facts in reading order. What this console does not know is shown as it is. */
export function factsOf(evidence: CandidateRecord["evidence"]): Fact[] {
  const left = new Map(Object.entries(evidence).filter(([name, value]) => value !== null && name !== "weight"));
  const take = (name: string): number | undefined => {
    const value = left.get(name);
    if (!isNumber(value)) return undefined;
    left.delete(name);
    return value;
  };
  const facts: Fact[] = [];
  const failures = take("failures");
  const threshold = take("failureThreshold");
  const minutes = take("failureWindowMinutes");
  if (failures !== undefined && threshold !== undefined)
    facts.push({ key: "failuresOf", failures, threshold, minutes: minutes ?? 0 });
  else if (failures !== undefined) facts.push({ key: "failures", count: failures });
  const { quota, limit, used } = evidence;
  if (typeof quota === "string" && isNumber(limit) && isNumber(used)) {
    // What remains follows from the other two.
    for (const name of ["quota", "limit", "used", "remaining"]) left.delete(name);
    facts.push({ key: "quota", quota, used, limit });
  }
  for (const key of ["openedAt", "retryAt", "until", "resetsAt"] as const) {
    const at = take(key);
    if (at !== undefined) facts.push({ key, at });
  }
  const inputNanos = take("inputPriceNanos");
  const outputNanos = take("outputPriceNanos");
  if (inputNanos !== undefined && outputNanos !== undefined) facts.push({ key: "price", inputNanos, outputNanos });
  else if (inputNanos !== undefined) facts.push({ key: "priceInput", nanos: inputNanos });
  else if (outputNanos !== undefined) facts.push({ key: "priceOutput", nanos: outputNanos });
  const callNanos = take("callPriceNanos");
  if (callNanos !== undefined && callNanos > 0) facts.push({ key: "callPrice", nanos: callNanos });
  const percentLeft = take("quotaLeftPercent");
  // A whole quota and none at all are the same to a strategy, and nothing to tell a reader.
  if (percentLeft !== undefined && percentLeft < 100) facts.push({ key: "quotaLeft", share: percentLeft / 100 });
  const ms = take("latencyMs");
  if (ms !== undefined) facts.push({ key: "latency", ms });
  const count = take("inFlight");
  const maximum = take("maxConcurrent");
  if (count !== undefined && maximum !== undefined) facts.push({ key: "inFlightOf", count, maximum });
  else if (count !== undefined && count > 0) facts.push({ key: "inFlight", count });
  for (const key of ["credentials", "setAside", "inputTokens", "outputTokens", "contextWindow", "lastTurn"] as const) {
    const value = take(key);
    if (value !== undefined) facts.push({ key, count: value });
  }
  const { feature, format, endpoint, protocol } = evidence;
  if (typeof feature === "string" && typeof format === "string") {
    for (const name of ["feature", "format"]) left.delete(name);
    // A hyphen could not stand in the cases of a message.
    const said = { format: format.replaceAll("-", "_") };
    facts.push(feature === "unreadable" ? { key: "unreadable", ...said } : { key: "feature", feature, ...said });
  }
  if (typeof endpoint === "string" && typeof protocol === "string") {
    for (const name of ["endpoint", "protocol"]) left.delete(name);
    facts.push({ key: "endpoint", protocol });
  }
  for (const [name, value] of left) {
    if (name === "ability") facts.push({ key: "ability", ability: String(value) });
    else if (name === "assumed" || name === "measuring") facts.push({ key: name });
    else facts.push({ key: "other", name, value: String(value) });
  }
  return facts;
}

export type RescueStory =
  | { key: "rescuedSentence"; failed: number; place: number }
  | { key: "skippedSentence"; skipped: number }
  | { key: "firstSentence" | "failedSentence" };

/** What the first-request card says about a call, in numbers of its receipt. Counts providers, not tries. */
export function rescueStory(receipt: Receipt): RescueStory {
  if (receipt.outcome !== "ok" && receipt.outcome !== "rescued") return { key: "failedSentence" };
  const failed = new Set(
    receipt.attempts.filter(({ outcome }) => outcome !== "ok").map(({ deployment }) => deployment.id),
  ).size;
  if (failed > 0) return { key: "rescuedSentence", failed, place: failed + 1 };
  const skipped = receipt.candidates.filter(({ verdict }) => verdict === "skipped").length;
  return skipped > 0 ? { key: "skippedSentence", skipped } : { key: "firstSentence" };
}
