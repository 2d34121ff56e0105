import { SluiceError } from "../errors.ts";
import type { Actor } from "../schemas/audit.ts";
import type { LeftByUndo } from "../schemas/model-import.ts";
import { recordAudit } from "./audit.ts";
import { found } from "./change.ts";
import { markUndone } from "./import-jobs.ts";
import { type ImportUndo, undoImport } from "./import-undo.ts";
import { changeConfig } from "./meta.ts";
import { type RemovalUndo, undoRemoval } from "./removal-undo.ts";

/**
 * Takes a job back as far as nobody touched what it did.
 * @returns what was left as it is
 * @throws SluiceError `not_found`, `conflict` (not done, undone already, or too late)
 */
export async function undoJob(id: string, actor: Actor): Promise<LeftByUndo[]> {
  return await changeConfig(async (tx) => {
    const job = found(await tx.importJob.findUnique({ where: { id } }), "import");
    if (job.state === "undone") throw new SluiceError("conflict", "This was undone already.");
    if (job.state !== "done") throw new SluiceError("conflict", "Only what was done can be undone.");
    if (job.undo === null || job.undoUntil === null || job.undoUntil.getTime() <= Date.now())
      throw new SluiceError("conflict", "There is nothing to undo here, or it is too late for that.");
    const undo = job.undo as unknown as ImportUndo | RemovalUndo;
    const left = undo.kind === "import" ? await undoImport(tx, undo) : await undoRemoval(tx, undo);
    await markUndone(tx, job, left);
    await recordAudit(tx, {
      actor,
      action: job.kind === "import" ? "undo_import" : "undo_removal",
      target: { type: "provider", id: job.providerId, name: job.providerName },
      after: { job: id, left: left.slice(0, 100) },
    });
    return left;
  });
}
