import { describe, expect, it } from "vitest";
import { makeGateway, routeOver } from "./testing/gateway-kit.ts";
import { events, json, type Play } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems } from "./testing/scripted-upstream.ts";
import type { CatalogKeyword } from "./types.ts";

const rule = (more: Partial<CatalogKeyword> = {}): CatalogKeyword => ({
  ...{ id: "kw_1", keyword: "quota", match: "contains", caseSensitive: false, scope: "all", targetId: null },
  ...more,
});

const excuse = "Sorry, the quota is used up.";
const whole = json(200, chatCompletion({ content: excuse }));
const streamed = events([...chatStreamItems(["Sorry, the ", "quota is used up."]), "[DONE]"]);

/** A gateway where P1 plays this and P2 answers everything. */
function gatewayOn(play: Play, keywords: CatalogKeyword[], stream = false, asked: Record<string, unknown> = {}) {
  const kit = makeGateway(routeOver(["P1", "P2"], { keywords }));
  kit.transport.on("p1", play);
  kit.transport.on(
    "p2",
    stream ? events([...chatStreamItems(["from P2"]), "[DONE]"]) : json(200, chatCompletion({ content: "from P2" })),
  );
  const call = async () => {
    const reply = await kit.chat({ stream, ...asked });
    await kit.clock.advanceAsync(5000);
    return reply;
  };
  return { kit, call, record: () => kit.records.at(-1) };
}

describe.each([
  { kind: "whole", stream: false, play: whole },
  { kind: "streamed", stream: true, play: streamed },
])("an answer that meets a rule, $kind", ({ stream, play }) => {
  it("is replaced by the next provider's", async () => {
    const { call, record } = gatewayOn(play, [rule()], stream);
    expect((await call()).text).toContain("from P2");
    expect(record()?.receipt.attempts[0]).toMatchObject({
      ...{ reason: "keyword", keywordId: "kw_1", keywordVerdict: "failover" },
    });
  });

  it("sends its deployment to rest where the rule says so, and asks the next at once", async () => {
    const { kit, call, record } = gatewayOn(play, [rule({ verdict: "cool", coolSeconds: 120 })], stream);
    expect((await call()).text).toContain("from P2");
    expect(record()?.receipt.attempts.map(({ deployment }) => deployment.provider)).toEqual(["P1", "P2"]);
    await call();
    expect(record()?.receipt.candidates).toContainEqual(
      expect.objectContaining({ verdict: "skipped", reason: "cooling_down" }),
    );
    await kit.clock.advanceAsync(121_000);
    await call();
    expect(record()?.receipt.attempts[0]?.deployment.provider).toBe("P1");
  });

  it("is an error for the client where the rule says so, and nobody else is asked", async () => {
    const { call, record } = gatewayOn(play, [rule({ verdict: "fail" })], stream);
    const reply = await call();
    expect(reply.status).toBe(502);
    expect(reply.text).toContain("upstream_error");
    expect(reply.text).not.toContain("quota");
    expect(record()).toMatchObject({ outcome: "failed", receipt: { stop: "not_retryable" } });
    expect(record()?.receipt.attempts).toMatchObject([{ reason: "keyword", keywordVerdict: "fail" }]);
  });

  it("passes with a mark where the rule only tags, whatever rules after it say", async () => {
    const { call, record } = gatewayOn(play, [rule({ verdict: "tag" }), rule({ id: "kw_2" })], stream);
    expect((await call()).text).toContain("quota is used up");
    expect(record()).toMatchObject({ outcome: "ok" });
    expect(record()?.receipt.attempts).toMatchObject([
      { outcome: "ok", reason: "ok", keywordId: "kw_1", keywordVerdict: "tag" },
    ]);
    expect(record()?.receipt.attempts[0]?.matched).toContain("quota");
  });

  it("is judged by the first rule in order, also where a later one is met earlier in the text", async () => {
    const sorry = rule({ id: "kw_sorry", keyword: "sorry" });
    const { call, record } = gatewayOn(play, [rule({ verdict: "tag" }), sorry], stream);
    expect((await call()).text).toContain("quota is used up");
    expect(record()?.receipt.attempts).toMatchObject([{ keywordId: "kw_1" }]);
  });
});

describe("a rule on statuses", () => {
  const down = json(503, { error: { message: "under maintenance" } });

  it("may hand a provider's error to the client", async () => {
    const { call, record } = gatewayOn(down, [rule({ match: "any", keyword: "", statuses: ["5xx"], verdict: "fail" })]);
    expect((await call()).status).toBe(502);
    expect(record()?.receipt.attempts).toMatchObject([{ httpStatus: 503, keywordId: "kw_1" }]);
  });

  it("tells a refusal of the request in the provider's words", async () => {
    const refused = json(404, { error: { message: "no such model here", code: "model_not_found" } });
    const { call } = gatewayOn(refused, [rule({ match: "any", keyword: "", statuses: ["404"], verdict: "fail" })]);
    const reply = await call();
    expect(reply.status).toBe(404);
    expect(reply.text).toContain("no such model here");
  });

  it("holds back nothing of answers with other statuses", async () => {
    const kit = makeGateway(routeOver(["P1"], { keywords: [rule({ statuses: ["5xx"] })] }));
    kit.transport.on("p1", events(chatStreamItems(["short"]).slice(0, 2)));
    const reply = await kit.chat({ stream: true });
    await kit.clock.advanceAsync(5);
    expect(reply.headSent).toBe(true);
  });
});

describe("a rule on empty answers", () => {
  const empty = [rule({ match: "empty", keyword: "" })];
  const reasonOf = async (play: Play, stream: boolean) => {
    const { call, record } = gatewayOn(play, empty, stream);
    await call();
    const [first] = record()?.receipt.attempts ?? [];
    return first?.keywordId === "kw_1" ? "keyword" : first?.reason;
  };

  it("is met by an answer of nothing but white space", async () => {
    expect(await reasonOf(json(200, chatCompletion({ content: " \n" })), false)).toBe("keyword");
    expect(await reasonOf(events([...chatStreamItems([" ", "\n"]), "[DONE]"]), true)).toBe("keyword");
  });

  it("is not met by an answer that calls a tool", async () => {
    const tool_calls = [{ index: 0, id: "c", type: "function", function: { name: "f", arguments: "{}" } }];
    expect(await reasonOf(json(200, { choices: [{ index: 0, message: { content: null, tool_calls } }] }), false)).toBe(
      "ok",
    );
    const play = events([chatChunk({ tool_calls }), chatChunk({}, "tool_calls"), "[DONE]"]);
    expect(await reasonOf(play, true)).toBe("ok");
  });
});

describe("a rule on the end of an answer", () => {
  const long = "word ".repeat(200);
  const chat = (content: string, finish = "stop") =>
    json(200, { choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: finish }] });
  const stream = (content: string, finish = "stop") =>
    events([
      chatChunk({ content: content.slice(0, 400) }),
      chatChunk({ content: content.slice(400) }),
      chatChunk({}, finish),
      "[DONE]",
    ]);
  const onFirst = { keyword: "", scope: "deployment", targetId: "dep_P1" } as const;
  const cut = rule({ ...onFirst, match: "finish_reason", finishReasons: ["length"] });
  const short = rule({ ...onFirst, match: "short", minCharacters: 20 });
  const broken = rule({ ...onFirst, match: "not_json" });
  const asksJson = { response_format: { type: "json_object" } };
  const servedBy = async (play: Play, one: CatalogKeyword, isStream = false, asked = {}) => {
    const { call, record } = gatewayOn(play, [one], isStream, asked);
    await call();
    return record()?.receipt.servedBy?.provider;
  };

  it.each([
    ["cut off", cut, chat("Half a sen", "length"), chat("A whole sentence.")],
    ["too short", short, chat("Hm."), chat("A sentence that is long enough.")],
    ["no JSON though JSON was asked for", broken, chat('{"a": 1'), chat('{"a": 1}')],
  ])("replaces a whole answer that is %s, and no other", async (_what, one, bad, good) => {
    expect(await servedBy(bad, one, false, asksJson)).toBe("P2");
    expect(await servedBy(good, one, false, asksJson)).toBe("P1");
  });

  it.each([
    ["cut off", cut, stream("Half a sen", "length"), stream("A whole sentence.")],
    ["too short", short, stream("Hm."), stream("A sentence that is long enough.")],
    ["no JSON though JSON was asked for", broken, stream('{"a": 1'), stream('{"a": 1}')],
  ])("replaces a stream that is %s and ends while it is held back, and no other", async (_what, one, bad, good) => {
    expect(await servedBy(bad, one, true, asksJson)).toBe("P2");
    expect(await servedBy(good, one, true, asksJson)).toBe("P1");
  });

  it("lets a stream pass whose beginning is sent before its end is known", async () => {
    expect(await servedBy(stream(long, "length"), cut, true)).toBe("P1");
    expect(await servedBy(stream(long), broken, true, asksJson)).toBe("P1");
    expect(await servedBy(stream(long), { ...short, minCharacters: 5000 }, true)).toBe("P1");
  });

  it.each([
    ["cut off", cut, "length"],
    ["too short", { ...short, minCharacters: 5000 }, "stop"],
    ["no JSON", broken, "stop"],
  ])("tags a stream of any length that is %s, where it only tags", async (_what, one, finish) => {
    const { call, record } = gatewayOn(stream(long, finish), [{ ...one, verdict: "tag" }], true, asksJson);
    await call();
    expect(record()?.receipt.attempts).toMatchObject([{ outcome: "ok", keywordId: "kw_1", keywordVerdict: "tag" }]);
  });

  it("says nothing about answers to requests that asked for no JSON, about tool calls and about errors", async () => {
    expect(await servedBy(chat("Sure."), broken)).toBe("P1");
    const tool_calls = [{ index: 0, id: "c", type: "function", function: { name: "f", arguments: "{}" } }];
    const called = json(200, {
      choices: [{ index: 0, message: { content: "Let me see", tool_calls }, finish_reason: "tool_calls" }],
    });
    expect(await servedBy(called, broken, false, asksJson)).toBe("P1");
    expect(await servedBy(called, short)).toBe("P1");
    const { call, record } = gatewayOn(json(400, { error: { message: "no" } }), [short]);
    await call();
    expect(record()?.receipt.attempts).toMatchObject([{ httpStatus: 400, keywordId: null }]);
  });
});
