import type { Actor } from "../schemas/audit.ts";
import {
  ImportChoice,
  type KnownConfiguration,
  type ModelSyncSummary,
  type Suggestion,
} from "../schemas/model-import.ts";
import { recordAudit } from "./audit.ts";
import { found } from "./change.ts";
import { type DatabaseTransaction, db, writeTransaction } from "./client.ts";
import type { ModelSync } from "./generated/client.ts";
import { readKnownConfiguration, requireSameAddress } from "./known-configuration.ts";
import { asJson, noJson } from "./stored-row.ts";

/** How a provider's list is looked at, and what was found. Times are epoch milliseconds. */
export type StoredSync = {
  providerId: string;
  cron: string | null;
  nextAt: number | null;
  checkedAt: number | null;
  error: string | null;
  choice: ImportChoice;
  suggestions: Suggestion[];
  dismissed: string[];
};

const defaultChoice = () => ImportChoice.parse({});

function syncOf(providerId: string, row: ModelSync | null): StoredSync {
  return {
    providerId,
    cron: row?.cron ?? null,
    nextAt: row?.nextAt?.getTime() ?? null,
    checkedAt: row?.checkedAt?.getTime() ?? null,
    error: row?.error ?? null,
    choice: ImportChoice.safeParse(row?.choice).data ?? defaultChoice(),
    suggestions: Array.isArray(row?.suggestion) ? (row.suggestion as Suggestion[]) : [],
    dismissed: Array.isArray(row?.dismissed) ? (row.dismissed as string[]) : [],
  };
}

/** @throws SluiceError `not_found` */
export async function readModelSync(providerId: string): Promise<StoredSync> {
  found(await db().provider.findUnique({ where: { id: providerId }, select: { id: true } }), "provider");
  return syncOf(providerId, await db().modelSync.findUnique({ where: { providerId } }));
}

/** Stores when and how a list is looked at. @throws SluiceError `not_found` */
export async function updateModelSync(
  providerId: string,
  change: { cron?: string | null; nextAt: Date | null; choice: ImportChoice },
  actor: Actor,
): Promise<void> {
  await writeTransaction(async (tx) => {
    const { name } = found(
      await tx.provider.findUnique({ where: { id: providerId }, select: { name: true } }),
      "provider",
    );
    const before = syncOf(providerId, await tx.modelSync.findUnique({ where: { providerId } }));
    const cron = change.cron === undefined ? before.cron : change.cron;
    const data = { cron, nextAt: change.nextAt, choice: asJson(change.choice) };
    await tx.modelSync.upsert({ where: { providerId }, create: { providerId, ...data }, update: data });
    await recordAudit(tx, {
      actor,
      action: "update_sync",
      target: { type: "provider", id: providerId, name },
      before: { cron: before.cron, choice: before.choice },
      after: { cron, choice: change.choice },
    });
  });
}

/**
 * Remembers how models were chosen, so that later looks at the list mean the same ones, and what still differs from the
 * list after that: a person has seen it, so it is not suggested.
 */
export async function rememberChoice(
  providerId: string,
  choice: ImportChoice,
  seen: { at: number; marks: string[] },
): Promise<void> {
  const data = {
    choice: asJson(choice),
    dismissed: asJson(seen.marks),
    suggestion: noJson,
    checkedAt: new Date(seen.at),
    error: null,
  };
  await db().modelSync.upsert({ where: { providerId }, create: { providerId, ...data }, update: data });
}

/** Providers whose look at their list is due. */
export async function dueSyncs(nowMs: number): Promise<StoredSync[]> {
  const rows = await db().modelSync.findMany({
    where: { cron: { not: null }, nextAt: { lte: new Date(nowMs) } },
    orderBy: { nextAt: "asc" },
  });
  return rows.map((row) => syncOf(row.providerId, row));
}

/** What a look at the list came to: a reason why there is none, or what to tell of it, by what is stored by then. */
export type SyncResult =
  | { error: string }
  | {
      /** Where the list is from. */
      baseUrl: string;
      tell(sync: StoredSync, known: KnownConfiguration): { suggestions: Suggestion[]; dismissed: string[] };
    };

/**
 * Stores what a look at the list found; a failed one keeps what was found before. A list takes its time: what somebody
 * did meanwhile is not undone by it.
 * @param nextAt when to look again, by the schedule as it is now
 * @throws SluiceError `not_found`, `conflict` (the provider has another address by now)
 */
export async function storeSyncResult(
  providerId: string,
  at: number,
  nextAt: (cron: string | null) => Date | null,
  result: SyncResult,
  actor: Actor,
): Promise<void> {
  await writeTransaction(async (tx) => {
    const known = await readKnownConfiguration(providerId, tx);
    const before = syncOf(providerId, await tx.modelSync.findUnique({ where: { providerId } }));
    const data = { ...foundData(result, before, known), checkedAt: new Date(at), nextAt: nextAt(before.cron) };
    const create = { providerId, choice: asJson(defaultChoice()), ...data };
    await tx.modelSync.upsert({ where: { providerId }, create, update: data });
    const after = told(syncOf(providerId, await tx.modelSync.findUnique({ where: { providerId } })));
    // A look that finds what the last one found is no news.
    if (JSON.stringify(after) === JSON.stringify(told(before))) return;
    const target = { type: "provider", id: providerId, name: known.provider.name } as const;
    await recordAudit(tx, { actor, action: "sync_list", target, before: told(before), after });
  });
}

/** What a look at the list has to say, as the audit log keeps it. */
function told({ suggestions, error }: StoredSync) {
  return { suggestions: suggestions.slice(0, 100).map(({ kind, model }) => `${kind}: ${model}`), error };
}

function foundData(result: SyncResult, before: StoredSync, known: KnownConfiguration) {
  if ("error" in result) return { error: result.error };
  requireSameAddress(known, result.baseUrl);
  const { suggestions, dismissed } = result.tell(before, known);
  return { suggestion: asJson(suggestions), dismissed: asJson(dismissed), error: null };
}

/** Marks suggestions as seen; they come again only when they become different ones. @throws SluiceError `not_found` */
export async function dismissSuggestions(
  providerId: string,
  marks: "all" | readonly string[],
  actor: Actor,
): Promise<void> {
  await writeTransaction(async (tx) => {
    const { name } = found(
      await tx.provider.findUnique({ where: { id: providerId }, select: { name: true } }),
      "provider",
    );
    const sync = syncOf(providerId, await tx.modelSync.findUnique({ where: { providerId } }));
    const going = sync.suggestions.filter(({ mark }) => marks === "all" || marks.includes(mark));
    if (going.length === 0) return;
    await storeDismissed(tx, sync, going);
    await recordAudit(tx, {
      actor,
      action: "dismiss_suggestions",
      target: { type: "provider", id: providerId, name },
      after: { models: going.slice(0, 100).map(({ kind, model }) => `${kind}: ${model}`) },
    });
  });
}

async function storeDismissed(tx: DatabaseTransaction, sync: StoredSync, going: readonly Suggestion[]): Promise<void> {
  const marks = new Set(going.map(({ mark }) => mark));
  const rest = sync.suggestions.filter(({ mark }) => !marks.has(mark));
  await tx.modelSync.update({
    where: { providerId: sync.providerId },
    data: {
      suggestion: rest.length > 0 ? asJson(rest) : noJson,
      dismissed: asJson([...new Set([...sync.dismissed, ...marks])]),
    },
  });
}

/** Providers about whose list there is something to say. */
export async function listSyncSummaries(): Promise<ModelSyncSummary[]> {
  const rows = await db().modelSync.findMany();
  return rows
    .map((row) => syncOf(row.providerId, row))
    .map(({ providerId, suggestions, error }) => {
      const count = (kind: Suggestion["kind"]) => suggestions.filter((one) => one.kind === kind).length;
      return {
        ...{ providerId, added: count("added"), changed: count("changed"), vanished: count("vanished") },
        error: error !== null,
      };
    })
    .filter(({ added, changed, vanished, error }) => error || added + changed + vanished > 0);
}
