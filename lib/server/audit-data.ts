import { auditActors, listAuditEntries } from "../db/audit.ts";
import { type Actor, AuditFilter, type AuditListEntry } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";

export type AuditData = {
  /** The conditions that were used, as the URL has them. */
  filter: Record<string, string>;
  /** Conditions of the URL that mean nothing, as `name=value`. */
  ignored: string[];
  first: Page<AuditListEntry>;
  /** Epoch ms of the moment `first` was read. */
  readAt: number;
  actors: { type: Actor["type"]; name: string }[];
};

const pageSize = 50;

const isCondition = (name: string): name is keyof typeof AuditFilter.shape => Object.hasOwn(AuditFilter.shape, name);

/** Everything the page of the audit log shows first. A bad condition is told, and the rest still applies. */
export async function loadAudit(parameters: Record<string, string | string[] | undefined>): Promise<AuditData> {
  const filter: Record<string, string> = {};
  const ignored: string[] = [];
  for (const [name, given] of Object.entries(parameters)) {
    const value = Array.isArray(given) ? given.join(",") : given;
    if (value === undefined || value === "" || !isCondition(name)) continue;
    if (AuditFilter.shape[name].safeParse(value).success) filter[name] = value;
    else ignored.push(`${name}=${value}`);
  }
  const readAt = Date.now();
  const [first, actors] = await Promise.all([
    listAuditEntries({ ...AuditFilter.parse(filter), limit: pageSize }),
    auditActors(),
  ]);
  return { filter, ignored, first, readAt, actors };
}
