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
import { changeConfig } from "./meta.ts";

/**
 * Makes the key a playground calls with: for every group and every single deployment, with an end, a rate and a budget
 * of its own. It stands in no list of keys. Those that have ended go at the same time; their calls keep their name.
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
    const ended = { source: playgroundSource, deletedAt: null, expiresAt: { lte: new Date(nowMs) } };
    await tx.apiKeySecret.deleteMany({ where: { key: ended } });
    await tx.apiKey.updateMany({ where: ended, data: { deletedAt: new Date(nowMs), enabled: false } });
    const { id } = await tx.apiKey.create({
      data: {
        id: newId("key"),
        name: playgroundKeyName,
        preview,
        source: playgroundSource,
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
