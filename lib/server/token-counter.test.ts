import { monitorEventLoopDelay } from "node:perf_hooks";
import { countTokens as countCl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { countTokens as countO200k } from "gpt-tokenizer/encoding/o200k_base";
import { afterEach, describe, expect, it } from "vitest";
import { roughTokens } from "../gateway/tokens.ts";
import { createTokenCounter, type RunningTokenCounter, type TokenCounterOptions } from "./token-counter.ts";

let counter: RunningTokenCounter;
function start(options: TokenCounterOptions = {}): RunningTokenCounter {
  counter = createTokenCounter({ timeoutMs: 20_000, ...options });
  return counter;
}
afterEach(() => counter.close());

const english = "The quick brown fox jumps over the lazy dog. ";
const chinese = "价格以每百万个令牌的美元计算。";
/** Minutes of work for a tokenizer that is handed it in one piece. */
const nastyWord = "a".repeat(400_000);

describe("the token counter", () => {
  it("counts what the model's own tokenizer counts, old and new", async () => {
    start();
    for (const text of [english, chinese, "東京タワーは高い 🗼", "한국어 문장입니다", "const a = { b: 1 };\n"]) {
      expect(await counter.count([text], "gpt-4o")).toBe(countO200k(text));
      expect(await counter.count([text], "openai/gpt-4-turbo")).toBe(countCl100k(text));
    }
    expect(await counter.count([english, chinese], "claude-sonnet-4")).toBe(countO200k(english) + countO200k(chinese));
  });

  it("takes the name of a special token for the text it is", async () => {
    expect(await start().count(["<|endoftext|>"], "gpt-4o")).toBeGreaterThan(1);
  });

  it("is quick with words no language has", async () => {
    start();
    await counter.count(["warm"], "gpt-4o");
    const before = performance.now();
    const tokens = await counter.count([nastyWord], "gpt-4o");
    expect(performance.now() - before).toBeLessThan(2000);
    expect(tokens).not.toBe(roughTokens(nastyWord));
  });

  it("reckons a text that is too long, and one for which there is no room", async () => {
    start({ longestText: 100, waitingMost: 150 });
    expect(await counter.count(["a".repeat(101)], "gpt-4o")).toBe(26);
    const first = counter.count([english.repeat(2)], "gpt-4o");
    const second = counter.count(["a".repeat(99)], "gpt-4o");
    expect(await second).toBe(25);
    expect(await first).toBe(countO200k(english.repeat(2)));
  });

  it("reckons a text that takes too long, and counts the next one with a new thread", async () => {
    start({ timeoutMs: 1 });
    expect(await counter.count([english], "gpt-4o")).toBe(roughTokens(english));
    await counter.close();
    start();
    const stuck = counter.count([english.repeat(20_000)], "gpt-4o");
    const behind = counter.count([english], "gpt-4o");
    expect(await stuck).toBe(countO200k(english.repeat(20_000)));
    expect(await behind).toBe(countO200k(english));
  });

  it("reckons what still waits when it is closed, and everything after", async () => {
    start();
    const waiting = [1, 2, 3].map(() => counter.count([english], "gpt-4o"));
    await counter.close();
    expect(await Promise.all(waiting)).toEqual(Array(3).fill(roughTokens(english)));
    expect(await counter.count([english], "gpt-4o")).toBe(roughTokens(english));
  });

  it("holds the event loop for less than 100 ms when 30 answers to prompts of 5 MB are given up at once", async () => {
    start();
    await counter.count(["warm"], "gpt-4o");
    const prompts = Array.from({ length: 30 }, (_, i) => `${i} ${english}`.repeat(Math.ceil((5 * 2 ** 20) / 48)));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    delay.enable();
    const answers = prompts.flatMap((prompt) => [
      counter.count([prompt], "gpt-4o"),
      counter.count([prompt.slice(0, 900_000)], "gpt-4o"),
    ]);
    const counts = await Promise.all(answers);
    await new Promise((resolve) => setTimeout(resolve, 20));
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(100);
    for (const [index, tokens] of counts.entries())
      expect(tokens).toBeGreaterThan(index % 2 === 0 ? 1_000_000 : 150_000);
  });
});
