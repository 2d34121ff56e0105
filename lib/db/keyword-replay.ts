import { db } from "./client.ts";

/** A stored answer, by whom it was given and to which call. */
export type ReplayedAnswer = {
  callId: string;
  at: Date;
  text: string;
  outcome: string;
  status: number;
  stream: boolean;
  groupId: string | null;
  groupName: string | null;
  providerId: string | null;
  providerName: string | null;
  deploymentId: string | null;
  endpoint: string;
  /** The call's body, where it was asked for and is stored. */
  request: string | null;
};

/** How many calls were answered since a moment (epoch ms), and of how many the text is stored. */
export async function countAnswers(sinceMs: number): Promise<{ answers: number; stored: number }> {
  const since = new Date(sinceMs);
  const answers = await db().call.count({ where: { at: { gte: since }, providerId: { not: null } } });
  const stored = await db().callBody.count({
    where: { at: { gte: since }, response: { not: null }, call: { providerId: { not: null } } },
  });
  return { answers, stored };
}

/**
 * The next `count` stored answers, newest first, behind the last one seen.
 * @param withRequests what was asked is wanted too: it may be many times as long
 */
export async function storedAnswersBefore(
  sinceMs: number,
  last: Pick<ReplayedAnswer, "callId" | "at"> | null,
  count: number,
  withRequests: boolean,
): Promise<ReplayedAnswer[]> {
  const rows = await db().callBody.findMany({
    where: {
      at: { gte: new Date(sinceMs) },
      response: { not: null },
      call: { providerId: { not: null } },
      ...(last && { OR: [{ at: { lt: last.at } }, { at: last.at, callId: { lt: last.callId } }] }),
    },
    orderBy: [{ at: "desc" }, { callId: "desc" }],
    take: count,
    select: {
      callId: true,
      at: true,
      response: true,
      request: withRequests,
      call: {
        select: {
          endpoint: true,
          outcome: true,
          status: true,
          stream: true,
          groupId: true,
          groupName: true,
          providerId: true,
          providerName: true,
          deploymentId: true,
        },
      },
    },
  });
  return rows.map(({ callId, at, response, request = null, call }) => ({
    ...{ callId, at, request, text: response ?? "" },
    ...call,
  }));
}

/** Groups whose answers are held until they are complete. */
export async function groupsDeliveringWhole(): Promise<Set<string>> {
  const rows = await db().group.findMany({ where: { delivery: "whole" }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}
