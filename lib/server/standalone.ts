import { connectDatabase } from "../db/client.ts";
import { followDemoVariable } from "../db/demo.ts";
import { prepareStorage } from "../db/prepare.ts";
import { seedDemo } from "../db/seed-demo.ts";
import { parseEnvironment } from "../env.ts";
import { logDestination } from "../log-destination.ts";
import { logger } from "../logger.ts";
import { isStartError } from "../start-error.ts";
import { startAlerts } from "./alerts/alerts.ts";
import { startDataPlane } from "./data-plane.ts";
import { recoverImportJobs } from "./import-jobs.ts";
import { startModelSync } from "./model-sync.ts";
import { hasRuntime, setRuntime } from "./runtime.ts";
import { ensureAdminFromEnvironment, ensureSetupCode } from "./setup.ts";

/**
 * The gateway inside a Next process of its own (`next start`, `next dev`): the same storage, catalog and journal, with
 * the route handlers under app/api/v1 as the only door. Does nothing where server.ts has set the process up.
 */
export async function startStandalone(): Promise<void> {
  if (hasRuntime()) return;
  const environment = parseEnvironment(process.env);
  const storage = readyStorage(environment);
  connectDatabase({ url: storage.databasePath });
  await followDemoVariable(environment.demo);
  if (environment.demo) await seedDemo();
  const plane = await startDataPlane({
    environment,
    masterKey: storage.masterKey,
    logger: logger(),
    logDestination: logDestination(environment.logFile),
  });
  setRuntime({ environment, masterKey: storage.masterKey, control: plane.control, gateway: plane.gateway });
  await recoverImportJobs();
  startModelSync();
  startAlerts();
  await ensureAdminFromEnvironment(environment.admin);
  const setupCode = await ensureSetupCode();
  if (setupCode) process.stdout.write(`Set-up code (once, valid for 30 minutes): ${setupCode.code}\n`);
  const stop = async () => {
    await plane.drain(environment.drainSeconds * 1000);
    await plane.close();
    storage.release();
    process.exit(0);
  };
  process.once("SIGTERM", () => void stop());
  process.once("SIGINT", () => void stop());
}

function readyStorage(environment: ReturnType<typeof parseEnvironment>) {
  try {
    return prepareStorage({
      databaseUrl: environment.databasePath,
      dataDir: environment.dataDir,
      masterKeyFromEnvironment: environment.encryptionKey,
    });
  } catch (error) {
    if (!isStartError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(error.exitCode);
  }
}
