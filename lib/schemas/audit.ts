import { z } from "zod";
import { actorTypes, type auditActions, auditTargets } from "./audit-terms.ts";
import { idText, listQuery, timestamp } from "./common.ts";
import { rangeText } from "./logs.ts";
import { splitList } from "./value-list.ts";

export type AuditTarget = (typeof auditTargets)[number];

export type AuditAction = (typeof auditActions)[number];

/** Who did it. `key` is the holder of an API key in the portal, `system` the product itself. */
export type Actor = { type: (typeof actorTypes)[number]; id: string | null; name: string; ip: string | null };

/** Several values by commas. */
const listOf = <Value extends z.ZodType<string, string>>(value: Value) =>
  z.string().max(1000).transform(splitList).pipe(z.array(value).min(1).max(50)).optional();

const auditFilter = {
  from: timestamp.optional(),
  to: timestamp.optional(),
  /** So far back from now; `from` comes before it. */
  range: rangeText.optional(),
  targetType: listOf(z.enum(auditTargets)),
  targetId: idText.optional(),
  /** Names or ids of objects. */
  object: listOf(z.string().max(200)),
  action: listOf(z.string().max(60)),
  actorId: idText.optional(),
  /** Names or ids of who did it. */
  actor: listOf(z.string().max(200)),
  actorType: listOf(z.enum(actorTypes)),
  q: listQuery.q,
};
export const AuditFilter = z.strictObject(auditFilter);
export type AuditFilter = z.infer<typeof AuditFilter>;

export const AuditListQuery = z.strictObject({ ...auditFilter, limit: listQuery.limit, cursor: listQuery.cursor });
export type AuditListQuery = z.infer<typeof AuditListQuery>;

/** Who changed what. `before` and `after` hold the changed fields only; secrets say "changed". */
export type AuditView = {
  id: string;
  at: string;
  actor: { type: Actor["type"]; id: string | null; name: string };
  action: string;
  target: { type: string; id: string | null; name: string | null };
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  ip: string | null;
};

/** An entry with what is left of its object: whether it is still there, and whose deployment it is. */
export type AuditListEntry = AuditView & {
  target: AuditView["target"] & { exists: boolean; providerId: string | null };
};
