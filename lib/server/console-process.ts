/**
 * Entry of the console process: Next on a private socket, forked by server.ts. It answers pages and the management API;
 * the data plane stays in the parent, reached over IPC.
 */
import { createServer } from "node:http";
import { flushCompileCache } from "node:module";
import next from "next";
import { connectDatabase } from "../db/client.ts";
import { parseEnvironment } from "../env.ts";
import { logger } from "../logger.ts";
import { readMasterKey } from "../master-key.ts";
import { startAlerts } from "./alerts/alerts.ts";
import { ipcControl } from "./control-ipc.ts";
import { recoverImportJobs } from "./import-jobs.ts";
import { startModelSync } from "./model-sync.ts";
import { setRuntime } from "./runtime.ts";

const socketPath = process.env.SLUICE_CONSOLE_SOCKET;
if (!socketPath || !process.send) throw new Error("This file is started by server.ts.");

// The parent decides when this process ends; signals to the whole group must not end it first.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("disconnect", () => process.exit(0));

const environment = parseEnvironment(process.env);
const masterKey = readMasterKey({ fromEnvironment: environment.encryptionKey, dataDir: environment.dataDir });
if (!masterKey) throw new Error("The encryption key is gone.");
connectDatabase({ url: environment.databasePath });
setRuntime({ environment, masterKey, control: ipcControl(), gateway: null });
await recoverImportJobs();
startModelSync();
startAlerts();

const app = next({ dev: process.env.SLUICE_DEV === "1", dir: process.cwd() });
const handle = app.getRequestHandler();
await app.prepare();

createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    logger().error({ err: error }, "unexpected error in the console");
    response.destroy();
  });
}).listen(socketPath, () => {
  process.send?.({ kind: "listening" });
  flushCompileCache();
});
