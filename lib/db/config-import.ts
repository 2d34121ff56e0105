import type { CurrentConfig } from "../config/current.ts";
import { type ImportPlan, planImport } from "../config/import-plan.ts";
import type { ReaderResult } from "../config/reader.ts";
import { SluiceError } from "../errors.ts";
import type { Actor } from "../schemas/audit.ts";
import type { ConfigChange, ConfigDiff } from "../schemas/import.ts";
import { recordAudit } from "./audit.ts";
import { readTransaction, writeTransaction } from "./client.ts";
import { applyPlan } from "./config-apply.ts";
import { readCurrentConfig } from "./config-read.ts";
import { bumpConfigVersion } from "./meta.ts";

type PlanningOptions = Parameters<typeof planImport>[2];

export type ConfigImport = {
  read: ReaderResult;
  planning: PlanningOptions;
  masterKey: Buffer;
  actor: Actor;
  /** Kept in the audit log beside the differences: the format, the file. */
  about: Record<string, string>;
  dryRun: boolean;
  /** The version the caller looked at; another one answers `conflict`. */
  version?: number;
};

export type ConfigImportResult = ImportPlan & { applied: boolean; version: number };

/**
 * Takes a document over: everything in one transaction, with one new version of the configuration and one audit entry,
 * or nothing at all when there is one error. A dry run tells what would happen.
 * @throws SluiceError `conflict` (the configuration has changed since `version`), `storage_unavailable`
 */
export function importConfig(input: ConfigImport): Promise<ConfigImportResult> {
  const { read, planning, masterKey, actor, about, dryRun } = input;
  const transaction = dryRun ? readTransaction : writeTransaction;
  return transaction(async (tx) => {
    const current = await readCurrentConfig(tx, masterKey);
    if (input.version !== undefined && input.version !== current.version) {
      throw new SluiceError("conflict", "The configuration has changed since this was compared. Compare it again.", {
        param: "version",
        details: { currentVersion: current.version },
      });
    }
    const plan = planImport(current, read, planning);
    const { planned, named, diff } = plan;
    if (planned === null || dryRun) return { ...plan, applied: false, version: current.version };
    if (isNothing(diff) && !adopts(current, plan, planning.owner))
      return { ...plan, applied: true, version: current.version };
    await applyPlan(tx, current, { planned, named }, { masterKey, source: planning.owner });
    const version = await bumpConfigVersion(tx);
    await recordAudit(tx, {
      actor,
      action: planning.owner === "file" ? "read_file" : "import",
      target: { type: "configuration", id: null, name: about.file ?? about.format ?? null },
      after: { ...about, mode: planning.mode, ...briefly(diff) },
    });
    return { ...plan, applied: true, version };
  });
}

const isNothing = ({ added, changed, removed }: ConfigDiff) => added.length + changed.length + removed.length === 0;

/** Whether rows become the file's although nothing else about them changes. */
function adopts(current: CurrentConfig, { named }: ImportPlan, owner: string): boolean {
  if (owner !== "file") return false;
  const foreign = ({ source }: { source: string }) => source !== "file";
  return (
    current.providers.some((row) => named.providers.has(row.name) && (foreign(row) || row.deployments.some(foreign))) ||
    current.groups.some((row) => named.groups.has(row.name) && foreign(row))
  );
}

const most = 300;

/** An entry of the audit log stays readable: of a great import it keeps the beginning and the numbers. */
function briefly({ added, changed, removed }: ConfigDiff): Record<string, unknown> {
  const cut = (changes: ConfigChange[]) => (changes.length > most ? changes.slice(0, most) : changes);
  return {
    counts: { added: added.length, changed: changed.length, removed: removed.length },
    added: cut(added),
    changed: cut(changed),
    removed: cut(removed),
  };
}

/** The configuration to write out: without secrets, hashes, or anything that is only known here. */
export async function currentConfig(masterKey: Buffer): Promise<CurrentConfig> {
  return readTransaction((tx) => readCurrentConfig(tx, masterKey));
}
