import type { LeftByUndo } from "../schemas/model-import.ts";
import type { DatabaseTransaction } from "./client.ts";
import type { Prisma } from "./generated/client.ts";
import { inChunks, restoreRow, type StoredRow } from "./stored-row.ts";

/** What an import did, as far as taking it back needs it. */
export type ImportUndo = {
  kind: "import";
  added: { id: string; name: string }[];
  /** `version` is what the import left; `before` what the changed columns held. */
  changed: { id: string; name: string; version: number; before: StoredRow }[];
  /** Groups it made. */
  groups: { id: string; name: string }[];
  members: { groupId: string; deploymentId: string; priority: number; weight: number }[];
};

/**
 * Takes an import back: what it added goes, what it changed is as before. Left as it is: a deployment that was changed
 * since, or that stands in a group the import did not put it in or at another place there; a group it made that was
 * changed, has other members or is named by a key.
 * @returns what was left
 */
export async function undoImport(tx: DatabaseTransaction, undo: ImportUndo): Promise<LeftByUndo[]> {
  const left: LeftByUndo[] = [];
  await removeAdded(tx, undo, left);
  for (const { id, name, version, before } of undo.changed) {
    const { count } = await tx.deployment.updateMany({
      where: { id, version },
      data: { ...restoreRow<Prisma.DeploymentUpdateManyMutationInput>(before), version: { increment: 1 } },
    });
    if (count > 0) continue;
    const there = await tx.deployment.findUnique({ where: { id }, select: { id: true } });
    left.push({ kind: "deployment", name, reason: there ? "changed" : "gone" });
  }
  await removeGroups(tx, undo, left);
  return left;
}

async function removeAdded(tx: DatabaseTransaction, undo: ImportUndo, left: LeftByUndo[]): Promise<void> {
  const placed = new Map(undo.members.map((member) => [`${member.groupId} ${member.deploymentId}`, member]));
  for (const chunk of inChunks(undo.added)) {
    const ids = chunk.map(({ id }) => id);
    const rows = await tx.deployment.findMany({
      where: { id: { in: ids } },
      include: { members: true },
      orderBy: { name: "asc" },
    });
    const going: string[] = [];
    for (const { id, name, version, members } of rows) {
      const asPlaced = members.every((member) => {
        const ours = placed.get(`${member.groupId} ${id}`);
        return ours && member.enabled && ours.priority === member.priority && ours.weight === member.weight;
      });
      if (version !== 1) left.push({ kind: "deployment", name, reason: "changed" });
      else if (!asPlaced) left.push({ kind: "deployment", name, reason: "in_use" });
      else going.push(id);
    }
    const touched = await tx.member.findMany({
      where: { deploymentId: { in: going } },
      select: { groupId: true },
      distinct: ["groupId"],
    });
    await tx.deployment.deleteMany({ where: { id: { in: going } } });
    const made = new Set(undo.groups.map(({ id }) => id));
    const others = touched.map(({ groupId }) => groupId).filter((id) => !made.has(id));
    await tx.group.updateMany({ where: { id: { in: others } }, data: { version: { increment: 1 } } });
  }
}

async function removeGroups(tx: DatabaseTransaction, undo: ImportUndo, left: LeftByUndo[]): Promise<void> {
  for (const chunk of inChunks(undo.groups)) {
    const rows = await tx.group.findMany({
      where: { id: { in: chunk.map(({ id }) => id) } },
      select: { id: true, name: true, version: true, _count: { select: { members: true, keys: true } } },
      orderBy: { name: "asc" },
    });
    const going: string[] = [];
    for (const { id, name, version, _count } of rows) {
      if (version !== 1) left.push({ kind: "group", name, reason: "changed" });
      else if (_count.members > 0 || _count.keys > 0) left.push({ kind: "group", name, reason: "in_use" });
      else going.push(id);
    }
    await tx.group.deleteMany({ where: { id: { in: going } } });
  }
}
