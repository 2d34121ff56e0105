import { describe, expect, it } from "vitest";
import { callOn } from "./testing/call-on.ts";
import { connected, data, end, events, fault, head, json, type Play, wait } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems, chatUsageChunk } from "./testing/scripted-upstream.ts";

const sseHead = head(200, { "content-type": "text/event-stream" });
const sse = (...items: string[]) => items.map((item) => `data: ${item}\n\n`).join("");
const _good = events([...chatStreamItems(["a", "b"]), "[DONE]"]);

describe("a stream relayed", () => {
  it("passes the data of every event byte for byte and drops comments, retry fields and what follows [DONE]", async () => {
    const odd =
      '{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}],"n":1.10,"big":12345678901234567890}';
    const { reply } = await callOn([
      connected,
      sseHead,
      data(`: hello\nretry: 10\n\n${sse(odd)}event: message\nid: 7\ndata:${chatChunk({}, "stop")}\n\n`),
      data(sse("[DONE]", chatChunk({ content: "too late" }))),
      end,
    ]);
    expect(reply.events).toEqual([odd, chatChunk({}, "stop"), "[DONE]"]);
    expect(reply.text).not.toMatch(/retry|hello|too late/);
  });

  it("gives the same answer at every split of its bytes, one byte at a time too", async () => {
    const bytes = Buffer.from(sse(...chatStreamItems(["grüße ", "你好 ", "🙂"]), "[DONE]"));
    const pieces: Buffer[][] = [Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))];
    for (let cut = 1; cut < bytes.length; cut += 7) pieces.push([bytes.subarray(0, cut), bytes.subarray(cut)]);
    for (const parts of pieces) {
      const { reply } = await callOn([connected, sseHead, ...parts.map(data), end]);
      expect(reply.said).toBe("grüße 你好 🙂");
      expect(reply.headers["x-sluice-provider"]).toBe("P1");
    }
  });

  it.each(["text/plain", "application/json", "application/octet-stream"])(
    "is recognised by its first bytes when the content type says %s, wherever they are cut",
    async (type) => {
      const text = Buffer.from(sse(...chatStreamItems(["a"]), "[DONE]"));
      for (const cut of [1, 3, 5]) {
        const play = [
          connected,
          head(200, { "content-type": type }),
          data(text.subarray(0, cut)),
          data(text.subarray(cut)),
          end,
        ];
        const { reply, flags } = await callOn(play);
        expect(reply.said).toBe("a");
        expect(flags()).toContain("ctype_mismatch");
      }
    },
  );

  it("is made of a whole JSON answer where the provider does not stream, whatever its content type says", async () => {
    for (const type of ["application/json", "text/event-stream"]) {
      const { reply } = await callOn([
        connected,
        head(200, { "content-type": type }),
        data(" \n"),
        data(JSON.stringify(chatCompletion({ content: "whole" }))),
        end,
      ]);
      expect(reply.said).toBe("whole");
      expect(reply.events.at(-1)).toBe("[DONE]");
    }
  });

  it("is put together for a client that did not ask for one, tool calls and usage included", async () => {
    const { kit, reply } = await callOn(
      events([
        chatChunk({ role: "assistant", content: null }),
        chatChunk({ tool_calls: [{ index: 0, id: "c1", type: "function", function: { name: "f", arguments: "" } }] }),
        chatChunk({ tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
        chatChunk({ tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
        chatChunk({ tool_calls: [{ index: 1, id: "c2", type: "function", function: { name: "g", arguments: "{}" } }] }),
        chatChunk({}, "tool_calls"),
        chatUsageChunk(),
        "[DONE]",
      ]),
      {},
      { deployment: { supports: { stream: true, nonStream: false, tools: true, vision: true, jsonSchema: true } } },
    );
    expect(kit.transport.sent[0]?.json()).toMatchObject({ stream: true });
    expect(reply.json()).toMatchObject({
      object: "chat.completion",
      choices: [
        {
          message: {
            tool_calls: [
              { id: "c1", type: "function", function: { name: "f", arguments: '{"a":1}' } },
              { id: "c2", type: "function", function: { name: "g", arguments: "{}" } },
            ],
          },
          finish_reason: "tool_calls",
        },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 12 },
    });
  });

  it("reaches the client in one write for what arrived in one turn of the event loop", async () => {
    const items = [...chatStreamItems(Array.from({ length: 50 }, (_, at) => `${at} `)), "[DONE]"];
    const { reply } = await callOn(events(items));
    expect(reply.events.length).toBeGreaterThan(50);
    expect(reply.writes).toBe(1);
  });
});

describe("the end of a stream", () => {
  it("adds the [DONE] a finished answer forgot, and says so", async () => {
    for (const after of [[end], [fault("stream_broken")]] as Play[]) {
      const { reply, kit, flags } = await callOn(events(chatStreamItems(["a"]), after));
      expect(reply.events.at(-1)).toBe("[DONE]");
      expect(kit.records[0]?.outcome).toBe("ok");
      expect(flags()).toContain("done_missing");
    }
  });

  it("passes a [DONE] without finish reason on, and says so", async () => {
    const { reply, flags } = await callOn(events([chatChunk({ content: "a" }), "[DONE]"]));
    expect(reply.events.at(-1)).toBe("[DONE]");
    expect(flags()).toContain("finish_missing");
  });

  it("takes a [DONE] whose empty line never came", async () => {
    const { reply } = await callOn([
      connected,
      sseHead,
      data(sse(...chatStreamItems(["a"]))),
      data("data: [DONE]"),
      end,
    ]);
    expect(reply.events.at(-1)).toBe("[DONE]");
  });

  it("is a break when neither came: no [DONE] is made up", async () => {
    const { reply, kit } = await callOn(events([chatChunk({ content: "a" })]));
    expect(reply.text).not.toContain("[DONE]");
    expect(JSON.parse(reply.events.at(-1) ?? "")).toMatchObject({ error: { code: "upstream_stream_interrupted" } });
    expect(kit.records[0]?.outcome).toBe("interrupted");
  });

  it("is a break when one of several choices has not finished", async () => {
    const chunk = (index: number, delta: object, finish: string | null = null) =>
      JSON.stringify({ choices: [{ index, delta, finish_reason: finish }] });
    const open = [chunk(0, { content: "a" }), chunk(1, { content: "b" }), chunk(0, {}, "stop")];
    const { reply } = await callOn(events(open, [fault("stream_broken")]), { stream: true, n: 2 });
    expect(reply.text).not.toContain("[DONE]");
    const whole = await callOn(events([...open, chunk(1, {}, "stop")]), { stream: true, n: 2 });
    expect(whole.reply.events.at(-1)).toBe("[DONE]");
  });

  it("keeps the connection a moment for its end, then lets go", async () => {
    const items = [...chatStreamItems(["a"]), "[DONE]"];
    const prompt = await callOn(events(items, [wait(500), end]));
    await prompt.kit.clock.advanceAsync(2000);
    expect(prompt.kit.transport.sent[0]?.abortedAtMs).toBeNull();
    const endless = await callOn(events(items, [wait(1e9)]));
    expect(endless.reply.ended).toBe(true);
    await endless.kit.clock.advanceAsync(2000);
    expect(endless.kit.transport.sent[0]?.abortedAtMs).toBe(1000);
    expect(endless.kit.clock.pending).toBe(0);
  });
});

describe("usage in a stream", () => {
  const items = (usage: unknown) => [...chatStreamItems(["a"], { usage: false }), chatUsageChunk(usage), "[DONE]"];

  it("is asked for, kept for the record and shown only to a client that asked", async () => {
    const silent = await callOn(events(items({ prompt_tokens: 3, completion_tokens: 4 })));
    expect(silent.kit.transport.sent[0]?.json().stream_options).toEqual({ include_usage: true });
    expect(silent.reply.text).not.toContain("prompt_tokens");
    expect(silent.kit.records[0]?.usage).toMatchObject({ input: 3, output: 4, source: "provider" });
    const asked = await callOn(events(items({ prompt_tokens: 3, completion_tokens: 4 })), {
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(asked.reply.events.at(-2)).toContain("prompt_tokens");
  });

  it.each([
    ["negative", { prompt_tokens: -1, completion_tokens: 4 }],
    ["far too large", { prompt_tokens: 1e30, completion_tokens: 4 }],
    ["text", { prompt_tokens: "3", completion_tokens: "4" }],
    ["partial", { prompt_tokens: 3 }],
  ])("that is %s is neither believed nor shown to a client that did not ask", async (_what, usage) => {
    const { reply, kit } = await callOn(events(items(usage)));
    expect(reply.text).not.toContain("prompt_tokens");
    expect(kit.records[0]?.usage?.source).not.toBe("provider");
  });
});

describe("a flood of events", () => {
  it("lets others have their turn every 64 KB, and arrives whole", async () => {
    const text = sse(...Array<string>(4000).fill(chatChunk({ content: "x" })), chatChunk({}, "stop"), "[DONE]");
    const packets = text.match(/.{1,16384}/gs)?.map(data) ?? [];
    const { kit, reply } = await callOn([connected, sseHead, ...packets, end]);
    await kit.clock.advanceAsync(100);
    expect(reply.said).toHaveLength(4000);
    expect(reply.events.at(-1)).toBe("[DONE]");
    expect(kit.transport.sent[0]?.pauses).toBeGreaterThanOrEqual(Math.floor(text.length / 65_536) - 1);
    await kit.clock.advanceAsync(5000);
    expect(kit.clock.pending).toBe(0);
  });

  it("waits for a slow client as well", async () => {
    const text = sse(...Array<string>(1000).fill(chatChunk({ content: "x" })));
    const { kit, reply } = await callOn([connected, sseHead, wait(10), data(text), data(text), wait(1e9)]);
    reply.slow = true;
    await kit.clock.advanceAsync(100);
    expect(kit.transport.sent[0]?.paused).toBe(true);
    expect(reply.said).toHaveLength(1000);
    reply.drain();
    await kit.clock.advanceAsync(100);
    expect(reply.said).toHaveLength(2000);
  });
});

describe("malformed events", () => {
  it("are skipped and counted among good ones", async () => {
    const { reply, flags } = await callOn(
      events([
        chatChunk({ content: "a" }),
        "{not json",
        "[1]",
        chatChunk({ content: "b" }),
        chatChunk({}, "stop"),
        "[DONE]",
      ]),
    );
    expect(reply.said).toBe("ab");
    expect(reply.text).not.toContain("not json");
    expect(flags()).toContain("malformed_events");
  });

  it("alone are a failure", async () => {
    const { reply, attempts } = await callOn(events(["{not json", "nor this"]));
    expect(reply.said).toBe("from P2");
    expect(attempts()[0]).toMatchObject({ reason: "bad_json" });
  });

  it("larger than the bound end an answer that began, with the code that says so", async () => {
    const { reply } = await callOn([
      connected,
      sseHead,
      data(sse(chatChunk({ content: "a" }))),
      data(`data: ${"x".repeat(17 << 20)}`),
      end,
    ]);
    expect(JSON.parse(reply.events.at(-1) ?? "")).toMatchObject({ error: { code: "event_too_large" } });
  });
});

describe("the clocks of an attempt", () => {
  it("give up a connection after 5 s", async () => {
    const { kit, attempts } = await callOn([wait(1e9)]);
    await kit.clock.advanceAsync(4996);
    expect(attempts()[0]).toMatchObject({ reason: "timeout_connect" });
    expect(kit.transport.sent[1]?.atMs).toBe(5000);
  });

  it("give up a silent whole answer after 300 s, which slow headers do not prolong", async () => {
    const { kit, attempts } = await callOn([connected, wait(1e9)], {});
    await kit.clock.advanceAsync(299_990);
    expect(kit.transport.sent).toHaveLength(1);
    await kit.clock.advanceAsync(11);
    expect(attempts()[0]).toMatchObject({ reason: "timeout_first_token", next: "next_member" });
  });

  it("count events, not bytes: comments and half lines do not keep a stream alive", async () => {
    const drip = Array(40)
      .fill([wait(10_000), data(": still here\n")])
      .flat() as Play;
    const { kit, reply } = await callOn([connected, sseHead, data(sse(chatChunk({ content: "a" }))), ...drip]);
    await kit.clock.advanceAsync(120_000);
    expect(JSON.parse(reply.events.at(-1) ?? "")).toMatchObject({ error: { code: "upstream_stream_interrupted" } });
    expect(kit.transport.sent[0]?.abortedAtMs).toBe(120_000);
  });

  it("let a stream last as long as events come", async () => {
    const steady = Array(20)
      .fill([wait(100_000), data(sse(chatChunk({ content: "x" })))])
      .flat() as Play;
    const { kit, reply } = await callOn([
      connected,
      sseHead,
      ...steady.slice(1),
      data(sse(chatChunk({}, "stop"), "[DONE]")),
      end,
    ]);
    await kit.clock.advanceAsync(1_900_000);
    expect(reply.events.at(-1)).toBe("[DONE]");
  });

  it("of the provider may be tightened, not loosened, by the group", async () => {
    const play: Play = [connected, wait(1e9)];
    const tight = await callOn(
      play,
      {},
      { provider: { timeouts: { firstByteMs: 60_000 } }, group: { timeouts: { firstByteMs: 1000 } } },
    );
    await tight.kit.clock.advanceAsync(1000);
    expect(tight.attempts()).toHaveLength(2);
    const loose = await callOn(
      play,
      {},
      { provider: { timeouts: { firstByteMs: 1000 } }, group: { timeouts: { firstByteMs: 60_000 } } },
    );
    await loose.kit.clock.advanceAsync(1000);
    expect(loose.attempts()).toHaveLength(2);
  });
});

describe("an answer that broke after it began", () => {
  it.each([
    ["after its head", [connected, head(200, {}), fault("stream_broken")]],
    ["in its TLS layer", [connected, head(200, {}), data('{"choices":'), fault("tls")]],
    ["as its last bytes timed out", [connected, head(200, {}), data('{"choices":'), fault("timeout_connect")]],
  ] as [string, Play][])("%s goes to the next provider, not to the same again", async (_what, play) => {
    const { attempts } = await callOn(play, {}, { provider: { retries: 3 } });
    expect(attempts()).toMatchObject([{ reason: "stream_broken", next: "next_member" }, { reason: "ok" }]);
  });
});

describe("content codings", () => {
  it("beyond two layers, or unknown, are refused", async () => {
    for (const encoding of ["gzip, gzip, gzip", "snappy"]) {
      const { reply, attempts } = await callOn(json(200, chatCompletion(), { "content-encoding": encoding }), {});
      expect(reply.status).toBe(200);
      expect(attempts()[0]).toMatchObject({ outcome: "failed", reason: "bad_json" });
    }
  });
});
