import { listGroups } from "../db/groups.ts";
import { listKeys } from "../db/keys.ts";
import { listCalls } from "../db/logs.ts";
import { listProviders } from "../db/providers.ts";
import { listViews } from "../db/views.ts";
import type { Actor } from "../schemas/audit.ts";
import { type CallPage, LogFilter, LogListQuery } from "../schemas/logs.ts";
import type { SavedViewView } from "../schemas/views.ts";
import { environment } from "./runtime.ts";

type Named = { id: string; name: string };

export type LogsData = {
  /** The conditions that were used, as the URL has them. */
  filter: Record<string, string>;
  /** Conditions of the URL that mean nothing, as `name=value`. */
  ignored: string[];
  /** `-at`: by time, newest first. */
  sort: string;
  first: CallPage;
  readAt: number;
  facets: { groups: Named[]; providers: Named[]; keys: Named[] };
  views: SavedViewView[];
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
export async function loadLogs(
  parameters: Record<string, string | string[] | undefined>,
  actor: Actor,
): Promise<LogsData> {
  const { filter, ignored, parsed } = readLogFilter(parameters);
  const { sort = "-at" } = LogListQuery.pick({ sort: true }).safeParse({ sort: parameters["sort"] }).data ?? {};
  const readAt = Date.now();
  const [first, groups, providers, keys, views] = await Promise.all([
    listCalls({ ...parsed, sort, limit: pageSize }),
    listGroups({ limit: facetLimit }),
    listProviders({ limit: facetLimit }),
    listKeys({ limit: facetLimit }, environment().timeZone),
    listViews("logs", actor),
  ]);
  const everCalled =
    first.items.length > 0 || first.lookedTo !== null || (await listCalls({ limit: 1 })).items.length > 0;
  return {
    filter,
    ignored,
    sort,
    first,
    readAt,
    facets: { groups: named(groups), providers: named(providers), keys: named(keys) },
    views,
    everCalled,
  };
}
