import { z } from "zod";
import { idText, listQuery, timestamp } from "./common.ts";

export const auditTargets = [
  "provider",
  "deployment",
  "group",
  "api_key",
  "fail_keyword",
  "settings",
  "configuration",
  "admin_token",
  "user",
  "invite",
  "call",
  "gateway",
] as const;
export type AuditTarget = (typeof auditTargets)[number];

/** Who did it. `key` is the holder of an API key in the portal, `system` the product itself. */
export type Actor = { type: "user" | "token" | "key" | "system"; id: string | null; name: string; ip: string | null };

export const AuditListQuery = z.strictObject({
  ...listQuery,
  from: timestamp.optional(),
  to: timestamp.optional(),
  targetType: z.enum(auditTargets).optional(),
  targetId: idText.optional(),
  action: z.string().max(60).optional(),
  actorId: idText.optional(),
});
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
