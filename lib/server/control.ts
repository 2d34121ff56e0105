import type { GroupProvider, GroupStats } from "../gateway/group-report.ts";
import type {
  CallRecord,
  CredentialSetAside,
  DemoFault,
  DemoTurn,
  DeploymentState,
  ProbeResult,
  Receipt,
  RunningCall,
  SimulateInput,
} from "../gateway/types.ts";
import type { ModelList } from "../schemas/listed-models.ts";
import type { MetricsText } from "./process-metrics.ts";

/**
 * What the console and the management API may ask of the running data plane. Two implementations keep this one
 * contract: in the same process (Next alone), or over IPC (server.ts runs the data plane in its own process so that
 * rendering a page or reading ten million rows never delays a token).
 */
export type Control = {
  /** Read the configuration again and swap the catalog. Resolves when new calls see it. */
  reload(): Promise<{ version: number }>;
  /** Live state of every deployment in the catalog. */
  states(): Promise<DeploymentState[]>;
  /** By group and provider, what the current periods have used. */
  groupStats(): Promise<GroupStats>;
  /** The members of a group and how each is; null = there is no such group. */
  groupProviders(input: { model: string }): Promise<GroupProvider[] | null>;
  /** Credentials out of use after a refusal. */
  credentialsSetAside(): Promise<CredentialSetAside[]>;
  /** The receipt a call would get, with no upstream call. Throws SluiceError `not_found`. */
  simulate(input: SimulateInput): Promise<Receipt>;
  /** One cheap upstream call. */
  probe(input: { providerId: string; deploymentId?: string; model?: string }): Promise<ProbeResult>;
  /** The upstream's own model list. */
  listModels(input: { providerId: string }): Promise<ModelList>;
  /** Put a credential that was set aside back into its pool, and close the breaker of the provider's deployments. */
  resetHealth(input: { providerId?: string; deploymentId?: string }): Promise<void>;
  /** Faults that wait for the next calls of the demo provider. */
  demoFaults(): Promise<DemoFault[]>;
  /** Orders such a fault, or takes it back; answers with those that wait then. */
  orderDemoFault(input: DemoFault & { active: boolean }): Promise<DemoFault[]>;
  /** The demo plays its rescue from the beginning: its counters and its health are as new. */
  rewindDemo(): Promise<void>;
  /** Whom the newest call under way with this key has asked so far, where it asks the demo. */
  demoTurns(input: { keyId: string }): Promise<DemoTurn[]>;
  /** Calls under way, the oldest first, and how many there are beyond those listed. */
  running(): Promise<{ items: RunningCall[]; more: number }>;
  /** Finished calls as they happen. Returns the function that ends the subscription. */
  subscribe(listener: (call: CallRecord) => void): () => void;
  /** The figures of the process in Prometheus' text format. */
  metrics(): Promise<MetricsText>;
  /** What readiness shows. */
  status(): Promise<{
    ready: boolean;
    draining: boolean;
    inFlight: number;
    catalogVersion: number;
    journalBytes: number;
  }>;
};
