import type { LeftByUndo } from "../schemas/model-import.ts";
import { originOf } from "../secrets.ts";
import type { DatabaseTransaction } from "./client.ts";
import type { Credential, Deployment, Member, ModelSync, Provider } from "./generated/client.ts";
import { asJson, inChunks, restoreRow, type StoredRow, withJson } from "./stored-row.ts";

/** What went with a credential, row by row. Secrets in it are as sealed as they were in their table. */
export type RemovalUndo = {
  kind: "removal";
  providers: {
    row: StoredRow;
    credentials: StoredRow[];
    deployments: StoredRow[];
    members: StoredRow[];
    sync: StoredRow | null;
  }[];
  /** Credentials of providers that stayed, and the origin each is sealed for. */
  credentials: { origin: string; row: StoredRow }[];
};

/**
 * Puts back what went with a credential, under the ids it had, so that history and limits continue. Left out: a provider
 * whose name is taken by now, a credential whose provider went, moved or became the provider file's, a place in a group that is no more.
 * @returns what was left out
 */
export async function undoRemoval(tx: DatabaseTransaction, undo: RemovalUndo): Promise<LeftByUndo[]> {
  const left: LeftByUndo[] = [];
  for (const one of undo.providers) {
    const row = restoreRow<Provider>(one.row);
    const taken = await tx.provider.findUnique({ where: { name: row.name }, select: { id: true } });
    if (taken) {
      left.push({ kind: "provider", name: row.name, reason: "name_taken" });
      continue;
    }
    await tx.provider.create({ data: withJson(row, ["headers", "timeouts", "tags"]) });
    await tx.credential.createMany({ data: one.credentials.map((stored) => restoreRow<Credential>(stored)) });
    for (const chunk of inChunks(one.deployments))
      await tx.deployment.createMany({
        data: chunk.map((stored) => withJson(restoreRow<Deployment>(stored), ["supports"])),
      });
    await restoreMembers(tx, one.members);
    if (one.sync) {
      const { suggestion, ...sync } = restoreRow<ModelSync>(one.sync);
      await tx.modelSync.create({
        data: {
          ...withJson(sync, ["choice", "dismissed"]),
          ...(suggestion !== null && { suggestion: asJson(suggestion) }),
        },
      });
    }
  }
  for (const { origin, row } of undo.credentials) {
    const credential = restoreRow<Credential>(row);
    const provider = await tx.provider.findUnique({ where: { id: credential.providerId } });
    if (!provider) left.push({ kind: "provider", name: credential.name, reason: "gone" });
    else if (originOf(provider.baseUrl) !== origin || provider.source === "file")
      left.push({ kind: "provider", name: provider.name, reason: "changed" });
    else {
      await tx.credential.create({ data: credential });
      await tx.provider.update({ where: { id: provider.id }, data: { version: { increment: 1 } } });
    }
  }
  return left;
}

async function restoreMembers(tx: DatabaseTransaction, stored: readonly StoredRow[]): Promise<void> {
  const members = stored.map((row) => restoreRow<Member>(row));
  const wanted = [...new Set(members.map(({ groupId }) => groupId))];
  const there = await tx.group.findMany({ where: { id: { in: wanted } }, select: { id: true } });
  const ids = new Set(there.map(({ id }) => id));
  for (const chunk of inChunks(members.filter(({ groupId }) => ids.has(groupId))))
    await tx.member.createMany({ data: chunk });
  await tx.group.updateMany({ where: { id: { in: [...ids] } }, data: { version: { increment: 1 } } });
}
