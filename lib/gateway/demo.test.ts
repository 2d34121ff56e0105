import { describe, expect, it } from "vitest";
import { createDemoTransport } from "./demo.ts";
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
  const kit = makeGateway(catalog, { clock, transports: { openai: demo, demo } });
  return {
    ...kit,
    clock,
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
