import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { CallRecord, DeploymentState } from "../gateway/types.ts";

/** What is true at the moment somebody looks. */
export type LiveFigures = {
  inFlight: number;
  draining: boolean;
  journalBytes: number;
  deployments: (Pick<DeploymentState, "state" | "inFlight"> & { provider: string; deployment: string })[];
};

export type MetricsText = { contentType: string; text: string };

/** The figures of one process in Prometheus' text format. They begin at zero with the process. */
export type ProcessMetrics = {
  /** Counts a finished call and its attempts. */
  observe(call: CallRecord): void;
  read(): Promise<MetricsText>;
};

const firstTokenSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const durationSeconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const overheadSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5];

/**
 * Names follow Prometheus' conventions: base units, `_total` for counters. No label holds anything that comes from a
 * client, so their number is that of what is configured.
 * @param live asked on every read
 */
export function createMetrics(live: () => LiveFigures): ProcessMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const calls = new Counter({
    name: "sluice_calls_total",
    help: "Finished calls, by outcome and HTTP status.",
    labelNames: ["endpoint", "group", "outcome", "status"],
    registers,
  });
  const duration = new Histogram({
    name: "sluice_call_duration_seconds",
    help: "From the request to the end of its answer, calls that were answered.",
    labelNames: ["endpoint", "group"],
    buckets: durationSeconds,
    registers,
  });
  const firstToken = new Histogram({
    name: "sluice_call_first_token_seconds",
    help: "From the request to the first content of a streamed answer.",
    labelNames: ["endpoint", "group"],
    buckets: firstTokenSeconds,
    registers,
  });
  const overhead = new Histogram({
    name: "sluice_call_overhead_seconds",
    help: "Time of a call that was spent in Sluice itself.",
    buckets: overheadSeconds,
    registers,
  });
  const attempts = new Counter({
    name: "sluice_attempts_total",
    help: "Requests to providers, by how they ended and why.",
    labelNames: ["provider", "deployment", "outcome", "reason"],
    registers,
  });
  const tokens = new Counter({
    name: "sluice_tokens_total",
    help: "Tokens used. Cached and cache_write are parts of input, reasoning is part of output.",
    labelNames: ["group", "provider", "deployment", "kind"],
    registers,
  });
  const cost = new Counter({
    name: "sluice_cost_usd_total",
    help: "Known cost in US dollars.",
    labelNames: ["group", "provider", "deployment"],
    registers,
  });
  addLiveGauges(registers, live);

  return {
    observe(call) {
      const group = call.group?.name ?? "";
      const { endpoint, outcome } = call;
      calls.inc({ endpoint, group, outcome, status: call.status });
      if (outcome === "ok" || outcome === "rescued") duration.observe({ endpoint, group }, call.totalMs / 1000);
      if (call.stream && call.firstTokenMs !== null) firstToken.observe({ endpoint, group }, call.firstTokenMs / 1000);
      if (call.overheadUs !== null) overhead.observe(call.overheadUs / 1e6);
      for (const attempt of call.receipt.attempts) {
        const { provider, name: deployment } = attempt.deployment;
        attempts.inc({ provider, deployment, outcome: attempt.outcome, reason: attempt.reason });
        const of = { group, provider, deployment };
        if (attempt.cost) cost.inc(of, attempt.cost.nanos / 1e9);
        if (!attempt.usage) continue;
        const { input, output, cached, cacheWrite, reasoning } = attempt.usage;
        const kinds = { input, output, cached, cache_write: cacheWrite, reasoning };
        for (const [kind, count] of Object.entries(kinds)) if (count > 0) tokens.inc({ ...of, kind }, count);
      }
    },
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function addLiveGauges(registers: Registry[], live: () => LiveFigures): void {
  const gauge = (name: string, help: string, value: (figures: LiveFigures) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(live()));
      },
    });
  gauge("sluice_calls_in_flight", "Calls that are being answered.", ({ inFlight }) => inFlight);
  gauge("sluice_draining", "1 while the process stops and takes no new calls.", ({ draining }) => Number(draining));
  gauge("sluice_journal_bytes", "Journal that is not in the database yet.", ({ journalBytes }) => journalBytes);
  new Gauge({
    name: "sluice_deployment_in_flight",
    help: "Requests to a deployment that are under way.",
    labelNames: ["provider", "deployment"],
    registers,
    collect() {
      this.reset();
      for (const { provider, deployment, inFlight } of live().deployments) this.set({ provider, deployment }, inFlight);
    },
  });
  new Gauge({
    name: "sluice_deployment_state",
    help: "1 for the state a deployment is in.",
    labelNames: ["provider", "deployment", "state"],
    registers,
    collect() {
      this.reset();
      for (const { provider, deployment, state } of live().deployments) this.set({ provider, deployment, state }, 1);
    },
  });
}
