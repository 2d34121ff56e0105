import { SluiceError } from "../errors.ts";
import type { Actor } from "../schemas/audit.ts";
import type { ProviderFileState } from "../schemas/import.ts";
import { recordAudit } from "./audit.ts";
import { type DatabaseTransaction, db, writeTransaction } from "./client.ts";
import { bumpConfigVersion, readMeta, writeMeta } from "./meta.ts";

/** What is known of the provider file; null = there is none. */
export async function readProviderFileState(tx: DatabaseTransaction = db()): Promise<ProviderFileState | null> {
  const stored = await readMeta("providerFile", tx);
  return stored === null ? null : (JSON.parse(stored) as ProviderFileState);
}

export async function writeProviderFileState(state: ProviderFileState): Promise<void> {
  await writeMeta("providerFile", JSON.stringify(state));
}

/**
 * Refuses to change a row that the provider file defines.
 * @throws SluiceError `conflict` naming the file
 */
export async function requireNotFromFile(
  tx: DatabaseTransaction,
  row: { source: string },
  what: string,
): Promise<void> {
  if (row.source !== "file") return;
  const file = (await readProviderFileState(tx))?.path ?? "the provider file";
  throw new SluiceError("conflict", `This ${what} comes from ${file}. Change it there; the change is read at once.`, {
    param: "source",
    details: { source: "file", file },
  });
}

/**
 * There is no provider file any more: what came from it stays, and belongs to the console from now on. Returns whether
 * there was anything.
 */
export function releaseFileRows(actor: Actor): Promise<boolean> {
  return writeTransaction(async (tx) => {
    const state = await readProviderFileState(tx);
    const change = { where: { source: "file" }, data: { source: "console", version: { increment: 1 } } };
    const counts = [
      await tx.provider.updateMany(change),
      await tx.deployment.updateMany(change),
      await tx.group.updateMany(change),
      await tx.apiKey.updateMany(change),
    ];
    await writeMeta("providerFile", null, tx);
    const rows = counts.reduce((sum, { count }) => sum + count, 0);
    if (rows === 0) return false;
    await bumpConfigVersion(tx);
    await recordAudit(tx, {
      actor,
      action: "release_file",
      target: { type: "configuration", id: null, name: state?.path ?? null },
      after: { rows },
    });
    return true;
  });
}
