import type { ConfigDraft, DraftKey, GroupHandle } from "../draft.ts";
import { literal } from "../draft.ts";
import type { SourceRow } from "../source-row.ts";
import { listOf } from "./json-fields.ts";

/** 500,000 units of quota are one dollar. */
const unitsOfDollar = 500_000;
const disabledStatus = 2;

/**
 * Tokens of One API and New API as client keys. A token is stored without the `sk-` its users send. What is left of
 * its quota is its budget from now on.
 */
export function takeTokens(
  draft: ConfigDraft,
  rows: readonly SourceRow[],
  groups: ReadonlyMap<string, GroupHandle>,
): void {
  let limited = false;
  for (const row of rows) {
    if (row.text("deleted_at") !== "") continue;
    const budget = row.flag("unlimited_quota", false) ? null : (row.number("remain_quota") ?? 0);
    limited ||= budget !== null;
    const allowedIps = addresses(row);
    draft.addKey(
      row.text("name") || `token ${row.text("id")}`,
      {
        key: textOf(row),
        groups: modelsOf(draft, row, groups),
        ...(budget !== null && { limits: { budgetUsd: { total: (Math.max(0, budget) / unitsOfDollar).toFixed(6) } } }),
        ...expiry(row),
        ...(allowedIps.length > 0 && { allowedIps }),
        enabled: row.whole("status") !== disabledStatus,
      },
      row.place,
    );
  }
  if (limited)
    draft.note(
      "budget_from_quota",
      "What is left of a token's quota is its budget in US dollars, at 500,000 to the dollar.",
    );
}

function textOf(row: SourceRow): string {
  const key = row.required("key");
  return key === "" || key.startsWith("sk-") ? literal(key) : `sk-${literal(key)}`;
}

function modelsOf(draft: ConfigDraft, row: SourceRow, groups: ReadonlyMap<string, GroupHandle>): string[] {
  // One API has a list, New API a list and whether it counts.
  const field = row.has("model_limits_enabled") ? "model_limits" : "models";
  const counts = field === "models" || row.flag("model_limits_enabled", false);
  const names = counts ? listOf(row.text(field)) : [];
  if (names.length === 0) return ["*"];
  return names.flatMap((name) => {
    const group = groups.get(name);
    if (group) return [group.name];
    draft.note(
      "unknown_model",
      `No channel serves "${name.slice(0, 200)}".`,
      { name: name.slice(0, 200) },
      row.placeOf(field),
    );
    return [];
  });
}

/** Seconds since 1970; -1 and 0 mean never. */
function expiry(row: SourceRow): Pick<DraftKey, "expiresAt"> {
  const seconds = row.whole("expired_time") ?? -1;
  if (seconds <= 0) return {};
  const date = new Date(seconds * 1000);
  return { expiresAt: Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString() };
}

function addresses(row: SourceRow): string[] {
  return [...new Set(`${row.text("allow_ips")}\n${row.text("subnet")}`.split(/[\s,]+/))].filter(Boolean);
}
