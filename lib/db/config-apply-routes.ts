import { given } from "../config/complete.ts";
import type { CurrentConfig, CurrentKey } from "../config/current.ts";
import type { ImportPlan } from "../config/import-plan.ts";
import type { ConfigDocument, ConfigFailKeyword, ConfigGroup, ConfigKey } from "../schemas/config.ts";
import { settingDefinitions, settingKeys } from "../schemas/settings.ts";
import type { DatabaseTransaction } from "./client.ts";
import { type ApplyOptions, byName, ids, nanos, same } from "./config-apply-parts.ts";
import { inChunks } from "./stored-row.ts";

function groupColumns(group: ConfigGroup) {
  return {
    name: group.name,
    strategy: group.strategy,
    timeouts: given(group.timeouts),
    delivery: group.delivery,
    retryAfterWaitSeconds: group.retryAfterWaitSeconds,
    affinity: group.affinity,
    storeBodies: group.storeBodies,
    stripReasoning: group.stripReasoning,
    enabled: group.enabled,
  };
}

/** A group in the one order in which two of them can be compared. */
function plainGroup(group: ConfigGroup) {
  const members = group.members.map(({ provider, deployment, priority, weight, enabled }) => [
    provider,
    deployment,
    priority,
    weight,
    enabled,
  ]);
  return { ...groupColumns(group), aliases: group.aliases, members };
}

export async function applyGroups(
  tx: DatabaseTransaction,
  current: CurrentConfig,
  planned: ConfigDocument,
  named: ImportPlan["named"],
  { source }: ApplyOptions,
): Promise<void> {
  const stored = byName(current.groups);
  const owned = (name: string) => source === "file" && named.groups.has(name) && stored.get(name)?.source !== "file";
  const changed = planned.groups.filter((group) => {
    const old = stored.get(group.name);
    return !old || owned(group.name) || !same(plainGroup(old), plainGroup(group));
  });
  if (changed.length === 0) return;
  const nextId = ids("grp");
  const fresh = changed.filter(({ name }) => !stored.has(name));
  const rows = fresh.map((group) => ({ ...groupColumns(group), id: nextId(), source }));
  for (const data of inChunks(rows)) await tx.group.createMany({ data });
  const groupIds = new Map(rows.map(({ id, name }) => [name, id]));
  for (const group of changed.filter(({ name }) => stored.has(name))) {
    const { id } = await tx.group.update({
      where: { name: group.name },
      data: {
        ...groupColumns(group),
        ...(owned(group.name) && { source }),
        aliases: { deleteMany: {} },
        members: { deleteMany: {} },
        version: { increment: 1 },
      },
      select: { id: true },
    });
    groupIds.set(group.name, id);
  }
  const idOf = (group: ConfigGroup) => groupIds.get(group.name) ?? "";
  // Only now: an alias may move from one group to another.
  const aliases = changed.flatMap((group) => group.aliases.map((name) => ({ name, groupId: idOf(group) })));
  for (const data of inChunks(aliases)) await tx.groupAlias.createMany({ data });
  const deployments = new Map(
    (await tx.deployment.findMany({ select: { id: true, name: true, provider: { select: { name: true } } } })).map(
      ({ id, name, provider }) => [JSON.stringify([provider.name, name]), id],
    ),
  );
  const members = changed.flatMap((group) =>
    group.members.map(({ provider, deployment, priority, weight, enabled }, position) => ({
      groupId: idOf(group),
      deploymentId: deployments.get(JSON.stringify([provider, deployment])) ?? "",
      priority,
      weight,
      enabled,
      position,
    })),
  );
  for (const data of inChunks(members)) await tx.member.createMany({ data });
}

function keyColumns(key: ConfigKey) {
  const { budgetUsd, rpm, tpm, concurrent } = key.limits;
  return {
    name: key.name,
    allGroups: key.groups.includes("*"),
    allowRawModels: key.allowRawModels,
    budgetDayNanos: nanos(budgetUsd.day),
    budgetMonthNanos: nanos(budgetUsd.month),
    budgetTotalNanos: nanos(budgetUsd.total),
    rpm,
    tpm,
    concurrent,
    expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt),
    allowedIps: key.allowedIps,
    storeBodies: key.storeBodies,
    allowRouteChoice: key.allowRouteChoice,
    enabled: key.enabled,
  };
}

/** A key in the one order in which two of them can be compared. */
function plainKey(key: ConfigKey) {
  const { name, hashes, groups, allowRawModels, limits, expiresAt, allowedIps, storeBodies, enabled } = key;
  const { allowRouteChoice } = key;
  const { budgetUsd, rpm, tpm, concurrent } = limits;
  const amounts = [budgetUsd.day, budgetUsd.month, budgetUsd.total, rpm, tpm, concurrent];
  const flags = [allowRawModels, allowRouteChoice, storeBodies, enabled];
  return { name, hash: hashes[0], groups, flags, amounts, expiresAt, allowedIps };
}

export async function applyKeys(
  tx: DatabaseTransaction,
  current: CurrentConfig,
  planned: ConfigDocument,
  { source }: ApplyOptions,
): Promise<void> {
  const kept = new Set(planned.keys.map(({ id }) => id));
  const removed = current.keys.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
  for (const chunk of inChunks(removed)) {
    await tx.apiKeySecret.deleteMany({ where: { keyId: { in: chunk } } });
    const data = { deletedAt: new Date(), enabled: false, version: { increment: 1 } };
    await tx.apiKey.updateMany({ where: { id: { in: chunk } }, data });
  }
  const stored = new Map(current.keys.map((one) => [one.id, one]));
  const groups = new Map(
    (await tx.group.findMany({ select: { id: true, name: true } })).map(({ id, name }) => [name, id]),
  );
  const grantsOf = (key: ConfigKey) =>
    key.groups.flatMap((name) => groups.get(name) ?? []).map((groupId) => ({ groupId }));
  const secretOf = ({ hashes: [hash = ""], preview = "…" }: ConfigKey) => ({ hash, preview });
  const isStored = (key: ConfigKey) => key.id !== undefined && stored.has(key.id);
  const nextId = ids("key");
  for (const chunk of inChunks(planned.keys.filter((key) => !isStored(key)).map((key) => ({ key, id: nextId() })))) {
    await tx.apiKey.createMany({
      data: chunk.map(({ key, id }) => ({ ...keyColumns(key), id, source, preview: secretOf(key).preview })),
    });
    await tx.apiKeySecret.createMany({ data: chunk.map(({ key, id }) => ({ ...secretOf(key), keyId: id })) });
    const grants = chunk.flatMap(({ key, id }) => grantsOf(key).map((grant) => ({ ...grant, keyId: id })));
    for (const data of inChunks(grants)) await tx.apiKeyGroup.createMany({ data });
  }
  for (const key of planned.keys) {
    const old: CurrentKey | undefined = key.id === undefined ? undefined : stored.get(key.id);
    if (!old || same(plainKey(old), plainKey(key))) continue;
    const secret = secretOf(key);
    const { hash } = secret;
    const grants = grantsOf(key);
    const fresh = old.hashes[0] !== hash;
    if (fresh) await tx.apiKeySecret.deleteMany({ where: { keyId: old.id } });
    await tx.apiKey.update({
      where: { id: old.id },
      data: {
        ...keyColumns(key),
        groups: { deleteMany: {}, create: grants },
        ...(fresh && { preview: secret.preview, secrets: { create: secret } }),
        version: { increment: 1 },
      },
    });
  }
}

export async function applyKeywords(
  tx: DatabaseTransaction,
  current: CurrentConfig,
  planned: ConfigDocument,
): Promise<void> {
  const kept = new Set(planned.failKeywords.map(({ id }) => id));
  const removed = current.failKeywords.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
  for (const chunk of inChunks(removed)) await tx.failKeyword.deleteMany({ where: { id: { in: chunk } } });
  const stored = new Map(current.failKeywords.map((one) => [one.id, one]));
  const nextId = ids("kw");
  const order: string[] = [];
  for (const rule of planned.failKeywords) {
    const old = rule.id === undefined ? undefined : stored.get(rule.id);
    const id = old?.id ?? nextId();
    order.push(id);
    if (old && same(plainKeyword(old), plainKeyword(rule))) continue;
    const { target: _name, deployment: _other, ...fields } = plainKeyword(rule);
    const data = { ...fields, targetId: await targetId(tx, rule) };
    if (old) await tx.failKeyword.update({ where: { id }, data: { ...data, version: { increment: 1 } } });
    else await tx.failKeyword.create({ data: { ...data, id } });
  }
  // Rules whose target is gone are in no document; they stay where they are, behind.
  for (const [position, id] of order.entries()) await tx.failKeyword.update({ where: { id }, data: { position } });
}

function plainKeyword(rule: ConfigFailKeyword) {
  const { keyword, description, match, caseSensitive, statuses, part, scope, target, deployment } = rule;
  const { verdict, coolSeconds, enabled, finishReasons, minCharacters } = rule;
  return {
    ...{
      keyword,
      description,
      match,
      finishReasons,
      minCharacters,
      caseSensitive,
      statuses,
      part,
      scope,
      target,
      deployment,
    },
    ...{ verdict, coolSeconds, enabled },
  };
}

async function targetId(tx: DatabaseTransaction, rule: ConfigFailKeyword): Promise<string | null> {
  const { scope, target: name, deployment } = rule;
  if (scope === "all" || name === null) return null;
  if (scope === "deployment") {
    const row = await tx.deployment.findFirst({
      where: { name: deployment ?? "", provider: { name } },
      select: { id: true },
    });
    return row?.id ?? null;
  }
  const where = { where: { name }, select: { id: true } };
  const row = scope === "provider" ? await tx.provider.findUnique(where) : await tx.group.findUnique(where);
  return row?.id ?? null;
}

export async function applySettings(
  tx: DatabaseTransaction,
  current: CurrentConfig,
  planned: ConfigDocument,
): Promise<void> {
  for (const key of settingKeys) {
    const value = planned.settings[key];
    if (value === current.settings[key]) continue;
    if (value === undefined || value === settingDefinitions[key].default)
      await tx.setting.deleteMany({ where: { key } });
    else await tx.setting.upsert({ where: { key }, create: { key, value }, update: { value } });
  }
}
