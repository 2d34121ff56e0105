import { describe, expect, it } from "vitest";
import { type UsageContext, type UsedAnswer, usageOf } from "./attempt-usage.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import type { EndpointName, Usage } from "./types.ts";
import { noUsageReport, type UsageReport } from "./usage.ts";

const told: Usage = { input: 100, output: 20, cached: 0, cacheWrite: 0, reasoning: 0, source: "provider" };

/** Counts one token a word. */
const counter = {
  count: async (texts: readonly string[]) => texts.join(" ").split(/\s+/).filter(Boolean).length,
};

function context(endpoint: EndpointName = "chat.completions", promptMessages = 1): UsageContext {
  return { clock: createFakeClock(), counter, request: { endpoint, promptMessages, promptText: () => "what is new" } };
}

type Told = Partial<Omit<UsedAnswer, "answerText" | "report">> & { answerText?: string };

function answer(
  { answerText = "not very much today", ...more }: Told = {},
  report: Partial<UsageReport> = {},
): UsedAnswer {
  return {
    kind: "answered",
    abandoned: false,
    textBytes: Buffer.byteLength(answerText),
    answerText: () => answerText,
    ...more,
    report: { ...noUsageReport, ...report },
  };
}

/** Three words, three tokens around the message and three that begin the answer. */
const promptTokens = 3 + 3 + 3;

describe("what an attempt used", () => {
  it("is what the provider told, at once and without a look at any text", () => {
    const untouched: UsedAnswer = {
      ...answer({}, { usage: told, unit: "tokens" }),
      answerText: () => {
        throw new Error("the text was made");
      },
    };
    expect(usageOf(untouched, "m", context())).toBe(told);
  });

  it("is counted and marked where the provider told nothing", async () => {
    expect(await usageOf(answer(), "m", context())).toEqual({
      ...told,
      input: promptTokens,
      output: 4,
      source: "estimate",
    });
  });

  it("is counted where a cut answer told its prompt alone, as Google's first events do", async () => {
    const usage = { ...told, output: 0 };
    const cut = answer({ kind: "interrupted", answerText: "not very" }, { usage });
    expect(await usageOf(cut, "m", context())).toEqual({ ...usage, output: 2, source: "estimate" });
    const thought = answer({ kind: "interrupted", answerText: "", unsaidBytes: 40 }, { usage });
    expect(await usageOf(thought, "m", context())).toMatchObject({ input: 100, output: 10, source: "estimate" });
    const nothing = answer({ kind: "interrupted", answerText: "" }, { usage });
    expect(usageOf(nothing, "m", context())).toBe(usage);
    expect(usageOf(answer({}, { usage }), "m", context())).toBe(usage);
  });

  it("is counted as far as the answer came when it was cut off or given up", async () => {
    for (const cut of [{ kind: "interrupted" as const }, { kind: "failed" as const, abandoned: true }]) {
      const usage = await usageOf(answer({ ...cut, answerText: "not very" }), "m", context());
      expect(usage).toMatchObject({ input: promptTokens, output: 2, source: "estimate" });
    }
  });

  it("is the prompt alone when the client left before the first token", async () => {
    const usage = await usageOf(answer({ kind: "failed", abandoned: true, answerText: "" }), "m", context());
    expect(usage).toMatchObject({ input: promptTokens, output: 0 });
  });

  it("keeps the running total a provider told before the answer was cut", () => {
    expect(usageOf(answer({ kind: "interrupted" }, { usage: told }), "m", context())).toBe(told);
  });

  it("counts the answer anew where its count was told before it was there", async () => {
    const report = { usage: { ...told, output: 1, cached: 60 }, provisional: true };
    const usage = await usageOf(answer({ kind: "interrupted" }, report), "m", context("relay"));
    expect(usage).toEqual({ ...told, cached: 60, output: 4, source: "estimate" });
  });

  it("fills in only the half that was not told", async () => {
    const usage = await usageOf(answer({}, { partial: { input: 77, output: null } }), "m", context());
    expect(usage).toMatchObject({ input: 77, output: 4, source: "estimate" });
  });

  it("is nothing for a failed attempt, unless its provider says otherwise", () => {
    expect(usageOf(answer({ kind: "failed" }), "m", context())).toBeNull();
    expect(usageOf(answer({ kind: "failed" }, { usage: told }), "m", context())).toBe(told);
  });

  it("has no output where the answer is numbers", async () => {
    for (const endpoint of ["embeddings", "rerank", "moderations"] as const) {
      const usage = await usageOf(answer({ answerText: "0.1 0.2" }), "m", context(endpoint, 0));
      expect(usage).toMatchObject({ input: 3, output: 0, source: "estimate" });
    }
  });

  it("is unknown for what cannot be counted in tokens", () => {
    for (const endpoint of ["images.generations", "audio.speech", "audio.transcriptions", "relay"] as const)
      expect(usageOf(answer(), "m", context(endpoint, 0))).toBeNull();
    for (const unit of ["seconds", "searches"] as const)
      expect(usageOf(answer({}, { unit }), "m", context("rerank", 0))).toBeNull();
  });

  it("includes the part of a very long answer that is not kept", async () => {
    const kept = "word ".repeat(220_000);
    const usage = await usageOf(answer({ answerText: kept, textBytes: kept.length + 4_000_000 }), "m", context());
    expect(usage?.output).toBe(220_000 + 1_000_000);
  });
});
