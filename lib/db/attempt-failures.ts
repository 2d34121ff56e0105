import type { AttemptReason } from "../gateway/types.ts";
import type { LastError } from "../schemas/health.ts";
import { db } from "./client.ts";

/** The last failed attempt at a deployment in `from` … `to` (epoch ms); null where none is stored. */
export async function lastFailure(deploymentId: string, from: number, to: number): Promise<LastError | null> {
  const row = await db().attempt.findFirst({
    where: {
      deploymentId,
      at: { gte: new Date(from), lt: new Date(to) },
      outcome: { in: ["failed", "interrupted"] },
      reason: { not: "simulated" },
    },
    orderBy: { at: "desc" },
    select: { at: true, reason: true, httpStatus: true, callId: true },
  });
  if (!row) return null;
  return {
    at: row.at.toISOString(),
    reason: row.reason as AttemptReason,
    httpStatus: row.httpStatus,
    callId: row.callId,
  };
}
