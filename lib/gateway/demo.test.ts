import { describe, expect, it } from "vitest";
import { createDemoTransport } from "./demo.ts";
import { createDemoTrail } from "./demo-trail.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { makeGateway, makeProvider, routeOver } from "./testing/gateway-kit.ts";

const languages = {
  en: "Hello",
  "zh-CN": "你好，这是什么",
  "zh-TW": "你好，這是什麼",
  ja: "これは何ですか",
  ko: "이것은 무엇입니까",
};

function setUp(models: string[], { keywords = true } = {}) {
  const clock = createFakeClock();
  const names = models.map((_, at) => `P${at + 1}`);
  const base = routeOver(names, { settings: { failureThreshold: 100 } });
  const catalog = {
    ...base,
    providers: new Map(
      names.map((name) => [
        `prv_${name}`,
        makeProvider(name, { protocol: "demo", baseUrl: "demo://built-in", credentials: [] }),
      ]),
    ),
    deployments: new Map([...base.deployments].map(([id, d], at) => [id, { ...d, model: models[at] ?? "" }])),
    keywords: !keywords
      ? []
      : [
          {
            id: "kw_1",
            keyword: "quota is used up",
            match: "contains",
            caseSensitive: false,
            scope: "all",
            targetId: null,
          } as const,
        ],
  };
  const demo = createDemoTransport(clock.setTimeout, clock.clearTimeout);
  const kit = makeGateway(catalog, { clock, transports: { http: demo, demo } });
  return {
    ...kit,
    clock,
    demo,
    run: async (body: Record<string, unknown> = {}) => {
      const reply = await kit.chat(body);
      await clock.advanceAsync(20_000);
      return reply;
    },
  };
}

describe("the demo provider", () => {
  it("plays a rescue: one fails, one is polite, one answers", async () => {
    const kit = setUp(["demo-flaky", "demo-polite-error", "demo-steady"]);
    const reply = await kit.run({ stream: true });
    expect(reply.said).toContain("demo provider");
    expect(reply.events.at(-1)).toBe("[DONE]");
    expect(kit.records[0]?.receipt.attempts.map(({ reason }) => reason)).toEqual(["http_5xx", "keyword", "ok"]);
    expect(kit.records[0]).toMatchObject({ outcome: "rescued", demo: true, usage: { source: "provider" } });
  });

  it("fails twice and answers the third time, always", async () => {
    const kit = setUp(["demo-flaky"]);
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await kit.run()).status);
    expect(statuses).toEqual([502, 502, 200, 502, 502, 200]);
  });

  it("answers in the language it was asked in", async () => {
    const kit = setUp(["demo-steady"]);
    const answers = new Set<string>();
    for (const content of Object.values(languages)) {
      const reply = await kit.run({ messages: [{ role: "user", content }] });
      answers.add((reply.json().choices as { message: { content: string } }[])[0]?.message.content ?? "");
    }
    expect(answers.size).toBe(Object.keys(languages).length);
  });

  it("stops with its client", async () => {
    const kit = setUp(["demo-steady"], { keywords: false });
    const reply = await kit.chat({ stream: true });
    await kit.clock.advanceAsync(400);
    const sofar = reply.text;
    expect(sofar).not.toBe("");
    reply.leave();
    await kit.clock.advanceAsync(10_000);
    expect(reply.text).toBe(sofar);
    expect(kit.clock.pending).toBe(0);
  });

  it("holds back for a slow client without losing a word", async () => {
    const kit = setUp(["demo-steady"], { keywords: false });
    const whole = (await kit.run({ stream: true })).said;
    const reply = await kit.chat({ stream: true });
    reply.slow = true;
    await kit.clock.advanceAsync(5000);
    expect(reply.ended).toBe(false);
    while (!reply.ended) {
      reply.drain();
      reply.slow = true;
      await kit.clock.advanceAsync(500);
    }
    expect(reply.said).toBe(whole);
  });
});

describe("faults that were ordered of the demo provider", () => {
  it("the next call of the model fails, and only the next", async () => {
    const kit = setUp(["demo-steady"], { keywords: false });
    kit.demo.faults.order({ model: "demo-steady", kind: "fail", text: null });
    expect([(await kit.run()).status, (await kit.run()).status]).toEqual([502, 200]);
    expect(kit.demo.faults.list()).toEqual([]);
  });

  it("the next call begins five seconds late", async () => {
    const kit = setUp(["demo-steady"], { keywords: false });
    kit.demo.faults.order({ model: "demo-steady", kind: "delay", text: null });
    await kit.run();
    await kit.run();
    const [slow, usual] = kit.records.map(({ receipt }) => receipt.attempts[0]?.firstByteMs);
    expect((slow ?? 0) - (usual ?? 0)).toBe(5000);
  });

  it("the next call says the given words, which a fail keyword may meet", async () => {
    const kit = setUp(["demo-flaky", "demo-steady"]);
    kit.demo.faults.order({ model: "demo-flaky", kind: "text", text: "Your quota is used up." });
    await kit.run({ stream: true });
    expect(kit.records[0]?.receipt.attempts.map(({ reason }) => reason)).toEqual(["keyword", "ok"]);
    kit.demo.faults.order({ model: "demo-steady", kind: "text", text: "Three plain words" });
    expect((await kit.run({ stream: true })).said).toBe("Three plain words");
  });

  it("the play begins again with the first of its calls", async () => {
    const kit = setUp(["demo-flaky"]);
    await kit.run();
    kit.demo.rewind();
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await kit.run()).status);
    expect(statuses).toEqual([502, 502, 200]);
  });
});

describe("the trail of a call to the demo", () => {
  const turn = { requestId: "req_1", model: "demo-chat", deployment: "a", attempt: 1, from: null };

  it("tells whom the call asked, until when and why it went on; other providers' calls leave none", () => {
    let now = 1000;
    const trail = createDemoTrail(
      (name) => name === "Demo",
      () => now,
    );
    trail.turn({ ...turn, provider: "Demo" });
    trail.turn({ ...turn, requestId: "req_2", provider: "Other" });
    now = 1180;
    trail.turn({
      ...turn,
      provider: "Demo",
      deployment: "b",
      attempt: 2,
      from: { provider: "Demo", reason: "http_5xx" },
    });
    expect(trail.of("req_1")).toEqual([
      { deployment: "a", provider: "Demo", startedAt: 1000, endedAt: 1180, reason: "http_5xx" },
      { deployment: "b", provider: "Demo", startedAt: 1180, endedAt: null, reason: null },
    ]);
    expect(trail.of("req_2")).toEqual([]);
  });

  it("is forgotten a minute later", () => {
    let now = 0;
    const trail = createDemoTrail(
      () => true,
      () => now,
    );
    trail.turn({ ...turn, provider: "Demo" });
    now = 61_000;
    trail.turn({ ...turn, requestId: "req_2", provider: "Demo" });
    expect(trail.of("req_1")).toEqual([]);
  });
});

describe("the demo provider on other endpoints", () => {
  async function ask(models: string[], path: string, body: object) {
    const kit = setUp(models);
    const reply = await kit.request({ path: `/v1${path}`, body: JSON.stringify({ model: "g", ...body }) });
    await kit.clock.advanceAsync(20_000);
    return { reply, kit };
  }

  it("embeds: the same text gives the same unit vector, texts with words in common are near each other", async () => {
    const input = ["a red boat", "a red boat", "a red car", "seven quiet mice"];
    const { reply } = await ask(["demo-steady"], "/embeddings", { input, dimensions: 64 });
    const vectors = (reply.json().data as { embedding: number[] }[]).map(({ embedding }) => embedding);
    const likeness = (a: number, b: number) =>
      vectors[a]?.reduce((sum, value, at) => sum + value * (vectors[b]?.[at] ?? 0), 0) ?? 0;
    expect(vectors.map(({ length }) => length)).toEqual([64, 64, 64, 64]);
    expect(likeness(0, 1)).toBeCloseTo(1, 10);
    expect(likeness(0, 2)).toBeGreaterThan(likeness(0, 3) + 0.2);
    const base64 = await ask(["demo-steady"], "/embeddings", { input, dimensions: 64, encoding_format: "base64" });
    const bytes = Buffer.from((base64.reply.json().data as { embedding: string }[])[0]?.embedding ?? "", "base64");
    expect(bytes.readFloatLE(4)).toBeCloseTo(vectors[0]?.[1] ?? 0, 6);
  });

  it("paints a picture that is one, and sounds a sound that is one", async () => {
    const picture = await ask(["demo-steady"], "/images/generations", { prompt: "a boat", n: 2 });
    const images = (picture.reply.json().data as { b64_json: string }[]).map(({ b64_json }) =>
      Buffer.from(b64_json, "base64"),
    );
    expect(images).toHaveLength(2);
    expect(images[0]?.subarray(0, 8)).toEqual(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));
    expect(images[0]?.equals(images[1] as Buffer)).toBe(false);
    const sound = await ask(["demo-steady"], "/audio/speech", { input: "hi", voice: "alloy" });
    expect(sound.reply.headers["content-type"]).toBe("audio/wav");
    expect(sound.reply.bytes.toString("latin1", 0, 4)).toBe("RIFF");
    expect(sound.reply.bytes.readUInt32LE(4)).toBe(sound.reply.bytes.length - 8);
  });

  it("ranks the document with the words of the query first", async () => {
    const documents = ["seven quiet mice", "the red boat", "a car"];
    const { reply } = await ask(["demo-steady"], "/rerank", { query: "red boat", documents, top_n: 2 });
    expect((reply.json().results as { index: number }[]).map(({ index }) => index)[0]).toBe(1);
    expect(reply.json().results).toHaveLength(2);
  });

  it("answers completions, moderations and responses, streamed where they stream", async () => {
    const completion = await ask(["demo-steady"], "/completions", { prompt: "Hello", stream: true });
    expect(completion.reply.events.at(-1)).toBe("[DONE]");
    const response = await ask(["demo-steady"], "/responses", { input: languages.ja, stream: true });
    const types = response.reply.events.map((text) => (JSON.parse(text) as { type: string }).type);
    expect([types[0], types.at(-1)]).toEqual(["response.created", "response.completed"]);
    expect(response.reply.text).toContain("デモ");
    expect(response.kit.records[0]).toMatchObject({ outcome: "ok", usage: { source: "provider" } });
    const moderation = await ask(["demo-steady"], "/moderations", { input: ["a", "b"] });
    expect(moderation.reply.json().results).toHaveLength(2);
  });

  it.each([
    ["/embeddings", { input: "x" }],
    ["/images/generations", { prompt: "x" }],
    ["/audio/speech", { input: "x" }],
    ["/responses", { input: "x", stream: true }],
    ["/completions", { prompt: "x" }],
  ])("plays the same rescue on %s", async (path, body) => {
    const { kit } = await ask(["demo-flaky", "demo-polite-error", "demo-steady"], path, body);
    expect(kit.records[0]?.receipt.attempts.map(({ reason }) => reason)).toEqual(["http_5xx", "keyword", "ok"]);
  });

  it("has nothing on paths it does not know, whatever is sent there", async () => {
    const kit = setUp(["demo-steady"]);
    const reply = await kit.request({ path: "/v1/listen", query: "model=g", body: "RIFF{" });
    await kit.clock.advanceAsync(1000);
    expect(reply.status).toBe(404);
  });

  it("hears an upload to its end and writes down what it always writes", async () => {
    const kit = setUp(["demo-steady"]);
    const form = (name: string, value: string, more = "") =>
      `--b\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
    const reply = await kit.request({
      path: "/v1/audio/transcriptions",
      headers: { "content-type": "multipart/form-data; boundary=b" },
      body: `${form("file", "RIFF".repeat(1000), '; filename="a.wav"')}${form("model", "g")}--b--\r\n`,
    });
    await kit.clock.advanceAsync(20_000);
    expect(reply.json()).toMatchObject({ text: expect.stringContaining("does not listen") });
  });
});
