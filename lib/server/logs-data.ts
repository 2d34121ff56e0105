import { listGroups } from "../db/groups.ts";
import { listKeys } from "../db/keys.ts";
import { listCalls } from "../db/logs.ts";
import { listProviders } from "../db/providers.ts";
import type { Page } from "../schemas/common.ts";
import { type CallView, LogFilter } from "../schemas/logs.ts";
import { environment } from "./runtime.ts";

type Named = { id: string; name: string };

export type LogsData = {
  /** The conditions that were used, as the URL has them. */
  filter: Record<string, string>;
  /** Conditions of the URL that mean nothing, as `name=value`. */
  ignored: string[];
  first: Page<CallView>;
  readAt: number;
  facets: { groups: Named[]; providers: Named[]; keys: Named[] };
  everCalled: boolean;
};

const pageSize = 50;
const facetLimit = 200;

const isCondition = (name: string): name is keyof typeof LogFilter.shape => Object.hasOwn(LogFilter.shape, name);

/**
 * The conditions of a query string, each checked alone: a bad one is told, and the rest still applies. Parameters that
 * are no conditions (what is open on the page) are left out.
 */
export function readLogFilter(parameters: Record<string, string | string[] | undefined>): {
  filter: Record<string, string>;
  parsed: LogFilter;
  ignored: string[];
} {
  const filter: Record<string, string> = {};
  const ignored: string[] = [];
  for (const [name, given] of Object.entries(parameters)) {
    const value = Array.isArray(given) ? given.join(",") : given;
    if (value === undefined || value === "" || !isCondition(name)) continue;
    if (LogFilter.shape[name].safeParse(value).success) filter[name] = value;
    else ignored.push(`${name}=${value}`);
  }
  return { filter, ignored, parsed: LogFilter.parse(filter) };
}

export const named = ({ items }: { items: Named[] }): Named[] => items.map(({ id, name }) => ({ id, name }));

/** Everything the call log shows first. */
export async function loadLogs(parameters: Record<string, string | string[] | undefined>): Promise<LogsData> {
  const { filter, ignored, parsed } = readLogFilter(parameters);
  const readAt = Date.now();
  const [first, groups, providers, keys] = await Promise.all([
    listCalls({ ...parsed, limit: pageSize }),
    listGroups({ limit: facetLimit }),
    listProviders({ limit: facetLimit }),
    listKeys({ limit: facetLimit }, environment().timeZone),
  ]);
  const everCalled = first.items.length > 0 || (await listCalls({ limit: 1 })).items.length > 0;
  return {
    filter,
    ignored,
    first,
    readAt,
    facets: { groups: named(groups), providers: named(providers), keys: named(keys) },
    everCalled,
  };
}
