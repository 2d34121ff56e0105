import { describe, expect, it } from "vitest";
import { makeGateway, type RouteOptions, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, end, events, fault, head, json, type Play, wait } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems, chatUsageChunk } from "./testing/scripted-upstream.ts";

const sseHead = head(200, { "content-type": "text/event-stream" });
const sse = (...items: string[]) => items.map((item) => `data: ${item}\n\n`).join("");
const good = events([...chatStreamItems(["a", "b"]), "[DONE]"]);

/** A call on P1, which plays this; P2 answers everything. */
async function callOn(play: Play, body: Record<string, unknown> = { stream: true }, options: RouteOptions = {}) {
  const kit = makeGateway(routeOver(["P1", "P2"], options));
  kit.transport.on("p1", play);
  kit.transport.on(
    "p2",
    body.stream
      ? events([...chatStreamItems(["from P2"]), "[DONE]"])
      : json(200, chatCompletion({ content: "from P2" })),
  );
  const reply = await kit.chat(body);
  await kit.clock.advanceAsync(5);
  return {
    kit,
    reply,
    attempts: () => kit.records[0]?.receipt.attempts ?? [],
    flags: () => kit.records[0]?.flags ?? [],
  };
}

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

describe("headers to an upstream", () => {
  it("are built from empty: nothing of the client's but what the list allows, the credential always ours", async () => {
    const kit = makeGateway(routeOver(["P1"], { provider: { headers: { "X-Team": "blue" } } }), {
      clientAuth: "off",
    });
    kit.transport.on("p1", good);
    await kit.chat(
      { stream: true },
      {
        authorization: "Bearer of-the-client",
        cookie: "a=b",
        "x-forwarded-for": "1.2.3.4",
        "openai-beta": "x",
        host: "evil",
      },
    );
    const sent = kit.transport.sent[0];
    const names = sent?.request.headers.filter((_, at) => at % 2 === 0).sort();
    expect(names).toEqual([
      "accept",
      "accept-encoding",
      "authorization",
      "content-type",
      "openai-beta",
      "user-agent",
      "x-team",
    ]);
    expect(sent?.header("authorization")).toBe("Bearer secret-of-p1");
  });

  it.each(["openai", "anthropic", "gemini", "azure"] as const)(
    "of protocol %s carry the credential once: in the provider's own header where it has one",
    async (protocol) => {
      const kit = makeGateway(routeOver(["P1"], { provider: { protocol, headers: { "X-Key": "k={{api_key}}" } } }));
      kit.transport.on("p1", good);
      await kit.request({ path: "/v1/other", body: JSON.stringify({ model: "g" }) });
      const [sent] = kit.transport.sent;
      expect(sent?.header("x-key")).toBe("k=secret-of-p1");
      expect(sent?.request.headers.filter((text) => text.includes("secret-of-p1"))).toHaveLength(1);
    },
  );

  it.each([
    ["openai", "authorization", "Bearer secret-of-p1", "openai-beta"],
    ["anthropic", "x-api-key", "secret-of-p1", "anthropic-beta anthropic-version"],
    ["gemini", "authorization", "Bearer secret-of-p1", ""],
    ["azure", "api-key", "secret-of-p1", "openai-beta"],
  ] as const)("of protocol %s know us by %s, and the client's only where they mean something", async (...row) => {
    const [protocol, name, value, passedOn] = row;
    const kit = makeGateway(routeOver(["P1"], { provider: { protocol } }));
    kit.transport.on("p1", good);
    const client = { "openai-beta": "a=1", "anthropic-beta": "b-2", "anthropic-version": "2099-01-01" };
    await kit.request({ path: "/v1/other", headers: client, body: JSON.stringify({ model: "g" }) });
    const [sent] = kit.transport.sent;
    expect(sent?.header(name)).toBe(value);
    const passed = Object.keys(client).filter((header) => sent?.header(header) !== undefined);
    expect(passed.sort().join(" ")).toBe(passedOn);
  });

  it("hold nothing of a client's that is longer or stranger than a list of features", async () => {
    const sent = async (value: string) => {
      const kit = makeGateway(routeOver(["P1"], { provider: { protocol: "anthropic" } }));
      kit.transport.on("p1", good);
      await kit.request({ path: "/v1/other", headers: { "anthropic-beta": value }, body: '{"model":"g"}' });
      return kit.transport.sent[0]?.header("anthropic-beta");
    };
    expect(await sent("a-2025-01-01,b-2025-01-01")).toBe("a-2025-01-01,b-2025-01-01");
    for (const value of ["a".repeat(2001), "a\u007fb", "\u00e4", ""]) expect(await sent(value)).toBeUndefined();
  });

  it("of Anthropic name the version of its API where the client names none", async () => {
    const kit = makeGateway(routeOver(["P1"], { provider: { protocol: "anthropic" } }));
    kit.transport.on("p1", good);
    await kit.request({ path: "/v1/other", body: JSON.stringify({ model: "g" }) });
    expect(kit.transport.sent[0]?.header("anthropic-version")).toBe("2023-06-01");
  });
});
