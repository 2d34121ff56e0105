import { newId } from "../id.ts";
import { patternProblem, tooLarge } from "../keyword-pattern.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import type {
  FailKeywordInput,
  FailKeywordListQuery,
  FailKeywordPatch,
  FailKeywordView,
} from "../schemas/fail-keywords.ts";
import { recordAudit } from "./audit.ts";
import { found, requireVersion } from "./change.ts";
import { type DatabaseTransaction, db } from "./client.ts";
import { fieldError } from "./field-error.ts";
import type { FailKeyword } from "./generated/client.ts";
import { changeConfig } from "./meta.ts";
import { pageOf } from "./page.ts";

/** Names of the providers and groups that keywords are limited to, by id. */
async function targetNames(tx: DatabaseTransaction, rows: readonly FailKeyword[]): Promise<Map<string, string>> {
  const ids = rows.flatMap((row) => row.targetId ?? []);
  if (ids.length === 0) return new Map();
  const providers = await tx.provider.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  const groups = await tx.group.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  return new Map([...providers, ...groups].map((row) => [row.id, row.name]));
}

function view(row: FailKeyword, names: ReadonlyMap<string, string>): FailKeywordView {
  return {
    id: row.id,
    keyword: row.keyword,
    description: row.description,
    match: row.match as FailKeywordView["match"],
    caseSensitive: row.caseSensitive,
    scope: row.scope as FailKeywordView["scope"],
    targetId: row.targetId,
    targetName: row.targetId === null ? null : (names.get(row.targetId) ?? null),
    enabled: row.enabled,
    hits: row.hits,
    lastTriggeredAt: row.lastTriggeredAt?.toISOString() ?? null,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

async function viewOf(tx: DatabaseTransaction, row: FailKeyword): Promise<FailKeywordView> {
  return view(row, await targetNames(tx, [row]));
}

type Rule = Pick<FailKeyword, "keyword" | "match" | "scope" | "targetId">;

/** Refuses a pattern that cannot run, with the position. @throws SluiceError `invalid_type` at `path` */
export function requireGoodPattern(rule: { keyword: string; match?: string }, path = "keyword"): void {
  const wrong = rule.match === "regex" ? patternProblem(rule.keyword) : null;
  if (wrong?.reason === tooLarge)
    throw fieldError(path, "regex_too_large", "The pattern is too large to be run on every answer.");
  if (wrong) throw fieldError(path, "bad_regex", `${wrong.reason} at character ${wrong.position + 1}.`, wrong);
}

/** The rule as it will be stored: a target only where the scope has one, and one that exists. */
async function checkedRule<Given extends Rule>(tx: DatabaseTransaction, rule: Given): Promise<Given> {
  requireGoodPattern(rule);
  if (rule.scope === "all") return { ...rule, targetId: null };
  if (rule.targetId === null) throw fieldError("targetId", "required", `A rule for one ${rule.scope} needs its id.`);
  const where = { where: { id: rule.targetId }, select: { id: true } };
  const target = rule.scope === "provider" ? await tx.provider.findUnique(where) : await tx.group.findUnique(where);
  if (!target) throw fieldError("targetId", "unknown_reference", `There is no such ${rule.scope}.`);
  return rule;
}

export async function listFailKeywords(query: FailKeywordListQuery): Promise<Page<FailKeywordView>> {
  const rows = await db().failKeyword.findMany({ where: { scope: query.scope, enabled: query.enabled } });
  const page = pageOf(rows, query, {
    sort: "keyword",
    texts: (row) => [row.keyword, row.description],
    values: {
      keyword: (row) => row.keyword,
      hits: (row) => row.hits,
      createdAt: (row) => row.createdAt,
      lastTriggeredAt: (row) => row.lastTriggeredAt,
    },
  });
  const names = await targetNames(db(), page.items);
  return { ...page, items: page.items.map((row) => view(row, names)) };
}

/** @throws SluiceError `not_found` */
export async function getFailKeyword(id: string): Promise<FailKeywordView> {
  return viewOf(db(), found(await db().failKeyword.findUnique({ where: { id } }), "fail keyword"));
}

/** @throws SluiceError `invalid_type` (bad pattern, unknown target), `missing_required` (no target) */
export async function createFailKeyword(input: FailKeywordInput, actor: Actor): Promise<FailKeywordView> {
  return await changeConfig(async (tx) => {
    const rule = await checkedRule(tx, {
      ...input,
      match: input.match ?? "contains",
      scope: input.scope ?? "all",
      targetId: input.targetId ?? null,
    });
    const row = await tx.failKeyword.create({ data: { ...rule, id: newId("kw") } });
    const after = await viewOf(tx, row);
    await recordAudit(tx, {
      actor,
      action: "create",
      target: { type: "fail_keyword", id: row.id, name: row.keyword },
      after,
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
      scope: fields.scope ?? row.scope,
      targetId: fields.targetId === undefined ? row.targetId : fields.targetId,
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
      target: { type: "fail_keyword", id, name: changed.keyword },
      before,
      after,
    });
    return after;
  });
}

export async function deleteFailKeyword(id: string, actor: Actor): Promise<void> {
  await changeConfig(async (tx) => {
    const row = found(await tx.failKeyword.findUnique({ where: { id } }), "fail keyword");
    const before = await viewOf(tx, row);
    await tx.failKeyword.delete({ where: { id } });
    await recordAudit(tx, { actor, action: "delete", target: { type: "fail_keyword", id, name: row.keyword }, before });
  });
}
