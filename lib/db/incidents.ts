import type { EndReason, Incident } from "../schemas/health.ts";
import { db } from "./client.ts";
import { readStateEvents, type StateEvent } from "./state-events.ts";

/**
 * Incidents are not stored: they are what the events of a circuit or a credential say when they are read together, and
 * the calls whose attempts failed meanwhile.
 */

type Subject = { key: string; credential: boolean };

function subjectOf({ kind, deploymentId, detail }: StateEvent): Subject | null {
  if (kind === "cooled") return null;
  if (kind === "credential_refused" || kind === "credential_returned")
    return { key: detail.credentialId ?? "", credential: true };
  return { key: deploymentId, credential: false };
}

/** An incident without what only the call log knows. `since` is the oldest failure that led to it. */
export type OpenOrClosed = Omit<Incident, "affected" | "rescued" | "durationMs"> & { since: number };

/** Reads events, oldest first, as incidents, newest first. */
export function incidentsOf(events: readonly StateEvent[]): OpenOrClosed[] {
  const open = new Map<string, OpenOrClosed>();
  const all: OpenOrClosed[] = [];
  for (const event of events) {
    const subject = subjectOf(event);
    if (subject === null) continue;
    const known = open.get(subject.key);
    const { detail } = event;
    if (event.kind === "closed" || event.kind === "credential_returned") {
      if (!known) continue;
      known.closedAt = new Date(event.at).toISOString();
      known.closedBy = (event.reason as EndReason | null) ?? "answered";
      open.delete(subject.key);
    } else if (known) {
      if (event.kind === "reopened") known.reopened += 1;
    } else if (event.kind !== "half_open") {
      const incident: OpenOrClosed = {
        id: `${subject.key}-${event.at}`,
        kind: subject.credential ? "credential" : "circuit",
        provider: { id: event.providerId, name: detail.provider ?? event.providerId },
        deployment:
          event.deploymentId === "" ? null : { id: event.deploymentId, name: detail.deployment ?? event.deploymentId },
        openedAt: new Date(event.at).toISOString(),
        closedAt: null,
        reason: event.reason,
        failures: detail.failures ?? null,
        threshold: detail.threshold ?? null,
        windowMinutes: detail.windowMinutes ?? null,
        reopened: 0,
        closedBy: null,
        since: detail.since ?? event.at,
      };
      open.set(subject.key, incident);
      all.push(incident);
    }
  }
  return all.reverse();
}

/** Attempts begin before they fail, and the one that opened a circuit is among them. */
const attemptMostMs = 120_000;

type Affected = { affected: number; rescued: number };

async function affectedBy(
  { kind, provider, deployment, since, closedAt }: OpenOrClosed,
  nowMs: number,
): Promise<Affected> {
  const from = since - attemptMostMs;
  const to = closedAt === null ? nowMs : Date.parse(closedAt);
  const [row] =
    kind === "circuit" && deployment
      ? await db().$queryRaw<{ affected: bigint; rescued: bigint }[]>`
          SELECT count(*) AS "affected", coalesce(sum("outcome" = 'rescued'), 0) AS "rescued" FROM "Call" WHERE "id" IN
            (SELECT "callId" FROM "Attempt" WHERE "deploymentId" = ${deployment.id} AND "at" >= ${from} AND "at" <= ${to}
              AND "outcome" IN ('failed', 'interrupted')
              AND NOT ("reason" = 'http_4xx' AND "httpStatus" IN (400, 413, 415, 422)) AND "reason" NOT IN ('policy_refusal', 'simulated')
              AND "at" + coalesce("endMs", 0) >= ${since - 1000})`
      : await db().$queryRaw<{ affected: bigint; rescued: bigint }[]>`
          SELECT count(*) AS "affected", coalesce(sum("outcome" = 'rescued'), 0) AS "rescued" FROM "Call" WHERE "id" IN
            (SELECT "callId" FROM "Attempt" WHERE "deploymentId" IN
                (SELECT "id" FROM "Deployment" WHERE "providerId" = ${provider.id})
              AND "at" >= ${from} AND "at" <= ${to} AND "reason" = 'auth_invalid')`;
  return { affected: Number(row?.affected ?? 0), rescued: Number(row?.rescued ?? 0) };
}

/**
 * Incidents that were open at some time in `from` … `to` (epoch ms), newest first. @param callsFrom calls before are no
 * longer stored, so that nothing is said of how many were hit
 */
export async function readIncidents(
  span: { from: number; to: number; limit: number; nowMs: number; callsFrom: number },
  keep: (incident: OpenOrClosed) => boolean = () => true,
): Promise<Incident[]> {
  const { before, events } = await readStateEvents(span);
  const wanted = incidentsOf([...before.map((event) => ({ ...event, kind: asOpening(event) })), ...events])
    .filter(keep)
    .slice(0, span.limit);
  const incidents: Incident[] = [];
  for (const incident of wanted) {
    const { since, ...shown } = incident;
    const known = since >= span.callsFrom ? await affectedBy(incident, span.nowMs) : { affected: null, rescued: null };
    const end = shown.closedAt === null ? span.nowMs : Date.parse(shown.closedAt);
    incidents.push({ ...shown, durationMs: Math.max(0, end - Date.parse(shown.openedAt)), ...known });
  }
  return incidents;
}

/** Whatever the newest event before the span was, it says that an incident was under way. */
function asOpening({ kind }: StateEvent): StateEvent["kind"] {
  return kind === "credential_refused" ? kind : "opened";
}
