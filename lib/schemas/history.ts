import { z } from "zod";
import type { AuditView } from "./audit.ts";
import { idText, listQuery } from "./common.ts";
import type { Permission } from "./roles.ts";

/** The kinds of objects whose changes are shown beside them. */
export const historyTargets = ["provider", "deployment", "group", "api_key", "fail_keyword", "settings"] as const;
export type HistoryTarget = (typeof historyTargets)[number];

/** What changing such an object takes, and so restoring it. */
export const restorePermissions: Readonly<Record<HistoryTarget, Permission>> = {
  provider: "write",
  deployment: "write",
  group: "write",
  api_key: "admin",
  fail_keyword: "write",
  settings: "admin",
};

export const HistoryQuery = z.strictObject({
  limit: listQuery.limit,
  cursor: listQuery.cursor,
  targetType: z.enum(historyTargets),
  /** Settings are one object and have no id. */
  targetId: idText.optional(),
});
export type HistoryQuery = z.infer<typeof HistoryQuery>;

/** One change of an object, without where from it was made. */
export type HistoryEntry = Omit<AuditView, "ip"> & { restorable: boolean };

/** Why a field stays as it is: a secret is stored nowhere else, what it named is gone, or it is an act of its own. */
export type NotRestored = { path: string; reason: "secret" | "gone" | "act"; names: string[] };

/**
 * What restoring means: `body` and `version` go to `path` by PATCH, like any other change. `now` and `body` differ in what
 * is put back.
 */
export type RestorePlan = {
  path: string;
  version: number;
  now: Record<string, unknown>;
  /** The object as it will be, for showing the difference. */
  restored: Record<string, unknown>;
  body: Record<string, unknown>;
  left: NotRestored[];
};
