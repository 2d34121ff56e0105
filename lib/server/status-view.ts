import { lastFailure } from "../db/attempt-failures.ts";
import { readSpans, type Span } from "../db/attempt-spans.ts";
import { listDeployments } from "../db/deployments.ts";
import { listGroups } from "../db/groups.ts";
import { readIncidents } from "../db/incidents.ts";
import { readSettings } from "../db/settings.ts";
import { type PersonEvent, readPersonEvents, readStateEvents, type StateEvent } from "../db/state-events.ts";
import type { DeploymentView } from "../schemas/deployments.ts";
import {
  cellSeconds,
  type HealthEvent,
  type HealthQuery,
  type HealthRow,
  type HealthView,
  type Incident,
  type IncidentQuery,
  stripCells,
} from "../schemas/health.ts";
import {
  cellStarts,
  cellsOf,
  circuitIntervals,
  type Interval,
  joined,
  type Strip,
  stripOf,
  totalsOf,
} from "./status-cells.ts";

const dayMs = 86_400_000;
const rowsMost = 1000;
/** Of one row; the newest stay. */
const eventsMost = 200;

const iso = (at: number) => new Date(at).toISOString();

function gatewayEvent({ at, kind, deploymentId, reason, detail }: StateEvent): HealthEvent {
  const { failures, threshold, windowMinutes, until, httpStatus } = detail;
  return {
    ...{ at: iso(at), kind, deploymentId: deploymentId || null, reason },
    ...(failures !== undefined && { failures, threshold, windowMinutes }),
    ...(until !== undefined && { until: iso(until) }),
    ...(httpStatus !== undefined && { httpStatus }),
  };
}

function personEvent({ at, kind, targetId, actor, until, reason, fields }: PersonEvent): HealthEvent {
  return {
    ...{ at: iso(at), kind, deploymentId: targetId.startsWith("dep_") ? targetId : null, reason, actor },
    ...(until !== null && { until: iso(until) }),
    ...(fields.length > 0 && { fields }),
  };
}

const inOrder = (events: HealthEvent[]) =>
  events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(-eventsMost);

/** When a person had taken a deployment out of use. */
function heldIntervals(
  events: readonly PersonEvent[],
  held: DeploymentView["held"],
  from: number,
  nowMs: number,
): Interval[] {
  const intervals: Interval[] = [];
  let open: Interval | null = null;
  for (const { kind, at, until } of events) {
    if (kind !== "held" && kind !== "released") continue;
    if (kind === "released" && open === null && intervals.length === 0) intervals.push({ from, to: at });
    if (open !== null) open.to = Math.min(open.to, at);
    open = kind === "held" ? { from: at, to: Math.min(until ?? nowMs, nowMs) } : null;
    if (open !== null) intervals.push(open);
  }
  if (held && open === null)
    intervals.push({ from: Date.parse(held.at), to: Math.min(held.until ? Date.parse(held.until) : nowMs, nowMs) });
  return intervals;
}

function bySubject<Item>(items: readonly Item[], subjectOf: (item: Item) => string): Map<string, Item[]> {
  const map = new Map<string, Item[]>();
  for (const item of items) {
    const subject = subjectOf(item);
    const list = map.get(subject);
    if (list) list.push(item);
    else map.set(subject, [item]);
  }
  return map;
}

type Read = {
  starts: number[];
  nowMs: number;
  spans: Map<string, Span[]>;
  /** By deployment; under the empty name those of whole providers. */
  before: StateEvent[];
  events: StateEvent[];
  people: Map<string, PersonEvent[]>;
};

function deploymentStrip({ starts, nowMs, spans, before, events, people }: Read, deployment: DeploymentView): Strip {
  const own = ({ deploymentId }: StateEvent) => deploymentId === deployment.id;
  return stripOf(spans.get(deployment.id) ?? [], starts, {
    circuit: circuitIntervals([...before.filter(own), ...events.filter(own)], nowMs),
    held: heldIntervals(people.get(deployment.id) ?? [], deployment.held, starts[0] ?? 0, nowMs),
    nowMs,
  });
}

/**
 * Strips of ninety cells with what happened meanwhile, in the order of names. `timeZone` is the instance's, in which
 * days were cut.
 */
export async function readHealth(
  { range, mode, id }: HealthQuery,
  timeZone: string,
  nowMs: number = Date.now(),
): Promise<HealthView> {
  const starts = cellStarts(range, nowMs, timeZone);
  const span = { from: starts[0] ?? 0, to: starts[stripCells] ?? nowMs };
  const [groups, deployments, stored, people] = await Promise.all([
    mode === "groups" ? listGroups({ limit: rowsMost }) : null,
    mode === "groups" ? null : listDeployments({ limit: rowsMost }),
    mode === "groups" ? { before: [], events: [] } : readStateEvents(span),
    readPersonEvents(span),
  ]);
  const wanted = (deployments?.items ?? []).filter(
    (one) => id === undefined || (mode === "deployments" ? one.id : one.providerId) === id,
  );
  const subjects =
    mode === "groups"
      ? (groups?.items ?? []).map((group) => group.id).filter((one) => id === undefined || one === id)
      : wanted.map((one) => one.id);
  const read: Read = {
    starts,
    nowMs,
    spans: bySubject(await readSpans(cellSeconds[range], span, subjects), ({ subject }) => subject),
    ...stored,
    people: bySubject(people, ({ targetId }) => targetId),
  };
  const eventsOf = (match: (event: StateEvent) => boolean, targets: readonly string[]) =>
    inOrder([
      ...read.events.filter(match).map(gatewayEvent),
      ...targets.flatMap((target) => (read.people.get(target) ?? []).map(personEvent)),
    ]);
  const row = (names: Pick<HealthRow, "id" | "name" | "provider">, strip: Strip, events: HealthEvent[]): HealthRow => ({
    ...names,
    cells: cellsOf(strip, starts),
    events,
    totals: totalsOf(strip),
    lastError: null,
  });

  const view = (rows: HealthRow[]): HealthView => ({ range, mode, from: iso(span.from), to: iso(span.to), rows });
  if (mode === "groups") {
    const none = { circuit: [], held: [], nowMs };
    return view(
      (groups?.items ?? [])
        .filter((group) => subjects.includes(group.id))
        .map((group) =>
          row(
            { id: group.id, name: group.name, provider: null },
            stripOf(read.spans.get(group.id) ?? [], starts, none),
            eventsOf(() => false, [group.id]),
          ),
        ),
    );
  }
  if (mode === "providers") {
    return view(
      [...bySubject(wanted, ({ providerId }) => providerId)].map(([providerId, own]) =>
        row(
          { id: providerId, name: own[0]?.provider.name ?? providerId, provider: null },
          joined(own.map((one) => deploymentStrip(read, one))),
          eventsOf((event) => event.providerId === providerId, [providerId, ...own.map((one) => one.id)]),
        ),
      ),
    );
  }
  const rows = wanted.map(async (deployment) => {
    const { id: deploymentId, name, provider } = deployment;
    const strip = deploymentStrip(read, deployment);
    const mine = (event: StateEvent) =>
      event.deploymentId === deploymentId || (event.deploymentId === "" && event.providerId === provider.id);
    const cell = strip.sums.findLastIndex(({ failed }) => failed > 0);
    const lastError = cell < 0 ? null : await lastFailure(deploymentId, starts[cell] ?? 0, starts[cell + 1] ?? nowMs);
    return {
      ...row({ id: deploymentId, name, provider }, strip, eventsOf(mine, [deploymentId, provider.id])),
      lastError,
    };
  });
  return view(await Promise.all(rows));
}

const incidentsMost = 50;

/** Circuits that opened and credentials that were refused, newest first; without a range those of 90 days. */
export async function listIncidents(query: IncidentQuery, nowMs: number = Date.now()): Promise<Incident[]> {
  const { retentionCallsDays } = await readSettings();
  const { from = nowMs - 90 * dayMs, to = nowMs, limit = incidentsMost, deploymentId, providerId } = query;
  const span = { from, to, limit, nowMs, callsFrom: nowMs - retentionCallsDays * dayMs };
  return await readIncidents(
    span,
    (incident) =>
      (deploymentId === undefined || incident.deployment?.id === deploymentId) &&
      (providerId === undefined || incident.provider.id === providerId),
  );
}
