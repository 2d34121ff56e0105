import { SluiceError } from "../errors.ts";
import { newId } from "../id.ts";
import { patternProblem, tooLarge } from "../keyword-pattern.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import {
  coolSecondsDefault,
  type FailKeywordInput,
  type FailKeywordListQuery,
  type FailKeywordOrder,
  type FailKeywordPatch,
  type FailKeywordView,
  type KeywordMatch,
  looksForText,
  ruleName,
} from "../schemas/fail-keywords.ts";
import { recordAudit } from "./audit.ts";
import { found, requireVersion } from "./change.ts";
import { type DatabaseTransaction, db } from "./client.ts";
import { fieldError } from "./field-error.ts";
import type { FailKeyword } from "./generated/client.ts";
import { changeConfig } from "./meta.ts";
import { pageOf } from "./page.ts";

const hourMs = 3_600_000;
const shownHours = 24;

type Target = { name: string; providerId: string | null };

/** What the providers, groups and deployments are called that rules are limited to, by id. */
async function targetsOf(tx: DatabaseTransaction, rows: readonly FailKeyword[]): Promise<Map<string, Target>> {
  const ids = [...new Set(rows.flatMap((row) => row.targetId ?? []))];
  if (ids.length === 0) return new Map();
  const where = { where: { id: { in: ids } } };
  const providers = await tx.provider.findMany({ ...where, select: { id: true, name: true } });
  const groups = await tx.group.findMany({ ...where, select: { id: true, name: true } });
  const deployments = await tx.deployment.findMany({
    ...where,
    select: { id: true, name: true, providerId: true, provider: { select: { name: true } } },
  });
  const targets = new Map<string, Target>();
  for (const { id, name } of [...providers, ...groups]) targets.set(id, { name, providerId: null });
  for (const { id, name, providerId, provider } of deployments)
    targets.set(id, { name: `${provider.name}/${name}`, providerId });
  return targets;
}

/** Hits of the last 24 hours of each rule, the current hour last. */
async function hitsByHour(tx: DatabaseTransaction, ids: readonly string[]): Promise<Map<string, number[]>> {
  const now = Date.now();
  const first = now - (now % hourMs) - (shownHours - 1) * hourMs;
  const rows = await tx.failKeywordHour.findMany({
    where: { at: { gte: new Date(first) }, keywordId: { in: [...ids] } },
  });
  const hits = new Map(ids.map((id) => [id, new Array<number>(shownHours).fill(0)]));
  for (const { keywordId, at, hits: count } of rows) {
    const list = hits.get(keywordId);
    const place = Math.floor((at.getTime() - first) / hourMs);
    if (list && place < shownHours) list[place] = count;
  }
  return hits;
}

const textsOf = (stored: unknown): string[] =>
  Array.isArray(stored) ? stored.filter((one): one is string => typeof one === "string") : [];

async function viewsOf(tx: DatabaseTransaction, rows: readonly FailKeyword[]): Promise<FailKeywordView[]> {
  const targets = await targetsOf(tx, rows);
  const hours = await hitsByHour(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => {
    const target = row.targetId === null ? undefined : targets.get(row.targetId);
    return {
      id: row.id,
      position: row.position,
      keyword: row.keyword,
      description: row.description,
      match: row.match as FailKeywordView["match"],
      finishReasons: textsOf(row.finishReasons) as FailKeywordView["finishReasons"],
      minCharacters: row.minCharacters,
      caseSensitive: row.caseSensitive,
      statuses: textsOf(row.statuses),
      part: row.part as FailKeywordView["part"],
      scope: row.scope as FailKeywordView["scope"],
      targetId: row.targetId,
      targetName: target?.name ?? null,
      targetProviderId: target?.providerId ?? null,
      verdict: row.verdict as FailKeywordView["verdict"],
      coolSeconds: row.coolSeconds,
      enabled: row.enabled,
      hits: row.hits,
      lastTriggeredAt: row.lastTriggeredAt?.toISOString() ?? null,
      lastCallId: row.lastCallId,
      hitsByHour: hours.get(row.id) ?? [],
      version: row.version,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    };
  });
}

async function viewOf(tx: DatabaseTransaction, row: FailKeyword): Promise<FailKeywordView> {
  return (await viewsOf(tx, [row]))[0] as FailKeywordView;
}

/** What the audit log keeps of a rule: what somebody decided, and what a deleted one needs to come back. */
function snapshotOf({ hitsByHour: _hours, targetProviderId: _provider, ...rule }: FailKeywordView) {
  return rule;
}

type Rule = Pick<
  FailKeyword,
  "keyword" | "match" | "minCharacters" | "part" | "scope" | "targetId" | "verdict" | "coolSeconds"
> & {
  finishReasons: string[];
  statuses: string[];
};

/** Refuses a pattern that cannot run, with the position. @throws SluiceError `invalid_type` at `path` */
export function requireGoodPattern(rule: { keyword?: string; match?: string }, path = "keyword"): void {
  const wrong = rule.match === "regex" ? patternProblem(rule.keyword ?? "") : null;
  if (wrong?.reason === tooLarge)
    throw fieldError(path, "regex_too_large", "The pattern is too large to be run on every answer.");
  if (wrong) throw fieldError(path, "bad_regex", `${wrong.reason} at character ${wrong.position + 1}.`, wrong);
}

/** Refuses a rule that cannot say what it looks for. @throws SluiceError `invalid_type`, `missing_required` below `path` */
export function requireWholeRule(
  rule: {
    keyword?: string;
    match?: KeywordMatch;
    finishReasons?: readonly string[];
    minCharacters?: number | null;
    statuses?: readonly string[];
  },
  path = "",
): void {
  const match = rule.match ?? "contains";
  if (looksForText(match) && !rule.keyword)
    throw fieldError(`${path}keyword`, "required", "A rule that looks for a text needs it.");
  if (match === "any" && !rule.statuses?.length)
    throw fieldError(`${path}statuses`, "required", "A rule on every text needs a status.");
  if (match === "finish_reason" && !rule.finishReasons?.length)
    throw fieldError(`${path}finishReasons`, "required", "A rule on the end of answers needs a finish reason.");
  if (match === "short" && !rule.minCharacters)
    throw fieldError(`${path}minCharacters`, "required", "A rule on short answers needs a number of characters.");
  requireGoodPattern(rule, `${path}keyword`);
}

/** The rule as it will be stored: nothing it has no use for, and a target that exists only where the scope has one. */
async function checkedRule<Given extends Rule>(tx: DatabaseTransaction, given: Given): Promise<Given> {
  const match = given.match as KeywordMatch;
  requireWholeRule({ ...given, match });
  const rule = {
    ...given,
    keyword: looksForText(match) ? given.keyword : "",
    finishReasons: match === "finish_reason" ? given.finishReasons : [],
    minCharacters: match === "short" ? given.minCharacters : null,
    part: match === "contains" || match === "regex" ? given.part : "whole",
    coolSeconds: given.verdict === "cool" ? (given.coolSeconds ?? coolSecondsDefault) : null,
  };
  if (rule.scope === "all") return { ...rule, targetId: null };
  if (rule.targetId === null) throw fieldError("targetId", "required", `A rule for one ${rule.scope} needs its id.`);
  const where = { where: { id: rule.targetId }, select: { id: true } };
  const target =
    rule.scope === "provider"
      ? await tx.provider.findUnique(where)
      : rule.scope === "group"
        ? await tx.group.findUnique(where)
        : await tx.deployment.findUnique(where);
  if (!target) throw fieldError("targetId", "unknown_reference", `There is no such ${rule.scope}.`);
  return rule;
}

const inOrder = [{ position: "asc" as const }, { id: "asc" as const }];

/** The rules in their order, or in the one asked for. */
export async function listFailKeywords(query: FailKeywordListQuery): Promise<Page<FailKeywordView>> {
  const rows = await db().failKeyword.findMany({
    where: { scope: query.scope, enabled: query.enabled },
    orderBy: inOrder,
  });
  const page = pageOf(rows, query, {
    sort: "position",
    texts: (row) => [row.keyword, row.description],
    values: {
      position: (row) => row.position,
      keyword: (row) => row.keyword,
      hits: (row) => row.hits,
      createdAt: (row) => row.createdAt,
      lastTriggeredAt: (row) => row.lastTriggeredAt,
    },
  });
  return { ...page, items: await viewsOf(db(), page.items) };
}

/** @throws SluiceError `not_found` */
export async function getFailKeyword(id: string): Promise<FailKeywordView> {
  return viewOf(db(), found(await db().failKeyword.findUnique({ where: { id } }), "fail keyword"));
}

/** Gives the rules the places in which their ids stand. */
async function place(tx: DatabaseTransaction, ids: readonly string[]): Promise<void> {
  for (const [position, id] of ids.entries())
    await tx.failKeyword.updateMany({ where: { id, position: { not: position } }, data: { position } });
}

async function idsInOrder(tx: DatabaseTransaction): Promise<string[]> {
  return (await tx.failKeyword.findMany({ select: { id: true }, orderBy: inOrder })).map(({ id }) => id);
}

/** @throws SluiceError `invalid_type` (bad pattern, unknown target), `missing_required` (no text, no target) */
export async function createFailKeyword(input: FailKeywordInput, actor: Actor): Promise<FailKeywordView> {
  const { position, ...fields } = input;
  return await changeConfig(async (tx) => {
    const rule = await checkedRule(tx, {
      ...fields,
      keyword: fields.keyword ?? "",
      match: fields.match ?? "contains",
      finishReasons: fields.finishReasons ?? [],
      minCharacters: fields.minCharacters ?? null,
      statuses: fields.statuses ?? [],
      part: fields.part ?? "whole",
      scope: fields.scope ?? "all",
      targetId: fields.targetId ?? null,
      verdict: fields.verdict ?? "failover",
      coolSeconds: fields.coolSeconds ?? null,
    });
    const before = await idsInOrder(tx);
    const row = await tx.failKeyword.create({ data: { ...rule, id: newId("kw"), position: before.length } });
    await place(tx, before.toSpliced(position ?? before.length, 0, row.id));
    const after = await viewOf(tx, found(await tx.failKeyword.findUnique({ where: { id: row.id } }), "fail keyword"));
    await recordAudit(tx, {
      actor,
      action: "create",
      target: { type: "fail_keyword", id: row.id, name: ruleName(after) },
      after: snapshotOf(after),
    });
    return after;
  });
}

/** @throws SluiceError `not_found`, `conflict` (stale version), `invalid_type`, `missing_required` */
export async function updateFailKeyword(id: string, patch: FailKeywordPatch, actor: Actor): Promise<FailKeywordView> {
  const { version, ...fields } = patch;
  return await changeConfig(async (tx) => {
    const row = found(await tx.failKeyword.findUnique({ where: { id } }), "fail keyword");
    requireVersion(row, version);
    const rule = await checkedRule(tx, {
      keyword: fields.keyword ?? row.keyword,
      match: fields.match ?? row.match,
      finishReasons: fields.finishReasons ?? textsOf(row.finishReasons),
      minCharacters: fields.minCharacters === undefined ? row.minCharacters : fields.minCharacters,
      statuses: fields.statuses ?? textsOf(row.statuses),
      part: fields.part ?? row.part,
      scope: fields.scope ?? row.scope,
      targetId: fields.targetId === undefined ? row.targetId : fields.targetId,
      verdict: fields.verdict ?? row.verdict,
      coolSeconds: fields.coolSeconds === undefined ? row.coolSeconds : fields.coolSeconds,
    });
    const before = await viewOf(tx, row);
    const changed = await tx.failKeyword.update({
      where: { id },
      data: { ...fields, ...rule, version: { increment: 1 } },
    });
    const after = await viewOf(tx, changed);
    await recordAudit(tx, {
      actor,
      action: "update",
      target: { type: "fail_keyword", id, name: ruleName(after) },
      before: snapshotOf(before),
      after: snapshotOf(after),
    });
    return after;
  });
}

/**
 * Puts the rules into another order. `ids` are all of them.
 * @throws SluiceError `conflict` when a rule was added or deleted meanwhile
 */
export async function orderFailKeywords({ ids }: FailKeywordOrder, actor: Actor): Promise<Page<FailKeywordView>> {
  await changeConfig(async (tx) => {
    const before = await idsInOrder(tx);
    const known = new Set(before);
    if (ids.length !== before.length || new Set(ids).size !== ids.length || ids.some((id) => !known.has(id)))
      throw new SluiceError("conflict", "Somebody else added or deleted a rule in the meantime. Load the list again.", {
        param: "ids",
      });
    await place(tx, ids);
    await recordAudit(tx, {
      actor,
      action: "reorder",
      target: { type: "fail_keyword", id: null, name: null },
      before: { order: before },
      after: { order: ids },
    });
  });
  return await listFailKeywords({ limit: 500 });
}

export async function deleteFailKeyword(id: string, actor: Actor): Promise<void> {
  await changeConfig(async (tx) => {
    const row = found(await tx.failKeyword.findUnique({ where: { id } }), "fail keyword");
    const before = await viewOf(tx, row);
    await tx.failKeyword.delete({ where: { id } });
    await place(tx, await idsInOrder(tx));
    await recordAudit(tx, {
      actor,
      action: "delete",
      target: { type: "fail_keyword", id, name: ruleName(before) },
      before: snapshotOf(before),
    });
  });
}

/**
 * Brings a deleted rule back as it was, to its place, with its hits.
 * @throws SluiceError `not_found`; `conflict` when it is there; `invalid_type` when its target is gone
 */
export async function restoreFailKeyword(id: string, actor: Actor): Promise<FailKeywordView> {
  return await changeConfig(async (tx) => {
    if (await tx.failKeyword.findUnique({ where: { id }, select: { id: true } }))
      throw new SluiceError("conflict", "This rule is not deleted.");
    const event = found(
      await tx.auditEvent.findFirst({
        where: { targetType: "fail_keyword", targetId: id, action: "delete" },
        orderBy: [{ at: "desc" }, { id: "desc" }],
      }),
      "deleted fail keyword",
    );
    const kept = event.before as unknown as Omit<FailKeywordView, "id" | "version" | "createdAt" | "updatedAt">;
    const { targetName: _name, lastTriggeredAt, position, ...fields } = kept;
    // What was kept before there were such rules does not name their members.
    const rule = await checkedRule(tx, { ...{ finishReasons: [], minCharacters: null }, ...fields });
    const before = await idsInOrder(tx);
    await tx.failKeyword.create({
      data: {
        ...rule,
        id,
        position: before.length,
        lastTriggeredAt: lastTriggeredAt === null ? null : new Date(lastTriggeredAt),
      },
    });
    await place(tx, before.toSpliced(position, 0, id));
    const after = await viewOf(tx, found(await tx.failKeyword.findUnique({ where: { id } }), "fail keyword"));
    await recordAudit(tx, {
      actor,
      action: "restore",
      target: { type: "fail_keyword", id, name: ruleName(after) },
      after: snapshotOf(after),
    });
    return after;
  });
}

/** The text met last by each of these rules, where its call is still stored. Redacted when it was recorded. */
export async function lastSamples(rules: readonly FailKeywordView[]): Promise<Map<string, string>> {
  const callIds = rules.flatMap(({ lastCallId }) => lastCallId ?? []);
  const calls = await db().call.findMany({
    where: { id: { in: [...new Set(callIds)] } },
    select: { id: true, receipt: true },
  });
  const receipts = new Map(calls.map(({ id, receipt }) => [id, receipt as { attempts?: Met[] }]));
  return new Map(
    rules.flatMap(({ id, lastCallId }) => {
      const attempts = (lastCallId !== null && receipts.get(lastCallId)?.attempts) || [];
      const matched = attempts.findLast(({ keywordId }) => keywordId === id)?.matched;
      return matched ? [[id, matched]] : [];
    }),
  );
}

type Met = { keywordId: string | null; matched: string | null };
