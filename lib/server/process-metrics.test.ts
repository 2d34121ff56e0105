import { describe, expect, it } from "vitest";
import type { AttemptRecord } from "../gateway/types.ts";
import { createMetrics, type LiveFigures } from "./process-metrics.ts";
import { finishedCall } from "./testing/admin-harness.ts";

const idle: LiveFigures = { inFlight: 0, draining: false, journalBytes: 0, deployments: [] };
const usage = { input: 10, output: 5, cached: 3, cacheWrite: 0, reasoning: 1, source: "provider" as const };

const attempt: AttemptRecord = {
  n: 1,
  deployment: { id: "dep_1", name: "m", provider: "First" },
  providerId: "prv_1",
  credential: null,
  startedAt: 0,
  connectMs: 1,
  firstByteMs: 2,
  firstTokenMs: null,
  endMs: 3,
  outcome: "failed",
  reason: "http_5xx",
  httpStatus: 503,
  message: null,
  keywordId: null,
  matched: null,
  next: "next_member",
  waitMs: 0,
  usage: null,
  cost: null,
  upstreamRequestId: null,
};

function answered() {
  const call = finishedCall({ outcome: "rescued", group: { id: "grp_1", name: "chat" }, totalMs: 2500 });
  const served: AttemptRecord = {
    ...attempt,
    deployment: { ...attempt.deployment, provider: "Second" },
    outcome: "ok",
    reason: "ok",
    usage,
    cost: { nanos: 1_500_000, source: "catalogue" },
  };
  return { ...call, stream: true, firstTokenMs: 300, receipt: { ...call.receipt, attempts: [attempt, served] } };
}

const linesOf = async (metrics: ReturnType<typeof createMetrics>) => (await metrics.read()).text.split("\n");

describe("figures for Prometheus", () => {
  it("G36: count calls, attempts with their reasons, tokens, cost and times", async () => {
    const metrics = createMetrics(() => idle);
    metrics.observe(answered());
    metrics.observe(answered());
    const lines = await linesOf(metrics);
    const of = 'group="chat",provider="Second",deployment="m"';
    for (const line of [
      'sluice_calls_total{endpoint="chat.completions",group="chat",outcome="rescued",status="200"} 2',
      'sluice_attempts_total{provider="First",deployment="m",outcome="failed",reason="http_5xx"} 2',
      'sluice_attempts_total{provider="Second",deployment="m",outcome="ok",reason="ok"} 2',
      `sluice_tokens_total{${of},kind="input"} 20`,
      `sluice_tokens_total{${of},kind="cached"} 6`,
      `sluice_cost_usd_total{${of}} 0.003`,
      'sluice_call_duration_seconds_sum{endpoint="chat.completions",group="chat"} 5',
      'sluice_call_first_token_seconds_bucket{le="0.5",endpoint="chat.completions",group="chat"} 2',
    ])
      expect(lines).toContain(line);
  });

  it("tell the state of deployments as it is now, and forget those that are gone", async () => {
    let live: LiveFigures = {
      inFlight: 3,
      draining: true,
      journalBytes: 512,
      deployments: [{ provider: 'A "b"', deployment: "m", state: "circuit_open", inFlight: 2 }],
    };
    const metrics = createMetrics(() => live);
    const before = await linesOf(metrics);
    for (const line of [
      "sluice_calls_in_flight 3",
      "sluice_draining 1",
      "sluice_journal_bytes 512",
      'sluice_deployment_state{provider="A \\"b\\"",deployment="m",state="circuit_open"} 1',
      'sluice_deployment_in_flight{provider="A \\"b\\"",deployment="m"} 2',
    ])
      expect(before).toContain(line);
    live = idle;
    expect((await linesOf(metrics)).filter((line) => line.startsWith("sluice_deployment_"))).toEqual([]);
  });

  it("have no label that a client could fill", async () => {
    const metrics = createMetrics(() => idle);
    metrics.observe({ ...answered(), model: "made up by a client", userAgent: "made up by a client", group: null });
    expect((await metrics.read()).text).not.toContain("made up by a client");
  });
});
