import { loadCatalog } from "../db/catalog.ts";
import { readConfigVersion } from "../db/meta.ts";
import type { Environment } from "../env.ts";
import { systemClock } from "../gateway/clock.ts";
import { createDemoTransport } from "../gateway/demo.ts";
import { createDemoTrail } from "../gateway/demo-trail.ts";
import { Gateway } from "../gateway/gateway.ts";
import { MemoryCounter } from "../gateway/memory-counter.ts";
import type { Catalog } from "../gateway/types.ts";
import { newId } from "../id.ts";
import { openJournal } from "../journal/journal.ts";
import type { LogDestination } from "../log-destination.ts";
import type { Logger } from "../logger.ts";
import { hashClientKey, mayBeClientKey, redact } from "../secrets.ts";
import { createCallLines } from "./call-lines.ts";
import type { Control } from "./control.ts";
import { localControl } from "./control-local.ts";
import { egressPolicy } from "./egress-policy.ts";
import { seedCounter } from "./limit-seed.ts";
import { startPriceChanges } from "./price-changes.ts";
import { createMetrics, type LiveFigures } from "./process-metrics.ts";
import { startProviderFile, watchProviderFile } from "./provider-file.ts";
import { recallHealth } from "./recalled-health.ts";
import { startRetention } from "./retention.ts";
import { openSpool } from "./spool.ts";
import { recordStateEvents } from "./status-events.ts";
import { createTokenCounter } from "./token-counter.ts";
import { createHttpTransport } from "./transport.ts";
import { watchUsageResets } from "./usage-resets.ts";

const pollMs = 2000;

/** The running gateway of this process with everything it stands on. */
export type DataPlane = {
  gateway: Gateway;
  control: Control;
  /** No new calls; resolves when none is open, or after the grace has ended and the rest was cut. */
  drain(graceMs: number): Promise<void>;
  /** Ends the grace now. */
  endGrace(): void;
  /** Everything journalled is in the database, sockets are closed. Call after {@link drain}. */
  close(): Promise<void>;
};

/** Builds the gateway: catalog from the database, journal, transports; then keeps the catalog fresh. */
export async function startDataPlane(options: {
  environment: Environment;
  masterKey: Buffer;
  logger: Logger;
  /** Where lines about calls go, beside the logger's own. */
  logDestination: LogDestination;
}): Promise<DataPlane> {
  const { environment, masterKey, logger, logDestination } = options;
  const journal = await openJournal({
    dataDir: environment.dataDir,
    databaseUrl: environment.databasePath,
    timeZone: environment.timeZone,
    onProblem: (problem) => {
      if (problem === null) logger.info("the log writer is back");
      else logger.error({ problem }, "the log writer cannot store calls; they wait in the journal");
    },
    onSetAside: (reason) => logger.error({ reason }, "a journal line cannot be stored; see journal/damaged.ndjson"),
  });
  if (!journal.caughtUp)
    logger.error("the database takes no rows; calls of before this start are not counted against limits yet");
  const tokens = createTokenCounter({
    onProblem: (error) =>
      logger.error({ err: error }, "the token counter ended; estimates go by size until it is back"),
  });
  const http = createHttpTransport(egressPolicy(environment));
  const transports = { http, demo: createDemoTransport(systemClock.setTimeout, systemClock.clearTimeout) };
  const read = async () => {
    const catalog = await loadCatalog(masterKey);
    for (const problem of catalog.problems) logger.warn({ problem }, "configuration problem");
    return catalog;
  };
  await startProviderFile({ environment, masterKey, logger });
  const counter = new MemoryCounter(systemClock);
  const seeding = seedCounter(counter, journal);
  if (journal.caughtUp) await seeding;
  const lines = createCallLines({
    level: environment.logLevel,
    write: (text) => logDestination.write(text),
    logsRequests: () => gateway.catalog.settings.logRequests,
  });
  const demoTrail = createDemoTrail((name) => demoNames(gateway.catalog).has(name), Date.now);
  const gateway: Gateway = new Gateway(
    {
      clock: systemClock,
      counter,
      timeZone: environment.timeZone,
      random: Math.random,
      journal,
      transports,
      spool: openSpool(environment.dataDir, (error) => logger.error({ err: error }, "an upload could not be kept")),
      tokens,
      clientAuth: environment.clientAuth,
      newId,
      // Most wrong keys cannot be a key at all; an empty hash matches nothing.
      hashKey: (key) => (mayBeClientKey(key) ? hashClientKey(masterKey, key) : ""),
      redact,
      onTurn(turn) {
        lines.turn(turn);
        demoTrail.turn(turn);
      },
      onBug: (error, requestId) => logger.error({ err: error, requestId }, "unexpected error in a call"),
    },
    await read(),
  );

  try {
    await recallHealth(gateway.health, gateway.catalog, systemClock.now());
  } catch (error) {
    logger.warn({ err: error }, "what answered before this start is not known; it shows with the next calls");
  }
  const stopStateEvents = recordStateEvents(gateway, logger);

  let reading: Promise<void> | null = null;
  /** Reads once more than asked while a read is under way, so that a change between is never missed. */
  async function reload(): Promise<void> {
    while (reading) await reading;
    reading = read()
      .then((catalog) => gateway.setCatalog(catalog))
      .finally(() => {
        reading = null;
      });
    await reading;
  }
  const poll = setInterval(() => {
    void (async () => {
      try {
        if ((await readConfigVersion()) !== gateway.catalog.version) await reload();
      } catch (error) {
        logger.warn({ err: error }, "the configuration could not be read; the last good one stays");
      }
    })();
  }, pollMs);
  poll.unref();
  const stopRetention = startRetention(logger);
  const stopPriceChanges = startPriceChanges(logger, reload);
  const metrics = createMetrics(() => liveFigures(gateway, journal.pendingBytes()));
  const stopMetrics = gateway.subscribe(metrics.observe);
  const stopLines = gateway.subscribe(lines.finished);
  const stopResets = watchUsageResets(gateway, lines.usageReset);
  const stopWatching = watchProviderFile({ environment, masterKey, logger }, reload);

  let endGrace: () => void = () => {};
  return {
    gateway,
    control: localControl({ gateway, transports, demoTrail, reload, journal, metrics }),
    async drain(graceMs) {
      gateway.drain();
      const graceOver = new Promise<void>((resolve) => {
        endGrace = resolve;
        setTimeout(resolve, graceMs).unref();
      });
      await Promise.race([idle(gateway), graceOver]);
      if (gateway.inFlight === 0) return;
      gateway.cutOpenCalls();
      await Promise.race([idle(gateway), new Promise((resolve) => setTimeout(resolve, 2000))]);
    },
    endGrace: () => endGrace(),
    async close() {
      clearInterval(poll);
      stopWatching();
      stopRetention();
      stopPriceChanges();
      stopResets();
      stopLines();
      stopMetrics();
      lines.flush();
      await stopStateEvents();
      await journal.close();
      await tokens.close();
      await http.close();
    },
  };
}

const demoNamesOf = new WeakMap<Catalog, ReadonlySet<string>>();

function demoNames(catalog: Catalog): ReadonlySet<string> {
  let names = demoNamesOf.get(catalog);
  if (!names) {
    const providers = [...catalog.providers.values()].filter(({ protocol }) => protocol === "demo");
    names = new Set(providers.map(({ name }) => name));
    demoNamesOf.set(catalog, names);
  }
  return names;
}

function liveFigures(gateway: Gateway, journalBytes: number): LiveFigures {
  const { deployments, providers } = gateway.catalog;
  return {
    inFlight: gateway.inFlight,
    draining: gateway.draining,
    journalBytes,
    deployments: gateway.states().flatMap(({ deploymentId, state, inFlight }) => {
      const deployment = deployments.get(deploymentId);
      const provider = deployment && providers.get(deployment.providerId);
      return provider ? [{ provider: provider.name, deployment: deployment.name, state, inFlight }] : [];
    }),
  };
}

async function idle(gateway: Gateway): Promise<void> {
  while (gateway.inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 25));
}
