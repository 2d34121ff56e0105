import { describe, expect, it } from "vitest";
import { chatChunk, chatStreamItems, chatUsageChunk } from "../testing/scripted-upstream.ts";
import { readChatEvent } from "./openai-chat.ts";
import { createChatEventReader } from "./openai-chat-events.ts";

/** Both readers over the same stream. */
function readBoth(items: readonly string[]): void {
  const read = createChatEventReader();
  for (const item of items) expect(read(item), item).toEqual(readChatEvent(item));
}

describe("the events of a stream", () => {
  it("mean what they mean one by one, for tokens of every kind", () => {
    const tokens = [
      " a",
      "b",
      "",
      '"',
      "\\",
      "\n",
      "é",
      "你好",
      "🙂",
      "\ud83d",
      "\u2028",
      "[DONE]",
      '"},"finish_reason":"stop"',
      " c",
      "d",
    ];
    readBoth([...chatStreamItems([...tokens, ...tokens, ...tokens]), "[DONE]"]);
  });

  it("mean the same when others come between: usage, errors, finish reasons, tool calls, other choices", () => {
    const token = (text: string) => chatChunk({ content: text });
    const between = [
      chatUsageChunk(),
      chatChunk({}, "stop"),
      chatChunk({ content: "x" }, "length"),
      chatChunk({ tool_calls: [{ index: 0, id: "c" }] }),
      chatChunk({ refusal: "no" }),
      JSON.stringify({ error: { message: "boom" } }),
      JSON.stringify({ choices: [{ index: 1, delta: { content: "other" }, finish_reason: null }] }),
      JSON.stringify({
        choices: [
          { index: 0, delta: { content: "two" } },
          { index: 1, delta: { content: "two" } },
        ],
      }),
      JSON.stringify({ ...JSON.parse(token("with usage")), usage: { prompt_tokens: 1, completion_tokens: 2 } }),
    ];
    for (const other of between) readBoth([token("a"), token("b"), other, token("c"), other, other, token("d")]);
  });

  it("are malformed when they are, however much they look like the one before", () => {
    const good = chatChunk({ content: "token" });
    const read = createChatEventReader();
    expect(read(good)?.text).toBe("token");
    for (const bad of [
      good.slice(0, -1),
      good.replace("token", 'to"ken'),
      good.replace("token", "to\u0000ken"),
      good.replace("token", "to\nken"),
      good.replace("token", "\\x"),
      `${good}}`,
      good.slice(1),
    ])
      expect(read(bad), bad).toBeNull();
    expect(read(good.replace("token", "\\u0041"))?.text).toBe("A");
  });

  it("are not mistaken where `content` stands elsewhere too", () => {
    const twice = (text: string) => `{"content":"${text}","choices":[{"index":0,"delta":{"content":"${text}"}}]}`;
    const other = (text: string) => `{"note":{"content":"x"},"choices":[{"index":0,"delta":{"content":"${text}"}}]}`;
    const parts = (text: string) => `{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"${text}"}]}}]}`;
    readBoth(["a", "b", "a", "c"].flatMap((text) => [twice(text), twice(text), other(text), other("x"), parts(text)]));
  });

  it("are equal to what parsing gives for random streams", () => {
    let seed = 11;
    const dice = (most: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return (seed >>> 8) % most;
    };
    const alphabet = ["a", " ", "é", "好", "🙂", '"', "\\", "\n", "{", "}", ",", ":", "content"];
    for (let stream = 0; stream < 200; stream++) {
      const items = Array.from({ length: 40 }, () => {
        const text = Array.from({ length: dice(5) }, () => alphabet[dice(alphabet.length)]).join("");
        const item = chatChunk({ content: text }, dice(20) === 0 ? "stop" : null);
        if (dice(10) > 0) return item;
        const cut = dice(item.length);
        return item.slice(0, cut) + item.slice(cut + 1 + dice(3));
      });
      readBoth(items);
    }
  });

  it("cost less than parsing each", () => {
    const items = Array.from({ length: 2000 }, (_, at) => chatChunk({ content: ` word${at}` }));
    const timed = (read: () => (data: string) => unknown) => {
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 15; round++) {
        const one = read();
        const startedAt = performance.now();
        for (const item of items) one(item);
        best = Math.min(best, performance.now() - startedAt);
      }
      return best;
    };
    const framed = timed(createChatEventReader);
    const parsed = timed(() => readChatEvent);
    console.log(`µs an event: framed ${(framed / 2).toFixed(2)}, parsed ${(parsed / 2).toFixed(2)}`);
    expect(framed).toBeLessThan(parsed);
  });
});
