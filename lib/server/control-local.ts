import { SluiceError } from "../errors.ts";
import type { DemoTransport } from "../gateway/demo.ts";
import type { DemoTrail } from "../gateway/demo-trail.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { protocolRules } from "../gateway/protocol-rules.ts";
import type { Transports } from "../gateway/transport.ts";
import type { CatalogProvider } from "../gateway/types.ts";
import { secretsOf, timeoutsFor } from "../gateway/upstream-request.ts";
import { redact } from "../secrets.ts";
import type { Control } from "./control.ts";
import { listModels } from "./list-models.ts";
import { noGroup, probe } from "./probe.ts";
import type { ProcessMetrics } from "./process-metrics.ts";

const messageMost = 300;
/** Calls under way that are told of one by one; of the others only how many. */
const runningMost = 500;

/** The control of a gateway in this very process. */
export function localControl(parts: {
  gateway: Gateway;
  transports: Transports & { demo: DemoTransport };
  demoTrail: Pick<DemoTrail, "of">;
  reload(): Promise<void>;
  journal: { pendingBytes(): number; healthy(): boolean };
  metrics: Pick<ProcessMetrics, "read">;
}): Control {
  const { gateway, transports, journal, metrics } = parts;

  function provider(id: string): CatalogProvider {
    const found = gateway.catalog.providers.get(id);
    if (!found) throw new SluiceError("not_found", "There is no such provider.");
    return found;
  }

  return {
    async reload() {
      await parts.reload();
      return { version: gateway.catalog.version };
    },
    states: async () => gateway.states(),
    groupStats: async () => gateway.groupStats(),
    groupProviders: async ({ model }) => gateway.groupProviders(model),
    credentialsSetAside: async () => gateway.credentialsSetAside(),
    simulate: async (input) => gateway.simulate(input),
    demoFaults: async () => transports.demo.faults.list(),
    async orderDemoFault({ active, ...fault }) {
      if (active) transports.demo.faults.order(fault);
      else transports.demo.faults.cancel(fault);
      return transports.demo.faults.list();
    },
    async rewindDemo() {
      transports.demo.rewind();
      const { catalog, health } = gateway;
      const isDemo = (id: string) => catalog.providers.get(id)?.protocol === "demo";
      health.reset(
        [...catalog.deployments.values()].filter(({ providerId }) => isDemo(providerId)).map(({ id }) => id),
        [],
      );
    },
    async demoTurns({ keyId }) {
      const call = gateway.running(runningMost).items.findLast(({ key }) => key?.id === keyId);
      return call ? parts.demoTrail.of(call.requestId) : [];
    },
    running: async () => gateway.running(runningMost),
    subscribe: (listener) => gateway.subscribe(listener),
    metrics: metrics.read,
    async status() {
      return {
        ready: !gateway.draining && journal.healthy(),
        draining: gateway.draining,
        inFlight: gateway.inFlight,
        catalogVersion: gateway.catalog.version,
        journalBytes: journal.pendingBytes(),
      };
    },
    async resetHealth({ providerId, deploymentId }) {
      const { catalog, health } = gateway;
      const deployments = [...catalog.deployments.values()].filter(
        (deployment) => deployment.id === deploymentId || (!deploymentId && deployment.providerId === providerId),
      );
      const owner = providerId ?? deployments[0]?.providerId;
      const credentials = owner ? (catalog.providers.get(owner)?.credentials ?? []) : [];
      health.reset(
        deployments.map(({ id }) => id),
        credentials.map(({ id }) => id),
      );
    },
    async probe({ providerId, deploymentId, model }) {
      const found = provider(providerId);
      const result = await probe({
        transport: transports[protocolRules[found.protocol].transport],
        provider: found,
        model: modelToProbe(gateway, found, deploymentId, model),
        settings: gateway.catalog.settings,
      });
      const { times, httpStatus } = result;
      const failure = result.kind === "answered" ? null : result.failure;
      return {
        ok: failure === null,
        reason: failure?.reason ?? "ok",
        httpStatus,
        connectMs: times.connectMs,
        firstByteMs: times.firstByteMs,
        endMs: times.endMs,
        message: failure ? redact(failure.message, secretsOf(found)).slice(0, messageMost) : null,
      };
    },
    async listModels({ providerId }) {
      const found = provider(providerId);
      const { connectMs } = timeoutsFor(gateway.catalog.settings, found, noGroup);
      return listModels(transports[protocolRules[found.protocol].transport], found, connectMs);
    },
  };
}

function modelToProbe(gateway: Gateway, provider: CatalogProvider, deploymentId?: string, model?: string): string {
  if (model) return model;
  const all = [...gateway.catalog.deployments.values()].filter(({ providerId }) => providerId === provider.id);
  const found = deploymentId
    ? all.find(({ id }) => id === deploymentId)
    : (all.find(({ enabled }) => enabled) ?? all[0]);
  if (!found)
    throw new SluiceError("not_found", "There is no deployment to test. Add one first.", { param: "deploymentId" });
  return found.model;
}
