import { describe, expect, it } from "vitest";
import { type AttemptRecord, type CandidateRecord, type Receipt, reasons } from "@/lib/gateway/types";
import english from "@/messages/en.json";
import { decisionSentences, factsOf, rescueStory } from "./decision";

function candidate(name: string, part: Partial<CandidateRecord> = {}): CandidateRecord {
  return {
    deployment: { id: `dep_${name}`, name, provider: "p" },
    tier: 1,
    weight: 1,
    verdict: "tried",
    reason: "first_in_order",
    evidence: {},
    ...part,
  };
}

function attempt(name: string, outcome: AttemptRecord["outcome"], reason: AttemptRecord["reason"]): AttemptRecord {
  return {
    n: 1,
    deployment: { id: `dep_${name}`, name, provider: "p" },
    providerId: "prv_1",
    credential: null,
    startedAt: 0,
    connectMs: 0,
    firstByteMs: null,
    firstTokenMs: null,
    endMs: 1,
    outcome,
    reason,
    httpStatus: null,
    message: null,
    keywordId: null,
    matched: null,
    next: "stop",
    waitMs: 0,
    usage: null,
    cost: null,
    upstreamRequestId: null,
  };
}

function receipt(part: Partial<Receipt>): Receipt {
  return {
    strategy: "weighted",
    policyVersion: 1,
    decideUs: 1,
    candidates: [],
    attempts: [],
    outcome: "ok",
    stop: "answered",
    servedBy: null,
    ...part,
  };
}

const keys = (value: Receipt) => decisionSentences(value).map(({ key }) => key);

describe("decisionSentences", () => {
  it("names the provider that was asked first and answered, with the reason of the choice", () => {
    const call = receipt({
      candidates: [candidate("a", { reason: "lowest_price" })],
      attempts: [attempt("a", "ok", "ok")],
    });
    expect(decisionSentences(call)).toEqual([{ key: "first_answered", name: "p/a", tier: 1, reason: "lowest_price" }]);
  });

  it("tells a rescue: who failed first, how many failed, who answered from which tier", () => {
    const call = receipt({
      outcome: "rescued",
      candidates: [candidate("a"), candidate("b", { tier: 2 }), candidate("c", { tier: 3 })],
      attempts: [attempt("a", "failed", "http_5xx"), attempt("b", "failed", "keyword"), attempt("c", "ok", "ok")],
    });
    expect(decisionSentences(call)).toEqual([
      { key: "first_failed", name: "p/a", tier: 1, reason: "first_in_order", failure: "http_5xx" },
      { key: "rescued", count: 2, name: "p/c", tier: 3 },
    ]);
  });

  it("says that the same provider answered when it was asked again", () => {
    const call = receipt({
      outcome: "rescued",
      candidates: [candidate("a")],
      attempts: [attempt("a", "failed", "http_5xx"), attempt("a", "ok", "ok")],
    });
    expect(keys(call)).toEqual(["first_failed", "retried"]);
  });

  it("says why the call ended when everybody failed", () => {
    const call = receipt({
      outcome: "failed",
      stop: "no_candidate_left",
      candidates: [candidate("a"), candidate("b")],
      attempts: [attempt("a", "failed", "http_5xx"), attempt("b", "failed", "dns")],
    });
    expect(decisionSentences(call).at(-1)).toEqual({ key: "gave_up", count: 2, stop: "no_candidate_left" });
  });

  it("tells apart a call refused before routing and one for which nobody was left", () => {
    expect(keys(receipt({ outcome: "refused" }))).toEqual(["refused"]);
    const skipped = candidate("a", { verdict: "skipped", reason: "circuit_open" });
    expect(keys(receipt({ outcome: "failed", candidates: [skipped] }))).toEqual(["nothing_eligible", "left_out"]);
  });

  it("names the budget of the key once, not at each candidate nobody asked", () => {
    const candidates = ["a", "b"].map((name) => candidate(name, { verdict: "skipped", reason: "spend_budget" }));
    expect(decisionSentences(receipt({ outcome: "refused", stop: "not_retryable", candidates }))).toEqual([
      { key: "refused_key", hindrance: "spend_budget" },
    ]);
  });

  it("is honest about a broken stream and about a client that left", () => {
    const broken = receipt({
      outcome: "interrupted",
      candidates: [candidate("a")],
      attempts: [attempt("a", "interrupted", "stream_broken")],
    });
    expect(keys(broken)).toEqual(["interrupted"]);
    const left = receipt({
      outcome: "client_left",
      candidates: [candidate("a")],
      attempts: [attempt("a", "client_left", "client_left")],
    });
    expect(keys(left)).toEqual(["client_left"]);
  });

  it("says until when a quota keeps a candidate out, and not where it never begins anew", () => {
    const used = (name: string, evidence: CandidateRecord["evidence"]) =>
      candidate(name, { verdict: "skipped", reason: "rate_budget", evidence });
    const call = receipt({
      candidates: [candidate("a"), used("x", { quota: "requests", resetsAt: 5 }), used("y", { resetsAt: null })],
      attempts: [attempt("a", "ok", "ok")],
    });
    expect(decisionSentences(call).slice(1)).toEqual([
      { key: "left_out_reset", name: "p/x", reason: "rate_budget", resetsAt: 5 },
      { key: "left_out", name: "p/y", reason: "rate_budget" },
    ]);
  });

  it("names two left-out candidates and counts the rest", () => {
    const skipped = ["w", "x", "y", "z"].map((name) =>
      candidate(name, { verdict: "skipped", reason: "circuit_open", evidence: { retryAt: 5 } }),
    );
    const call = receipt({ candidates: [candidate("a"), ...skipped], attempts: [attempt("a", "ok", "ok")] });
    expect(keys(call)).toEqual(["first_answered", "left_out_until", "left_out_until", "left_out_more"]);
    expect(decisionSentences(call).at(-1)).toEqual({ key: "left_out_more", count: 2 });
  });
});

describe("factsOf", () => {
  it("reads a circuit as failures of a threshold with its times", () => {
    expect(factsOf({ failures: 6, failureThreshold: 5, failureWindowMinutes: 5, openedAt: 1, retryAt: 2 })).toEqual([
      { key: "failuresOf", failures: 6, threshold: 5, minutes: 5 },
      { key: "openedAt", at: 1 },
      { key: "retryAt", at: 2 },
    ]);
  });

  it("reads a quota as what is used of how much, once, with its reset", () => {
    expect(factsOf({ quota: "tokens", limit: 100, used: 90, remaining: 10, resetsAt: 7 })).toEqual([
      { key: "quota", quota: "tokens", used: 90, limit: 100 },
      { key: "resetsAt", at: 7 },
    ]);
    expect(factsOf({ limit: 3 })).toEqual([{ key: "other", name: "limit", value: "3" }]);
  });

  it("shows the prices that are known, and never an unknown one as nothing", () => {
    expect(factsOf({ inputPriceNanos: 5, outputPriceNanos: null, callPriceNanos: 7 })).toEqual([
      { key: "priceInput", nanos: 5 },
      { key: "callPrice", nanos: 7 },
    ]);
    expect(factsOf({ inputPriceNanos: 5, outputPriceNanos: 0 })).toEqual([
      { key: "price", inputNanos: 5, outputNanos: 0 },
    ]);
  });

  it("tells how much quota is left, but not that all of it is", () => {
    expect(factsOf({ quotaLeftPercent: 30 })).toEqual([{ key: "quotaLeft", share: 0.3 }]);
    expect(factsOf({ quotaLeftPercent: 100 })).toEqual([]);
  });

  it("leaves out what is unknown and shows what it has no words for as it is", () => {
    expect(factsOf({ latencyMs: null, weight: 3, inFlight: 0, shoe: "left" })).toEqual([
      { key: "other", name: "shoe", value: "left" },
    ]);
  });
});

describe("what a protocol cannot do", () => {
  it("is told as one fact: the feature and the format, or the endpoint", () => {
    expect(factsOf({ format: "anthropic-messages", feature: "audio" })).toEqual([
      { key: "feature", feature: "audio", format: "anthropic_messages" },
    ]);
    expect(factsOf({ format: "gemini", feature: "unreadable" })).toEqual([{ key: "unreadable", format: "gemini" }]);
    expect(factsOf({ endpoint: "rerank", protocol: "gemini" })).toEqual([{ key: "endpoint", protocol: "gemini" }]);
  });
});

describe("rescueStory", () => {
  it("takes the numbers of the sentence from the receipt", () => {
    const call = receipt({
      outcome: "rescued",
      attempts: [
        attempt("a", "failed", "http_5xx"),
        attempt("a", "failed", "http_5xx"),
        attempt("b", "failed", "keyword"),
        attempt("c", "ok", "ok"),
      ],
    });
    expect(rescueStory(call)).toEqual({ key: "rescuedSentence", failed: 2, place: 3 });
  });

  it("does not claim a rescue when nobody failed", () => {
    expect(rescueStory(receipt({ attempts: [attempt("a", "ok", "ok")] }))).toEqual({ key: "firstSentence" });
    const skipped = candidate("b", { verdict: "skipped" });
    expect(rescueStory(receipt({ candidates: [skipped], attempts: [attempt("a", "ok", "ok")] }))).toEqual({
      key: "skippedSentence",
      skipped: 1,
    });
    expect(rescueStory(receipt({ outcome: "failed" }))).toEqual({ key: "failedSentence" });
  });
});

describe("words of the receipt", () => {
  it.each(reasons)("has an English message for the reason %s", (reason) => {
    expect(english.reasons[reason]?.trim()).toBeTruthy();
  });
});
