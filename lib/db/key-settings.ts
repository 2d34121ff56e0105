import type { KeyView } from "../schemas/keys.ts";
import { nanosToUsd } from "../schemas/money.ts";
import type { ApiKey } from "./generated/client.ts";

const usdOrNull = (nanos: bigint | null) => (nanos === null ? null : nanosToUsd(nanos));

/** What is decided about a key, in the words of the management API; the configuration as a document has the same. */
export function keySettings(row: ApiKey & { groups: { group: { name: string } }[] }) {
  return {
    id: row.id,
    name: row.name,
    groups: row.allGroups ? ["*"] : row.groups.map(({ group }) => group.name).sort(),
    allowRawModels: row.allowRawModels,
    limits: {
      budgetUsd: {
        day: usdOrNull(row.budgetDayNanos),
        month: usdOrNull(row.budgetMonthNanos),
        total: usdOrNull(row.budgetTotalNanos),
      },
      rpm: row.rpm,
      tpm: row.tpm,
      concurrent: row.concurrent,
    },
    expiresAt: row.expiresAt?.toISOString() ?? null,
    allowedIps: Array.isArray(row.allowedIps) ? row.allowedIps.filter((entry) => typeof entry === "string") : [],
    storeBodies: row.storeBodies,
    allowRouteChoice: row.allowRouteChoice,
    enabled: row.enabled,
    source: row.source,
  } satisfies Partial<KeyView>;
}
