import type { DeploymentState, RunningCall } from "../gateway/types.ts";
import type { StateChanges } from "../schemas/live.ts";
import type { LogFilter } from "../schemas/logs.ts";
import { rangeMs } from "../schemas/range.ts";

/** What one reader was told, so that it gets the differences to that and nothing it knows. */
export function stateDifferences(): (states: readonly DeploymentState[]) => StateChanges | null {
  let told: Map<string, string> | null = null;
  return (states) => {
    const now = new Map(states.map((state) => [state.deploymentId, JSON.stringify(state)]));
    const before = told;
    told = now;
    if (before === null) return { complete: true, items: [...states], removed: [] };
    const items = states.filter(({ deploymentId }) => before.get(deploymentId) !== now.get(deploymentId));
    const removed = [...before.keys()].filter((id) => !now.has(id));
    return items.length + removed.length > 0 ? { complete: false, items, removed } : null;
  };
}

/** Passes on what is not the same as the last time. */
export function onlyNew<Value>(): (value: Value) => Value | null {
  let told: string | null = null;
  return (value) => {
    const text = JSON.stringify(value);
    if (text === told) return null;
    told = text;
    return value;
  };
}

/** Rows that were not told, or are not what they were. */
export function changedRows<Row extends { id: string }>(): (rows: readonly Row[]) => Row[] {
  let told = new Map<string, string>();
  return (rows) => {
    const now = new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
    const before = told;
    told = now;
    return rows.filter((row) => before.get(row.id) !== now.get(row.id));
  };
}

const namesOf = (value: { id: string; name: string } | null) => (value === null ? [] : [value.id, value.name]);

/** Whether something with these names is one of those wanted, and none of those not wanted. */
function chosen(
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
  names: readonly string[],
): boolean {
  return (
    (wanted === undefined || names.some((name) => wanted.includes(name))) &&
    !names.some((name) => unwanted?.includes(name))
  );
}

/** What a filter may say that is known of a call before it ends. */
const decidable = new Set(
  ["endpoint", "group", "key", "model"]
    .flatMap((name) => [name, `-${name}`])
    .concat("from", "to", "range", "stream", "q"),
);

/**
 * The one predicate of the call log, for calls under way. A filter that asks for what only the end of a call tells
 * (outcome, provider, duration …) shows none.
 */
export function matchesRunning(call: RunningCall, filter: LogFilter, nowMs: number): boolean {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  if (given.some(([name]) => !decidable.has(name))) return false;
  const from = filter.from ?? (filter.range ? nowMs - rangeMs(filter.range) : undefined);
  const text = filter.q?.toLowerCase();
  return (
    (from === undefined || call.at >= from) &&
    (filter.to === undefined || call.at < filter.to) &&
    chosen(filter.endpoint, filter["-endpoint"], [call.endpoint]) &&
    chosen(filter.group, filter["-group"], namesOf(call.group)) &&
    chosen(filter.key, filter["-key"], namesOf(call.key)) &&
    chosen(filter.model, filter["-model"], call.model === null ? [] : [call.model]) &&
    (filter.stream === undefined || call.stream === filter.stream) &&
    (!text ||
      [call.id, call.requestId].includes(filter.q ?? "") ||
      [call.model, call.group?.name, call.key?.name].some((name) => name?.toLowerCase().includes(text)))
  );
}
