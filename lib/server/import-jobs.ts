import { applyImport } from "../db/apply-import.ts";
import {
  failImportJob,
  failInterruptedJobs,
  getImportJob,
  listImportJobs,
  queueImportJob,
  startImportJob,
} from "../db/import-jobs.ts";
import { readKnownConfiguration, requireSameAddress } from "../db/known-configuration.ts";
import { rememberChoice } from "../db/model-sync.ts";
import { undoJob } from "../db/undo-job.ts";
import { isSluiceError } from "../errors.ts";
import { logger } from "../logger.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import type { ModelList } from "../schemas/listed-models.ts";
import type {
  ImportInput,
  ImportJobDetail,
  ImportJobView,
  ImportListQuery,
  ImportPlan,
  PlanProblem,
} from "../schemas/model-import.ts";
import type { Caller } from "./caller.ts";
import { planImport } from "./import-plan.ts";
import { differencesOf } from "./list-differences.ts";
import { catalogueDateMs, priceMatcher } from "./price-catalogue.ts";
import { control } from "./runtime.ts";

type Phase = NonNullable<ImportJobView["phase"]>;
type Running = { phases: Map<string, Phase>; lines: Map<string, Promise<void>> };

/** On globalThis: a route and the scheduler may have a copy of this module each. */
const slotKey = Symbol.for("sluice.import-jobs");
const slot = globalThis as typeof globalThis & { [slotKey]?: Running };

function running(): Running {
  slot[slotKey] ??= { phases: new Map(), lines: new Map() };
  return slot[slotKey];
}

/** What an import would do now. Nothing is changed. @throws SluiceError `not_found`, and those of the provider's list */
export async function previewImport(providerId: string, input: ImportInput): Promise<ImportPlan> {
  const known = await readKnownConfiguration(providerId);
  const list = await control().listModels({ providerId });
  return planImport({ list, known, input, match: await priceMatcher(known.provider.baseUrl) });
}

/**
 * Begins an import and returns its job at once; the page that asked may be closed. Imports of one provider run one after
 * the other.
 * @throws SluiceError `not_found`
 */
export async function beginImport(providerId: string, input: ImportInput, actor: Actor): Promise<ImportJobDetail> {
  const { provider } = await readKnownConfiguration(providerId);
  const { dryRun: _dryRun, ...kept } = input;
  const id = await queueImportJob({ provider, input: kept, actorName: actor.name });
  const { lines } = running();
  const before = lines.get(providerId) ?? Promise.resolve();
  const line = before
    .then(() => run(id, providerId, input, actor))
    .finally(() => {
      if (lines.get(providerId) === line) lines.delete(providerId);
    });
  lines.set(providerId, line);
  return await showImport(id);
}

/** Never rejects: how it ended is in the job. */
async function run(id: string, providerId: string, input: ImportInput, actor: Actor): Promise<void> {
  const { phases } = running();
  try {
    phases.set(id, "fetching");
    await startImportJob(id);
    const { provider } = await readKnownConfiguration(providerId);
    const list = await control().listModels({ providerId });
    phases.set(id, "planning");
    const match = await priceMatcher(provider.baseUrl);
    const cataloguedAtMs = await catalogueDateMs();
    phases.set(id, "applying");
    await applyImport({ id, providerId, actor, groups: input.groups, cataloguedAtMs }, (known) => {
      requireSameAddress(known, provider.baseUrl);
      return planImport({ list, known, input, match });
    });
    await afterwards(id, provider, input, list);
  } catch (error) {
    await storeFailure(id, error);
  } finally {
    phases.delete(id);
  }
}

/** The import is stored by now: what fails here is no failure of it. */
async function afterwards(
  id: string,
  provider: { id: string; baseUrl: string },
  input: ImportInput,
  list: ModelList,
): Promise<void> {
  try {
    await control().reload();
    const { include, exclude, alias, prices } = input;
    const choice = { include, exclude, alias, prices };
    const known = await readKnownConfiguration(provider.id);
    const rest = differencesOf({ list, known, choice, match: await priceMatcher(provider.baseUrl) });
    await rememberChoice(provider.id, choice, { at: Date.now(), marks: rest.map(({ mark }) => mark) });
  } catch (error) {
    logger().error({ err: error, job: id }, "an import was stored, but not all that follows it was done");
  }
}

async function storeFailure(id: string, thrown: unknown): Promise<void> {
  const known = isSluiceError(thrown) ? thrown : null;
  if (!known) logger().error({ err: thrown, job: id }, "an import failed");
  const details = known?.details as { problems?: PlanProblem[] } | undefined;
  const error = {
    code: known?.code ?? "internal_error",
    message: known?.message ?? "Something went wrong on our side. Nothing was changed.",
  };
  await failImportJob(id, error, details?.problems).catch((problem: unknown) =>
    logger().error({ err: problem, job: id }, "the end of an import could not be stored"),
  );
}

/** Newest first, each running one with what it is doing. */
export async function showImports(query: ImportListQuery): Promise<Page<ImportJobView>> {
  const page = await listImportJobs(query);
  return { ...page, items: page.items.map(withPhase) };
}

/** @throws SluiceError `not_found` */
export async function showImport(id: string): Promise<ImportJobDetail> {
  return withPhase(await getImportJob(id));
}

/** A job is done once the gateway works with its changes, a moment after they are stored. */
function withPhase<View extends ImportJobView>(job: View): View {
  const phase = running().phases.get(job.id);
  return phase ? { ...job, state: "running", phase, undoUntil: null } : job;
}

/**
 * Takes a job back; what somebody touched since is left and named. Bringing secrets back is for administrators.
 * @throws SluiceError `not_found`, `conflict`, `forbidden`
 */
export async function undoImportJob(id: string, caller: Caller): Promise<ImportJobDetail> {
  if ((await getImportJob(id)).kind === "removal") caller.require("admin");
  await undoJob(id, caller.actor);
  return await showImport(id);
}

/** Once, before anything is served: jobs that ended with the process before are said to have failed. */
export async function recoverImportJobs(): Promise<void> {
  const count = await failInterruptedJobs();
  if (count > 0) logger().warn({ count }, "imports were cut off; they changed nothing");
}
