import { describe, expect, it } from "vitest";
import { createFakeClock } from "./testing/fake-clock.ts";
import {
  chatOverheadTokens,
  countWaitMs,
  encodingOf,
  estimateUsage,
  roughTokenCounter,
  roughTokens,
} from "./tokens.ts";

describe("an estimate of usage", () => {
  const clock = createFakeClock();
  const counter = { count: async (texts: readonly string[]) => texts.join("").length };
  const input = {
    ...{ counter, clock, model: "m", promptText: "12345", promptMessages: 0, answerText: "123" },
    told: { input: null, output: null },
  };

  it("counts the prompt and what was received, and says that it is an estimate", async () => {
    expect(await estimateUsage(input)).toEqual({
      ...{ input: 5, output: 3, cached: 0, cacheWrite: 0, reasoning: 0 },
      source: "estimate",
    });
  });

  it("adds what a chat puts around its messages, as OpenAI counts it", async () => {
    expect(await estimateUsage({ ...input, promptMessages: 2 })).toMatchObject({ input: 5 + 2 * 3 + 3 });
    expect(chatOverheadTokens(0)).toBe(0);
  });

  it("keeps the half the provider told", async () => {
    const told = { input: 70, output: null };
    expect(await estimateUsage({ ...input, promptMessages: 2, told })).toMatchObject({ input: 70, output: 3 });
  });

  it("is 0 for an answer of which nothing was received", async () => {
    expect(await estimateUsage({ ...input, answerText: "" })).toMatchObject({ input: 5, output: 0 });
  });

  it("waits 200 ms at most, then goes by size", async () => {
    const never = { count: () => new Promise<number>(() => {}) };
    let usage: unknown = null;
    const done = estimateUsage({ ...input, counter: never }).then((value) => {
      usage = value;
    });
    await clock.advanceAsync(countWaitMs - 1);
    expect(usage).toBeNull();
    await clock.advanceAsync(1);
    await done;
    expect(usage).toMatchObject({ input: 2, output: 1, source: "estimate" });
  });
});

describe("tokens reckoned by size", () => {
  it("are a quarter of the bytes, rounded up", async () => {
    expect(roughTokens("")).toBe(0);
    expect(roughTokens("hello")).toBe(2);
    expect(roughTokens("你好世界")).toBe(3);
    expect(await roughTokenCounter.count(["hello", "hi"], "m")).toBe(3);
  });

  it("of a long text follow the bytes of its beginning", () => {
    expect(roughTokens("a".repeat(1_000_000))).toBe(250_000);
    expect(roughTokens("好".repeat(1_000_000))).toBe(750_000);
  });
});

describe("the encoding of a model", () => {
  it.each([
    ["gpt-4", "cl100k_base"],
    ["gpt-4-turbo-2024-04-09", "cl100k_base"],
    ["gpt-4-0613", "cl100k_base"],
    ["openai/gpt-3.5-turbo", "cl100k_base"],
    ["gpt-35-turbo", "cl100k_base"],
    ["text-embedding-3-small", "cl100k_base"],
    ["gpt-4o-mini", "o200k_base"],
    ["gpt-4.1", "o200k_base"],
    ["gpt-4.5-preview", "o200k_base"],
    ["GPT-5", "o200k_base"],
    ["o3-mini", "o200k_base"],
    ["claude-sonnet-4-5", "o200k_base"],
    ["vendor/gpt-4o", "o200k_base"],
    ["", "o200k_base"],
  ])("%s is %s", (model, encoding) => {
    expect(encodingOf(model)).toBe(encoding);
  });
});
