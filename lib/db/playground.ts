import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import { nanosToUsd } from "../schemas/money.ts";
import {
  type PlaygroundSession,
  playgroundKeyName,
  playgroundLimits,
  playgroundMinutes,
  playgroundSource,
} from "../schemas/playground.ts";
import { hashClientKey, makeClientKey, previewOf } from "../secrets.ts";
import { recordAudit } from "./audit.ts";
import type { DatabaseTransaction } from "./client.ts";
import type { Prisma } from "./generated/client.ts";
import { bumpConfigVersion, changeConfig } from "./meta.ts";

/**
 * Makes the key a playground calls with: for every group and every single deployment, with an end, a rate and a budget
 * of its own. It belongs to whoever asked for it and stands in no list of keys. Those that have ended go at the same
 * time; their calls keep their name.
 */
export async function createPlaygroundKey({
  actor,
  masterKey,
  nowMs = Date.now(),
}: {
  actor: Actor;
  masterKey: Buffer;
  nowMs?: number;
}): Promise<PlaygroundSession> {
  const key = makeClientKey();
  const preview = previewOf(key);
  const expiresAt = new Date(nowMs + playgroundMinutes * 60_000);
  const { budgetNanos, rpm, concurrent } = playgroundLimits;
  return await changeConfig(async (tx) => {
    await forget(tx, { expiresAt: { lte: new Date(nowMs) } }, nowMs);
    const { id } = await tx.apiKey.create({
      data: {
        id: newId("key"),
        name: playgroundKeyName,
        preview,
        source: playgroundSource,
        ownerId: actor.id,
        allGroups: true,
        allowRawModels: true,
        expiresAt,
        budgetTotalNanos: BigInt(budgetNanos),
        rpm,
        concurrent,
        secrets: { create: { hash: hashClientKey(masterKey, key), preview } },
      },
      select: { id: true },
    });
    const session = { keyId: id, expiresAt: expiresAt.toISOString(), budgetUsd: nanosToUsd(BigInt(budgetNanos)) };
    await recordAudit(tx, {
      actor,
      action: "create",
      target: { type: "api_key", id, name: playgroundKeyName },
      after: { source: playgroundSource, preview, expiresAt: session.expiresAt, budgetUsd: session.budgetUsd },
    });
    return { ...session, key };
  });
}

/**
 * Ends the playground keys of an account or an admin token, because what let it make them has ended or changed. Part of
 * that change: the data plane has to read its configuration again afterwards.
 */
export async function endPlaygroundKeys(tx: DatabaseTransaction, ownerId: string): Promise<void> {
  if ((await forget(tx, { ownerId }, Date.now())) > 0) await bumpConfigVersion(tx);
}

/** Rows stay for the call log's sake; secrets go. Answers with how many keys ended. */
async function forget(tx: DatabaseTransaction, which: Prisma.ApiKeyWhereInput, nowMs: number): Promise<number> {
  const keys = { ...which, source: playgroundSource, deletedAt: null };
  await tx.apiKeySecret.deleteMany({ where: { key: keys } });
  const { count } = await tx.apiKey.updateMany({ where: keys, data: { deletedAt: new Date(nowMs), enabled: false } });
  return count;
}
