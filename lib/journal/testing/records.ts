import type { CallBegin, CallRecord } from "../../gateway/types.ts";

/** A call as the gateway records it: two attempts, the second answered. For tests and measurements. */
export function callRecord(id: string, changes: Partial<CallRecord> = {}): CallRecord {
  const first = { id: "dep_1", name: "first", provider: "One" };
  const second = { id: "dep_2", name: "second", provider: "Two" };
  const at = changes.at ?? Date.now();
  const attempt = {
    credential: { id: "crd_1", preview: "…1234" },
    connectMs: 1.25,
    firstByteMs: 20.5,
    firstTokenMs: null,
    endMs: 21.75,
    httpStatus: 200,
    message: null,
    keywordId: null,
    matched: null,
    waitMs: 0,
    usage: null,
    cost: null,
    upstreamRequestId: null,
  };
  return {
    id,
    requestId: `req_${id}`,
    clientRequestId: null,
    at,
    endpoint: "chat.completions",
    outcome: "rescued",
    status: 200,
    errorCode: null,
    stream: true,
    group: { id: "grp_1", name: "chat" },
    model: "chat",
    servedModel: "m-2",
    provider: { id: "prv_2", name: "Two" },
    deploymentId: "dep_2",
    key: { id: "key_1", name: "laptop" },
    firstTokenMs: 120.4,
    totalMs: 340.6,
    overheadUs: 410,
    usage: { input: 10, output: 20, cached: 4, cacheWrite: 1, reasoning: 3, source: "provider" },
    cost: { nanos: 13_500, source: "catalogue" },
    demo: false,
    clientIp: "127.0.0.1",
    userAgent: "test",
    sessionId: null,
    flags: ["done_missing"],
    receipt: {
      strategy: "weighted",
      policyVersion: 3,
      decideUs: 40,
      candidates: [
        {
          deployment: first,
          tier: 1,
          weight: 1,
          verdict: "tried",
          reason: "first_in_order",
          evidence: { failures: 0 },
        },
        {
          deployment: second,
          tier: 2,
          weight: 1,
          verdict: "tried",
          reason: "first_in_order",
          evidence: { failures: 0 },
        },
      ],
      attempts: [
        {
          ...attempt,
          n: 1,
          deployment: first,
          providerId: "prv_1",
          startedAt: at,
          outcome: "failed",
          reason: "keyword",
          keywordId: "kw_1",
          matched: "quota is used up",
          next: "next_member",
        },
        {
          ...attempt,
          n: 2,
          deployment: second,
          providerId: "prv_2",
          startedAt: at + 22,
          outcome: "ok",
          reason: "ok",
          next: "stop",
          usage: { input: 10, output: 20, cached: 4, cacheWrite: 0, reasoning: 0, source: "provider" },
          cost: { nanos: 13_500, source: "catalogue" },
          upstreamRequestId: "up_1",
        },
      ],
      outcome: "rescued",
      stop: "answered",
      servedBy: second,
    },
    charges: [],
    bodies: null,
    ...changes,
  };
}

export function callBegin(id: string, changes: Partial<CallBegin> = {}): CallBegin {
  const { requestId, at, endpoint, model, stream, key, clientIp } = callRecord(id);
  return { id, requestId, at, endpoint, model, stream, key, clientIp, ...changes };
}
