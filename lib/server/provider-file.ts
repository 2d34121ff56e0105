import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { configError, hasErrors } from "../config/problems.ts";
import type { ReaderResult } from "../config/reader.ts";
import { readProviderJson } from "../config/readers/provider-json.ts";
import { importConfig } from "../db/config-import.ts";
import { readConfigVersion } from "../db/meta.ts";
import { readProviderFileState, releaseFileRows, writeProviderFileState } from "../db/provider-file.ts";
import type { Environment } from "../env.ts";
import type { Logger } from "../logger.ts";
import type { Actor } from "../schemas/audit.ts";
import { importBytesMost, type ReloadReport } from "../schemas/import.ts";
import { hashClientKey } from "../secrets.ts";
import { addressProblem, importVariables } from "./config-import.ts";

const pollMs = 2000;
/** A file that is still being written looks different a moment later. */
const settleMs = 150;
/** How often a file that keeps changing is read for one request. The watch reads it on. */
const roundsMost = 3;

export const fileActor: Actor = { type: "system", id: null, name: "provider file", ip: null };

export type ProviderFileOptions = { environment: Environment; masterKey: Buffer; logger: Logger };

/** The path as a person would write it: relative to where the server was started, if it is below. */
function shownPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative === "" || relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}

const missing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

function unreadable(message: string, params: { reason: string }): ReaderResult {
  return { document: null, problems: [configError("file_missing", message, { params })], notes: [] };
}

/** What the file says; null when there is none and nobody asked for one. */
async function readNow({ environment }: ProviderFileOptions, known: boolean): Promise<ReaderResult | null> {
  const { path: file, named } = environment.providerFile;
  try {
    const found = await stat(file);
    if (!found.isFile()) return unreadable("This is not a file.", { reason: "not a file" });
    if (found.size > importBytesMost)
      return unreadable("The file is larger than 8 MB.", { reason: "larger than 8 MB" });
    const content = await readFile(file);
    return await readProviderJson({ content, env: importVariables().env, options: {} });
  } catch (error) {
    if (missing(error)) return named || known ? unreadable("There is no such file.", { reason: "not there" }) : null;
    const reason = error instanceof Error && "code" in error ? String(error.code) : "not readable";
    return unreadable(`The file cannot be read (${reason}).`, { reason });
  }
}

const nothing = { added: [], changed: [], removed: [], problems: [], notes: [] };

/**
 * Reads the provider file and takes it over, whole or not at all. What is wrong is in the answer, in the log and in the
 * state the console shows; the last good configuration stays then. Harmless while nothing has changed.
 * A file that changes meanwhile is read again, or an older state of it could be the last one that is taken over.
 * @throws SluiceError `storage_unavailable`
 */
export async function applyProviderFile(options: ProviderFileOptions, actor: Actor = fileActor): Promise<ReloadReport> {
  const { path: file } = options.environment.providerFile;
  for (let round = 1; ; round++) {
    const looks = await looksOf(file);
    const report = await applyOnce(options, actor);
    if (round === roundsMost || (await looksOf(file)) === looks) return report;
  }
}

async function applyOnce(options: ProviderFileOptions, actor: Actor): Promise<ReloadReport> {
  const { environment, masterKey, logger } = options;
  const before = await readProviderFileState();
  const read = await readNow(options, before !== null);
  if (read === null) return { file: null, applied: true, version: await readConfigVersion(), ...nothing };
  const file = shownPath(environment.providerFile.path);
  const variables = importVariables();
  const { diff, problems, applied, version } = await importConfig({
    read,
    planning: {
      mode: "replace",
      owner: "file",
      hashKey: (key) => hashClientKey(masterKey, key),
      variables,
      addressProblem: addressProblem(environment),
    },
    masterKey,
    actor,
    about: { format: "provider-json", file },
    dryRun: false,
  });
  const readAt = new Date().toISOString();
  await writeProviderFileState({
    path: file,
    readAt,
    appliedAt: applied ? readAt : (before?.appliedAt ?? null),
    problems,
    notes: read.notes,
  });
  const count = { added: diff.added.length, changed: diff.changed.length, removed: diff.removed.length };
  if (hasErrors(problems))
    logger.error({ file, problems }, "the provider file is not usable; the last good configuration stays");
  else logger.info({ file, ...count, warnings: problems.length }, "the provider file is read");
  return { file, applied, version, ...diff, problems, notes: read.notes };
}

/**
 * At start: reads the file if there is one. Where none was asked for and none is there, rows of an earlier one become
 * the console's.
 */
export async function startProviderFile(options: ProviderFileOptions): Promise<void> {
  const { environment, logger } = options;
  const { path: file, named } = environment.providerFile;
  const present = await stat(file).then(
    () => true,
    (error: unknown) => !missing(error),
  );
  if (named || present) await applyProviderFile(options);
  else if (await releaseFileRows(fileActor))
    logger.warn("there is no provider file any more; what came from it stays and can be changed in the console");
}

/** What a file looks like from outside; null = it is not there. */
async function looksOf(file: string): Promise<string | null> {
  try {
    const found = await stat(file, { bigint: true });
    return [found.dev, found.ino, found.size, found.mtimeNs].join(":");
  } catch (error) {
    return missing(error) ? null : "unreadable";
  }
}

/**
 * Looks every two seconds whether the file has changed: mounted files, renamed files and those of a ConfigMap tell
 * nobody about it. `changed` runs after a file was taken over. Returns the function that ends it.
 */
export function watchProviderFile(options: ProviderFileOptions, changed: () => Promise<void>): () => void {
  const { environment, logger } = options;
  const { path: file } = environment.providerFile;
  let seen = looksOf(file);
  let busy = false;
  async function look(): Promise<void> {
    const before = await seen;
    const now = await looksOf(file);
    if (now === before) return;
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    if ((await looksOf(file)) !== now) return;
    seen = Promise.resolve(now);
    const report = await applyProviderFile(options);
    if (report.applied) await changed();
  }
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch((error: unknown) => {
        seen = Promise.resolve("not taken over");
        logger.warn({ err: error }, "the provider file could not be taken over; it is tried again");
      })
      .finally(() => {
        busy = false;
      });
  }, pollMs);
  timer.unref();
  return () => clearInterval(timer);
}
