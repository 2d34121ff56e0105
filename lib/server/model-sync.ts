import { pruneImportJobs } from "../db/import-jobs.ts";
import { readKnownConfiguration } from "../db/known-configuration.ts";
import {
  dismissSuggestions,
  dueSyncs,
  readModelSync,
  type StoredSync,
  type SyncResult,
  storeSyncResult,
  updateModelSync,
} from "../db/model-sync.ts";
import { isSluiceError } from "../errors.ts";
import { Periods } from "../gateway/period.ts";
import { logger } from "../logger.ts";
import type { Actor } from "../schemas/audit.ts";
import type { ModelSyncInput, ModelSyncView } from "../schemas/model-import.ts";
import { differencesOf, worthTelling } from "./list-differences.ts";
import { priceMatcher } from "./price-catalogue.ts";
import { control, environment } from "./runtime.ts";

const firstAfterMs = 20_000;
const everyMs = 60_000;
const pruneEveryMs = 3_600_000;
const keepJobsMs = 90 * 86_400_000;

function nextRun(cron: string | null, nowMs: number): Date | null {
  return cron === null ? null : new Date(new Periods(environment().timeZone).at(cron, nowMs).end);
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

function view(sync: StoredSync): ModelSyncView {
  const { providerId, cron, error, choice, suggestions } = sync;
  return {
    ...{ providerId, cron, error, choice, suggestions },
    timeZone: environment().timeZone,
    nextAt: iso(sync.nextAt),
    checkedAt: iso(sync.checkedAt),
  };
}

/** @throws SluiceError `not_found` */
export async function showModelSync(providerId: string): Promise<ModelSyncView> {
  return view(await readModelSync(providerId));
}

/** Says when a provider's list is looked at, and which of its models are meant. @throws SluiceError `not_found` */
export async function changeModelSync(providerId: string, input: ModelSyncInput, actor: Actor): Promise<ModelSyncView> {
  const before = await readModelSync(providerId);
  const cron = input.cron === undefined ? before.cron : input.cron;
  const { include = before.choice.include, exclude = before.choice.exclude } = input;
  const choice = { ...before.choice, include, exclude };
  await updateModelSync(providerId, { cron, choice, nextAt: nextRun(cron, Date.now()) }, actor);
  return await showModelSync(providerId);
}

const syncActor: Actor = { type: "system", id: null, name: "model sync", ip: null };

/**
 * Looks at a provider's list now and stores what is new there; nothing of it is done.
 * @throws SluiceError `not_found`, `conflict` (the provider moved meanwhile), and those of the list; they are stored too
 */
export async function lookAtList(providerId: string, actor: Actor = syncActor): Promise<ModelSyncView> {
  const { baseUrl } = (await readKnownConfiguration(providerId)).provider;
  const at = Date.now();
  const nextAt = (cron: string | null) => nextRun(cron, at);
  try {
    const list = await control().listModels({ providerId });
    const match = await priceMatcher(baseUrl);
    const result: SyncResult = {
      baseUrl,
      tell({ choice, dismissed, checkedAt }, known) {
        const firstLook = checkedAt === null && known.deployments.length > 0;
        return worthTelling(differencesOf({ list, known, choice, match }), { dismissed, firstLook });
      },
    };
    await storeSyncResult(providerId, at, nextAt, result, actor);
  } catch (error) {
    await storeSyncResult(providerId, at, nextAt, { error: causeOf(error) }, actor);
    throw error;
  }
  return await showModelSync(providerId);
}

/** The word for the problem of a list, which the console has a sentence for; else a sentence. */
function causeOf(error: unknown): string {
  if (!isSluiceError(error)) return "Something went wrong on our side.";
  const { problem } = (error.details ?? {}) as { problem?: unknown };
  return typeof problem === "string" ? problem : error.message;
}

/** @throws SluiceError `not_found` */
export async function dismiss(providerId: string, marks: "all" | string[], actor: Actor): Promise<ModelSyncView> {
  await dismissSuggestions(providerId, marks, actor);
  return await showModelSync(providerId);
}

/** Looks at every list that is due, one after the other. What fails is stored with its provider, and in the log. */
export async function lookAtDueLists(nowMs: number): Promise<void> {
  for (const { providerId } of await dueSyncs(nowMs)) {
    try {
      await lookAtList(providerId);
    } catch (error) {
      logger().warn({ err: error, providerId }, "a provider's list of models could not be looked at");
    }
  }
}

/** Looks for lists that are due every minute, and forgets old jobs every hour. Returns the function that ends it. */
export function startModelSync(): () => void {
  let stopped = false;
  let prunedAt = 0;
  let timer = setTimeout(run, firstAfterMs);
  timer.unref();

  async function run(): Promise<void> {
    const now = Date.now();
    try {
      await lookAtDueLists(now);
      if (now - prunedAt >= pruneEveryMs) {
        await pruneImportJobs(now, now - keepJobsMs);
        prunedAt = now;
      }
    } catch (error) {
      logger().warn({ err: error }, "lists of models could not be looked at; the next try is in a minute");
    }
    if (stopped) return;
    timer = setTimeout(run, everyMs);
    timer.unref();
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
