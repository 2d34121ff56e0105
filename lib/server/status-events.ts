import { appendStateEvents, endOpenStates, type StateEvent } from "../db/state-events.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { HealthChange } from "../gateway/health.ts";
import type { Catalog } from "../gateway/types.ts";
import type { Logger } from "../logger.ts";

/** Changes come in bursts; they are written together, outside the call that caused them. */
const writeAfterMs = 250;
const tryAgainAfterMs = 5_000;
/** While the database is away. Older ones go first. */
const waitingMost = 1_000;
/** A provider that limits by the second would fill the history with one fact. */
const coolingAgainMs = 60_000;

type Store = { append(events: readonly StateEvent[]): Promise<void>; endOpen(nowMs: number): Promise<number> };

/**
 * Keeps the history of what the gateway decides about deployments and credentials. Calls only put a value into a list;
 * writing happens later and never fails a call. Returns what writes the rest and stops.
 */
export function recordStateEvents(
  gateway: Pick<Gateway, "catalog" | "health">,
  logger: Pick<Logger, "warn">,
  store: Store = { append: appendStateEvents, endOpen: endOpenStates },
): () => Promise<void> {
  let waiting: StateEvent[] = [];
  let timer: NodeJS.Timeout | null = null;
  let startedAt: number | null = Date.now();
  /** Names of what may be removed before it closes. */
  const remembered = new Map<string, Place>();
  const cooledAt = new Map<string, number>();

  async function write(): Promise<void> {
    timer = null;
    const events = waiting;
    waiting = [];
    try {
      if (startedAt !== null) {
        await store.endOpen(startedAt);
        startedAt = null;
      }
      if (events.length > 0) await store.append(events);
    } catch (error) {
      logger.warn({ err: error }, "the history of states could not be written; it waits");
      waiting = [...events, ...waiting].slice(-waitingMost);
      schedule(tryAgainAfterMs);
    }
  }

  function schedule(afterMs: number): void {
    if (timer !== null) return;
    timer = setTimeout(() => void write(), afterMs);
    timer.unref();
  }

  gateway.health.watch((change) => {
    if (change.kind === "cooled") {
      const last = cooledAt.get(change.deploymentId) ?? 0;
      if (change.at - last < coolingAgainMs) return;
      cooledAt.set(change.deploymentId, change.at);
    }
    const subject = "credentialId" in change && change.kind !== "cooled" ? change.credentialId : subjectOf(change);
    const place = placeOf(gateway.catalog, subject) ?? remembered.get(subject);
    if (!place) return;
    if (change.kind === "closed" || change.kind === "credential_returned") remembered.delete(subject);
    else if (change.kind !== "cooled") remembered.set(subject, place);
    waiting.push(eventOf(change, place));
    if (waiting.length > waitingMost) waiting.shift();
    schedule(writeAfterMs);
  });
  schedule(writeAfterMs);

  return async () => {
    gateway.health.watch(() => {});
    if (timer !== null) clearTimeout(timer);
    timer = null;
    await write();
    if (timer !== null) clearTimeout(timer);
  };
}

type Place = { providerId: string; deploymentId: string; provider: string; deployment?: string };

const subjectOf = (change: HealthChange) => ("deploymentId" in change ? change.deploymentId : change.credentialId);

function placeOf(catalog: Catalog, id: string): Place | null {
  const deployment = catalog.deployments.get(id);
  if (deployment) {
    const provider = catalog.providers.get(deployment.providerId)?.name ?? "";
    return { providerId: deployment.providerId, deploymentId: id, provider, deployment: deployment.name };
  }
  for (const { id: providerId, name, credentials } of catalog.providers.values())
    if (credentials.some((credential) => credential.id === id)) return { providerId, deploymentId: "", provider: name };
  return null;
}

function eventOf(change: HealthChange, { providerId, deploymentId, ...names }: Place): StateEvent {
  const event = { at: change.at, kind: change.kind, providerId, deploymentId };
  switch (change.kind) {
    case "opened":
    case "reopened": {
      const { reason, failures, failureThreshold: threshold, failureWindowMinutes: windowMinutes } = change;
      const evidence = { failures, threshold, windowMinutes, since: change.since, until: change.retryAt };
      return { ...event, reason, detail: { ...names, ...evidence } };
    }
    case "half_open":
      return { ...event, reason: null, detail: names };
    case "closed":
      return { ...event, reason: change.by, detail: names };
    case "cooled":
      return { ...event, reason: "http_429", detail: { ...names, until: change.retryAt } };
    case "credential_refused": {
      const { credentialId, retryAt: until, httpStatus } = change;
      const status = httpStatus === null ? {} : { httpStatus };
      return { ...event, reason: change.reason, detail: { ...names, credentialId, until, ...status } };
    }
    case "credential_returned":
      return { ...event, reason: change.by, detail: { ...names, credentialId: change.credentialId } };
  }
}
