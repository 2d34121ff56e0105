import { describe, expect, it } from "vitest";
import { callOn } from "./testing/call-on.ts";
import { connected, data, end, events, head, json, wait } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems } from "./testing/scripted-upstream.ts";

const sseHead = head(200, { "content-type": "text/event-stream" });
const sse = (...items: string[]) => items.map((item) => `data: ${item}\n\n`).join("");
const good = events([...chatStreamItems(["a", "b"]), "[DONE]"]);

describe("the held-back beginning", () => {
  const role = chatChunk({ role: "assistant", content: "" });

  it("goes out with the first content, whatever kind it is", async () => {
    for (const delta of [
      { content: "a" },
      { tool_calls: [{ index: 0, id: "c" }] },
      { refusal: "no" },
      { reasoning_content: "hm" },
    ]) {
      const { kit, reply } = await callOn([
        connected,
        sseHead,
        data(sse(role)),
        wait(100),
        data(sse(chatChunk(delta))),
        wait(1e9),
      ]);
      expect(reply.headSent).toBe(false);
      await kit.clock.advanceAsync(100);
      expect(reply.events).toEqual([role, chatChunk(delta)]);
    }
  });

  it("is no more than 64 KB: then the next provider is asked", async () => {
    const { reply, attempts } = await callOn(events(Array<string>(1000).fill(role), [wait(1e9)]));
    expect(reply.said).toBe("from P2");
    expect(attempts()[0]).toMatchObject({ reason: "empty_answer", next: "next_member" });
  });

  it("is not let go by an answer without any content", async () => {
    const { reply } = await callOn(events([role, role, "[DONE]"]));
    expect(reply.said).toBe("from P2");
  });
});

describe("fail keywords in a stream", () => {
  const keyword = {
    id: "kw_1",
    keyword: "quota is used up",
    match: "contains",
    caseSensitive: false,
    scope: "all",
    targetId: null,
  } as const;
  const keywords = [keyword];
  const chunks = (text: string) => text.match(/.{1,5}/gs)?.map((content) => chatChunk({ content })) ?? [];

  it("make the answer a failure although they arrive in pieces", async () => {
    const { reply, attempts } = await callOn(
      events(chunks("Sorry, your Quota is used up today")),
      { stream: true },
      { keywords },
    );
    expect(reply.said).toBe("from P2");
    expect(reply.text).not.toContain("Sorry");
    expect(attempts()[0]).toMatchObject({ reason: "keyword", keywordId: "kw_1", httpStatus: 200 });
    expect(attempts()[0]?.matched).toContain("Quota is used up");
  });

  it("hold the beginning for 256 characters", async () => {
    const { reply } = await callOn(
      [
        connected,
        sseHead,
        data(sse(...chunks("x".repeat(255)))),
        wait(100),
        data(sse(chatChunk({ content: "y" }))),
        wait(1e9),
      ],
      { stream: true },
      { keywords },
    );
    expect(reply.headSent).toBe(false);
    const { kit, reply: next } = await callOn(
      [
        connected,
        sseHead,
        data(sse(...chunks("x".repeat(255)))),
        wait(100),
        data(sse(chatChunk({ content: "y" }))),
        wait(1e9),
      ],
      { stream: true },
      { keywords },
    );
    await kit.clock.advanceAsync(100);
    expect(next.said).toHaveLength(256);
  });

  it("hold it for a second and a half", async () => {
    const { kit, reply } = await callOn(
      [connected, sseHead, wait(200), data(sse(chatChunk({ content: "short" }))), wait(1e9)],
      { stream: true },
      { keywords },
    );
    await kit.clock.advanceAsync(195 + 1499);
    expect(reply.headSent).toBe(false);
    await kit.clock.advanceAsync(1);
    expect(reply.said).toBe("short");
  });

  it("hold it to the end of a short answer", async () => {
    const { reply } = await callOn(good, { stream: true }, { keywords });
    expect(reply.said).toBe("ab");
  });

  it("that compare the whole answer see all of it when it is held to its end", async () => {
    const exact = [{ ...keyword, keyword: "no", match: "exact" } as const];
    const failed = await callOn(
      events([...chatStreamItems([" n", "o "]), "[DONE]"]),
      { stream: true },
      { keywords: exact },
    );
    expect(failed.reply.said).toBe("from P2");
    const passed = await callOn(
      events([...chatStreamItems(["no", "pe"]), "[DONE]"]),
      { stream: true },
      { keywords: exact },
    );
    expect(passed.reply.said).toBe("nope");
  });

  it("are found in error texts and in whole answers", async () => {
    const inError = await callOn(json(400, { error: { message: "Your quota is used up" } }), {}, { keywords });
    expect(inError.attempts()[0]).toMatchObject({ reason: "keyword", httpStatus: 400 });
    const inAnswer = await callOn(json(200, chatCompletion({ content: "your QUOTA IS USED UP" })), {}, { keywords });
    expect(inAnswer.attempts()[0]).toMatchObject({ reason: "keyword" });
  });

  it("are not looked for in ids, models and usage", async () => {
    const ids = [{ ...keyword, keyword: "scripted" } as const];
    const { attempts } = await callOn(json(200, chatCompletion({ content: "fine" })), {}, { keywords: ids });
    expect(attempts()).toMatchObject([{ reason: "ok" }]);
  });

  it("are looked for before an answer too large to be held goes out", async () => {
    const big = chatChunk({ content: "x".repeat(1 << 20) });
    const play = events([chatChunk({ content: "your quota is used up" }), ...Array<string>(9).fill(big)], [wait(1e9)]);
    const { reply } = await callOn(play, { stream: true }, { keywords, group: { delivery: "whole" } });
    expect(reply.said).toBe("from P2");
  });
});

describe("delivery of whole answers", () => {
  const group = { delivery: "whole" } as const;

  it("sends nothing but pings until the answer is complete", async () => {
    const { kit, reply } = await callOn(
      [
        connected,
        sseHead,
        data(sse(chatChunk({ content: "a" }))),
        wait(20_000),
        data(sse(chatChunk({ content: "b" }, "stop"), "[DONE]")),
        end,
      ],
      { stream: true },
      { group },
    );
    await kit.clock.advanceAsync(19_000);
    expect(reply.text).toBe(": ping\n\n");
    await kit.clock.advanceAsync(2000);
    expect(reply.said).toBe("ab");
  });

  it("is rescued from a stall", async () => {
    const { kit, reply } = await callOn(
      [connected, sseHead, data(sse(chatChunk({ content: "a" }))), wait(1e9)],
      { stream: true },
      { group },
    );
    await kit.clock.advanceAsync(120_001);
    expect(reply.said).toBe("from P2");
    expect(kit.records[0]?.outcome).toBe("rescued");
  });

  it("begins to stream past eight megabytes", async () => {
    const big = chatChunk({ content: "x".repeat(1 << 20) });
    const { reply } = await callOn(events(Array<string>(9).fill(big), [wait(1e9)]), { stream: true }, { group });
    expect(reply.said).toHaveLength(9 << 20);
  });
});
