import type { CallBegin, CallRecord } from "../gateway/types.ts";

/**
 * The record of a call that began and was cut off with the process. What it did is unknown; that it was there, and that
 * its client got no complete answer from us, is not.
 * @param lastSignOfLifeMs epoch ms of the last write to the journal before the process died
 */
export function interruptedCall(begun: CallBegin, lastSignOfLifeMs: number): CallRecord {
  return {
    ...begun,
    clientRequestId: null,
    outcome: "interrupted",
    status: 500,
    errorCode: "internal_error",
    group: null,
    servedModel: null,
    provider: null,
    deploymentId: null,
    firstTokenMs: null,
    totalMs: Math.max(0, Math.round(lastSignOfLifeMs - begun.at)),
    overheadUs: null,
    usage: null,
    cost: null,
    demo: false,
    userAgent: null,
    sessionId: null,
    flags: ["process_killed"],
    receipt: {
      strategy: "weighted",
      policyVersion: 0,
      decideUs: 0,
      candidates: [],
      attempts: [],
      outcome: "interrupted",
      stop: "not_retryable",
      servedBy: null,
    },
    charges: [],
    bodies: null,
  };
}
