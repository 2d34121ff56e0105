import { logger } from "../logger.ts";
import type { Actor } from "../schemas/audit.ts";
import type { ReloadReport } from "../schemas/import.ts";
import { applyProviderFile, fileActor } from "./provider-file.ts";
import { control, environment, masterKey } from "./runtime.ts";

/**
 * Reads everything a person may have changed outside of the console: the provider file, then the stored configuration,
 * which is in effect when this resolves. `applied` is false when the file is wrong; then nothing has changed.
 * @throws SluiceError `storage_unavailable`
 */
export async function reloadConfiguration(actor: Actor = fileActor): Promise<ReloadReport> {
  const report = await applyProviderFile(
    { environment: environment(), masterKey: masterKey(), logger: logger() },
    actor,
  );
  await control().reload();
  return report;
}
