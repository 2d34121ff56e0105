import { getAuditEntry, listAudit } from "../db/audit.ts";
import { getDeployment, listDeployments } from "../db/deployments.ts";
import { getFailKeyword } from "../db/fail-keywords.ts";
import { getGroup, listGroups } from "../db/groups.ts";
import { getKey } from "../db/keys.ts";
import { getProvider } from "../db/providers.ts";
import { getSettings } from "../db/settings.ts";
import { SluiceError } from "../errors.ts";
import type { AuditView } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import { DeploymentPatch } from "../schemas/deployments.ts";
import { FailKeywordPatch } from "../schemas/fail-keywords.ts";
import { GroupPatch } from "../schemas/groups.ts";
import type { HistoryEntry, HistoryQuery, HistoryTarget, RestorePlan } from "../schemas/history.ts";
import { historyTargets } from "../schemas/history.ts";
import { KeyPatch } from "../schemas/keys.ts";
import { ProviderPatch } from "../schemas/providers.ts";
import { type SettingsView, type SettingView, settingKeys } from "../schemas/settings.ts";
import { type Known, restoredFields } from "./history-restore.ts";
import { environment } from "./runtime.ts";

type Values = Record<string, unknown>;

/** Where an object of this kind is read and changed, and which of its fields a change may name. */
type Kind = {
  path: (id: string) => string;
  read: (id: string) => Promise<Values & { version: number }>;
  fields: ReadonlySet<string>;
  /** A patch under the names of the audit log → the body the route takes. */
  body?: (fields: Values) => Values;
};

const fieldsOf = (schema: { shape: object }): ReadonlySet<string> => {
  const { version: _, ...fields } = schema.shape as Values;
  return new Set(Object.keys(fields));
};

/** Settings by the names the audit log knows them by. */
function flatSettings({ retentionDays, version, ...flat }: SettingsView): Values & { version: number } {
  const values = Object.entries(flat).map(([name, view]) => [name, (view as SettingView).value]);
  return {
    ...Object.fromEntries(values),
    retentionCallsDays: retentionDays.calls.value,
    retentionBodiesDays: retentionDays.bodies.value,
    retentionHoursDays: retentionDays.hours.value,
    version,
  };
}

function settingsBody({
  retentionCallsDays: calls,
  retentionBodiesDays: bodies,
  retentionHoursDays: hours,
  ...flat
}: Values) {
  const days = Object.entries({ calls, bodies, hours }).filter(([, value]) => value !== undefined);
  return { ...flat, ...(days.length > 0 && { retentionDays: Object.fromEntries(days) }) };
}

const kinds: Readonly<Record<HistoryTarget, Kind>> = {
  provider: {
    path: (id) => `/api/admin/providers/${id}`,
    read: getProvider,
    fields: fieldsOf(ProviderPatch),
  },
  deployment: { path: (id) => `/api/admin/deployments/${id}`, read: getDeployment, fields: fieldsOf(DeploymentPatch) },
  group: { path: (id) => `/api/admin/groups/${id}`, read: getGroup, fields: fieldsOf(GroupPatch) },
  api_key: {
    path: (id) => `/api/admin/keys/${id}`,
    read: (id) => getKey(id, environment().timeZone),
    fields: fieldsOf(KeyPatch),
  },
  fail_keyword: {
    path: (id) => `/api/admin/fail-keywords/${id}`,
    read: getFailKeyword,
    fields: fieldsOf(FailKeywordPatch),
  },
  settings: {
    path: () => "/api/admin/settings",
    read: async () => flatSettings(await getSettings()),
    fields: new Set(settingKeys),
    body: settingsBody,
  },
};

/** Whether a change has a state before it that could be put back: a creation and an act without values have none. */
function isRestorable({ before, after, target }: AuditView): boolean {
  const kind = historyTargets.find((one) => one === target.type);
  if (!kind || !before || !after) return false;
  return Object.keys(before).some((name) => kinds[kind].fields.has(name));
}

/** The changes of one object, newest first. */
export async function objectHistory(query: HistoryQuery): Promise<Page<HistoryEntry>> {
  // Alerts are settings with an id: who is told what is for administrators alone.
  const targetId = query.targetType === "settings" ? null : query.targetId;
  const page = await listAudit({ ...query, targetId, targetType: [query.targetType] });
  return {
    ...page,
    items: page.items.map(({ ip: _, ...entry }) => ({ ...entry, restorable: isRestorable({ ...entry, ip: null }) })),
  };
}

/**
 * What would put back the values before one change. Fields that have them already are left out.
 * @throws SluiceError `not_found` (no such change, or the object is gone), `invalid_type` (nothing to put back)
 */
export async function restorePlan(auditId: string): Promise<RestorePlan> {
  const entry = await getAuditEntry(auditId);
  const { before, target } = entry;
  const type = historyTargets.find((one) => one === target.type);
  if (!type || !before || !isRestorable(entry)) {
    throw new SluiceError("invalid_type", "This change has no earlier state that could be put back.");
  }
  const kind = kinds[type];
  const now = await kind.read(target.id ?? "");
  const { fields, left } = restoredFields({ type, before, now, allowed: kind.fields, known: await knownNames(type) });
  return {
    path: kind.path(target.id ?? ""),
    version: now.version,
    now: Object.fromEntries(Object.keys(fields.shown).map((name) => [name, now[name] ?? null])),
    restored: fields.shown,
    body: kind.body ? kind.body(fields.body) : fields.body,
    left,
  };
}

const most = 500;

/** What fields of this kind may name: an audit entry keeps names, and what they named may be gone. */
async function knownNames(type: HistoryTarget): Promise<Known> {
  const known: Known = { deployments: new Map(), groups: new Set() };
  if (type === "group") {
    for (let cursor: string | undefined; ; ) {
      const page = await listDeployments({ limit: most, cursor });
      for (const { id, name, provider } of page.items) known.deployments.set(id, `${provider.name}/${name}`);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
  }
  if (type === "api_key") {
    for (let cursor: string | undefined; ; ) {
      const page = await listGroups({ limit: most, cursor });
      for (const { name } of page.items) known.groups.add(name);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
  }
  return known;
}
