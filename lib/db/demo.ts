import { SluiceError } from "../errors.ts";
import type { Actor } from "../schemas/audit.ts";
import type { DemoParts } from "../schemas/demo.ts";
import { recordAudit } from "./audit.ts";
import { type DatabaseTransaction, db } from "./client.ts";
import type { ApiKeyGroup, FailKeyword, Group, GroupAlias } from "./generated/client.ts";
import { changeConfig, readMeta, writeMeta } from "./meta.ts";
import { type RemovalUndo, undoRemoval } from "./removal-undo.ts";
import { createDemo, demoGroupName } from "./seed-demo.ts";
import { asJson, restoreRow, type StoredRow, storeRow, withJson } from "./stored-row.ts";

/** What was taken away, row by row, so that it comes back as it was: with its ids, its history and its changes. */
type RemovedDemo = RemovalUndo & {
  groups: { row: StoredRow; aliases: StoredRow[]; keys: StoredRow[] }[];
  keywords: StoredRow[];
};

const dayMs = 86_400_000;

const parts = { credentials: true, deployments: { include: { members: true } }, sync: true } as const;

async function demoProviders(tx: DatabaseTransaction) {
  return await tx.provider.findMany({ where: { protocol: "demo" }, include: parts, orderBy: { name: "asc" } });
}

/** Groups of which nothing would be left: every member is a deployment of the demo. */
async function demoGroups(tx: DatabaseTransaction, deploymentIds: string[]) {
  return await tx.group.findMany({
    where: {
      source: { not: "file" },
      members: { some: { deploymentId: { in: deploymentIds } }, every: { deploymentId: { in: deploymentIds } } },
    },
    include: { aliases: true, keys: true },
    orderBy: { name: "asc" },
  });
}

async function demoKeywords(tx: DatabaseTransaction, targetIds: string[]) {
  return await tx.failKeyword.findMany({ where: { targetId: { in: targetIds } } });
}

/** What belongs to the demo now, and who uses it. Null = there is none. */
export async function readDemo(): Promise<DemoParts | null> {
  const providers = await demoProviders(db());
  const [provider] = providers;
  if (!provider) return null;
  const deployments = providers.flatMap((one) => one.deployments);
  const deploymentIds = deployments.map(({ id }) => id);
  const groups = await demoGroups(db(), deploymentIds);
  const groupIds = groups.map(({ id }) => id);
  const [keywords, keys, losing, calls24h] = await Promise.all([
    demoKeywords(db(), [...providers.map(({ id }) => id), ...deploymentIds, ...groupIds]),
    db().apiKey.count({
      where: { deletedAt: null, allGroups: false, groups: { some: {}, every: { groupId: { in: groupIds } } } },
    }),
    db().group.findMany({
      where: { id: { notIn: groupIds }, members: { some: { deploymentId: { in: deploymentIds } } } },
      select: { name: true },
      orderBy: { name: "asc" },
    }),
    db().call.count({
      where: { providerId: { in: providers.map(({ id }) => id) }, at: { gte: new Date(Date.now() - dayMs) } },
    }),
  ]);
  return {
    provider: { id: provider.id, name: provider.name },
    models: [...new Set(deployments.map(({ model }) => model))].toSorted(),
    group: groups.find(({ name }) => name === demoGroupName)?.name ?? groups[0]?.name ?? null,
    ...{ groups: groups.map(({ name }) => name), losing: losing.map(({ name }) => name) },
    ...{ keywords: keywords.length, keys, calls24h },
  };
}

/**
 * Takes the demo provider away, with its deployments, the groups that hold nothing else and its fail keywords. Calls
 * and their figures stay. `by`: a person's removal outlasts a restart, that of `DEMO=off` ends with it.
 * Returns whether there was a demo.
 */
export async function removeDemo(actor: Actor, by: "person" | "environment"): Promise<boolean> {
  if ((await demoProviders(db())).length === 0) return false;
  return await changeConfig(async (tx) => {
    const providers = await demoProviders(tx);
    const [provider] = providers;
    if (!provider) return false;
    const providerIds = providers.map(({ id }) => id);
    const deploymentIds = providers.flatMap(({ deployments }) => deployments.map(({ id }) => id));
    const groups = await demoGroups(tx, deploymentIds);
    const groupIds = groups.map(({ id }) => id);
    const keywords = await demoKeywords(tx, [...providerIds, ...deploymentIds, ...groupIds]);
    const removed: RemovedDemo = {
      kind: "removal",
      providers: providers.map(({ credentials, deployments, sync, ...row }) => ({
        row: storeRow(row),
        credentials: credentials.map(storeRow),
        deployments: deployments.map(({ members: _members, ...deployment }) => storeRow(deployment)),
        members: deployments.flatMap(({ members }) => members.map(storeRow)),
        sync: sync && storeRow(sync),
      })),
      credentials: [],
      groups: groups.map(({ aliases, keys, ...row }) => ({
        row: storeRow(row),
        aliases: aliases.map(storeRow),
        keys: keys.map(storeRow),
      })),
      keywords: keywords.map(storeRow),
    };
    const losing = await tx.member.findMany({
      where: { deploymentId: { in: deploymentIds }, groupId: { notIn: groupIds } },
      select: { groupId: true },
    });
    await tx.failKeyword.deleteMany({ where: { id: { in: keywords.map(({ id }) => id) } } });
    await tx.group.deleteMany({ where: { id: { in: groupIds } } });
    await tx.provider.deleteMany({ where: { id: { in: providerIds } } });
    await tx.group.updateMany({
      where: { id: { in: losing.map(({ groupId }) => groupId) } },
      data: { version: { increment: 1 } },
    });
    await writeMeta("demo", by === "person" ? "removed" : "off", tx);
    await writeMeta("demoRemoved", JSON.stringify(removed), tx);
    await recordAudit(tx, {
      actor,
      action: "delete",
      target: { type: "provider", id: provider.id, name: provider.name },
      before: { groups: groups.map(({ name }) => name), keywords: keywords.map(({ keyword }) => keyword) },
    });
    return true;
  });
}

/**
 * Brings the demo back as it was when it was taken away, or as new where nothing is known of it.
 * @throws SluiceError `conflict` (it is there, or a name is taken by now)
 */
export async function restoreDemo(actor: Actor): Promise<void> {
  await changeConfig(async (tx) => {
    if ((await demoProviders(tx)).length > 0) throw new SluiceError("conflict", "The demo is there already.");
    const stored = await readMeta("demoRemoved", tx);
    const removed = stored === null ? null : (JSON.parse(stored) as RemovedDemo);
    const name = removed ? await putBack(tx, removed) : await seeded(tx);
    const provider = await tx.provider.findFirst({ where: { protocol: "demo" } });
    await writeMeta("demo", "seeded", tx);
    await writeMeta("demoRemoved", null, tx);
    await recordAudit(tx, {
      actor,
      action: "create",
      target: { type: "provider", id: provider?.id ?? null, name },
      after: { demo: true },
    });
  });
}

async function seeded(tx: DatabaseTransaction): Promise<string> {
  const name = await createDemo(tx);
  if (name === null) throw taken(`"Demo" or "${demoGroupName}"`);
  return name;
}

async function putBack(tx: DatabaseTransaction, removed: RemovedDemo): Promise<string> {
  for (const { row, aliases, keys } of removed.groups) {
    const group = restoreRow<Group>(row);
    const restoredAliases = aliases.map((alias) => restoreRow<GroupAlias>(alias));
    const names = [group.name, ...restoredAliases.map((alias) => alias.name)];
    const inTheWay =
      (await tx.group.findFirst({ where: { name: { in: names } } })) ??
      (await tx.groupAlias.findFirst({ where: { name: { in: names } } }));
    if (inTheWay) throw taken(`"${inTheWay.name}"`);
    await tx.group.create({ data: { ...group, timeouts: asJson(group.timeouts) } });
    await tx.groupAlias.createMany({ data: restoredAliases });
    const grants = keys.map((grant) => restoreRow<ApiKeyGroup>(grant));
    const there = await tx.apiKey.findMany({
      where: { id: { in: grants.map(({ keyId }) => keyId) } },
      select: { id: true },
    });
    const ids = new Set(there.map(({ id }) => id));
    await tx.apiKeyGroup.createMany({ data: grants.filter(({ keyId }) => ids.has(keyId)) });
  }
  const [left] = await undoRemoval(tx, removed);
  if (left) throw taken(`"${left.name}"`);
  for (const row of removed.keywords) {
    const keyword = restoreRow<FailKeyword>(row);
    await tx.failKeyword.create({ data: withJson(keyword, ["finishReasons", "statuses"]) });
  }
  return String(removed.providers[0]?.row["name"]?.[1] ?? "Demo");
}

function taken(names: string): SluiceError {
  return new SluiceError("conflict", `The demo cannot come back: the name ${names} is taken.`);
}

const startUp: Actor = { type: "system", id: null, name: "DEMO", ip: null };

/**
 * At start-up. `DEMO=off` takes the demo away; once it is on again, what the variable took comes back. What a person
 * removed stays away.
 */
export async function followDemoVariable(wanted: boolean): Promise<void> {
  const state = await readMeta("demo");
  if (!wanted) await removeDemo(startUp, "environment");
  else if (state === "off") {
    try {
      await restoreDemo(startUp);
    } catch (error) {
      // A name is taken by now: whoever took it wants it more than the demo.
      if (!(error instanceof SluiceError)) throw error;
    }
  }
}
