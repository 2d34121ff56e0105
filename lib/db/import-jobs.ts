import { newId } from "../id.ts";
import type { Page } from "../schemas/common.ts";
import type {
  ImportCounts,
  ImportJobDetail,
  ImportJobView,
  ImportListQuery,
  ImportState,
  LeftByUndo,
  ModelOutcome,
  PlanProblem,
} from "../schemas/model-import.ts";
import { found } from "./change.ts";
import { type DatabaseTransaction, db } from "./client.ts";
import type { ImportJob, Prisma } from "./generated/client.ts";
import { pageOf } from "./page.ts";
import { asJson, noJson } from "./stored-row.ts";

/** What a job's row says beside its counts. */
export type ImportResult = { outcomes: ModelOutcome[]; problems: PlanProblem[]; left: LeftByUndo[] };

const listColumns = {
  id: true,
  kind: true,
  providerId: true,
  providerName: true,
  state: true,
  counts: true,
  undoUntil: true,
  errorCode: true,
  errorMessage: true,
  actorName: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  undoneAt: true,
} satisfies Prisma.ImportJobSelect;

type ListRow = Prisma.ImportJobGetPayload<{ select: typeof listColumns }>;

function view(row: ListRow, nowMs: number = Date.now()): ImportJobView {
  const mayUndo = row.state === "done" && row.undoUntil !== null && row.undoUntil.getTime() > nowMs;
  return {
    id: row.id,
    kind: row.kind as ImportJobView["kind"],
    provider: { id: row.providerId, name: row.providerName },
    state: row.state as ImportState,
    phase: null,
    counts: row.counts as ImportCounts | null,
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? "" },
    actor: row.actorName,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    undoneAt: row.undoneAt?.toISOString() ?? null,
    undoUntil: mayUndo ? (row.undoUntil?.toISOString() ?? null) : null,
  };
}

function resultOf(row: Pick<ImportJob, "result">): ImportResult {
  return { outcomes: [], problems: [], left: [], ...(row.result as Partial<ImportResult> | null) };
}

/** Adds a job to be run. Returns its id. */
export async function queueImportJob(job: {
  provider: { id: string; name: string };
  input: unknown;
  actorName: string;
}): Promise<string> {
  const id = newId("imp");
  await db().importJob.create({
    data: {
      ...{ id, kind: "import", providerId: job.provider.id, providerName: job.provider.name },
      input: asJson(job.input),
      actorName: job.actorName,
      createdAt: new Date(),
    },
  });
  return id;
}

export async function startImportJob(id: string): Promise<void> {
  await db().importJob.update({ where: { id }, data: { state: "running", startedAt: new Date() } });
}

/** Stores how a job failed. It has changed nothing: its changes and its end are one transaction. */
export async function failImportJob(
  id: string,
  error: { code: string; message: string },
  problems: PlanProblem[] = [],
): Promise<void> {
  const result: ImportResult = { outcomes: [], problems, left: [] };
  await db().importJob.update({
    where: { id },
    data: {
      ...{ state: "failed", finishedAt: new Date(), errorCode: error.code, errorMessage: error.message },
      result: asJson(result),
    },
  });
}

/** Ends a job in the transaction of its changes. */
export async function endImportJob(
  tx: DatabaseTransaction,
  id: string,
  end: { counts: ImportCounts; outcomes: ModelOutcome[]; undo: unknown; undoUntil: Date | null },
): Promise<void> {
  const result: ImportResult = { outcomes: end.outcomes, problems: [], left: [] };
  await tx.importJob.update({
    where: { id },
    data: {
      ...{ state: "done", finishedAt: new Date(), undoUntil: end.undoUntil },
      counts: asJson(end.counts),
      result: asJson(result),
      undo: end.undo === null ? noJson : asJson(end.undo),
    },
  });
}

/** Marks a job as taken back, with what was left; what it needed for that is forgotten. */
export async function markUndone(tx: DatabaseTransaction, job: ImportJob, left: LeftByUndo[]): Promise<void> {
  await tx.importJob.update({
    where: { id: job.id },
    data: {
      ...{ state: "undone", undoneAt: new Date(), undo: noJson },
      result: asJson({ ...resultOf(job), left }),
    },
  });
}

/** Jobs that were cut off with their process have changed nothing, and say so. Returns how many there were. */
export async function failInterruptedJobs(): Promise<number> {
  const { count } = await db().importJob.updateMany({
    where: { state: { in: ["queued", "running"] } },
    data: {
      ...{ state: "failed", finishedAt: new Date(), errorCode: "interrupted" },
      errorMessage: "The process ended before this import was applied. Nothing was changed.",
    },
  });
  return count;
}

/** Forgets what undoing needs once it is too late for that, and imports older than `beforeMs` (epoch ms). */
export async function pruneImportJobs(nowMs: number, beforeMs: number): Promise<void> {
  await db().importJob.updateMany({
    where: { undoUntil: { lt: new Date(nowMs) } },
    data: { undo: noJson, undoUntil: null },
  });
  await db().importJob.deleteMany({ where: { kind: "import", createdAt: { lt: new Date(beforeMs) } } });
}

/** Newest first. */
export async function listImportJobs(query: ImportListQuery): Promise<Page<ImportJobView>> {
  const rows = await db().importJob.findMany({
    where: { providerId: query.providerId, kind: query.kind },
    select: listColumns,
  });
  const page = pageOf(rows, query, {
    sort: "-createdAt",
    texts: (row) => [row.providerName, row.actorName],
    values: { createdAt: (row) => row.createdAt },
  });
  return { ...page, items: page.items.map((row) => view(row)) };
}

/** @throws SluiceError `not_found` */
export async function getImportJob(id: string): Promise<ImportJobDetail> {
  const row = found(await db().importJob.findUnique({ where: { id } }), "import");
  return { ...view(row), ...resultOf(row) };
}
