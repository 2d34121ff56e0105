import { describe, expect, it } from "vitest";
import { isSluiceError } from "../errors.ts";
import { readChatRequest } from "./chat-request.ts";
import { makeDeployment } from "./testing/gateway-kit.ts";

const read = (text: string | Buffer) => readChatRequest(Buffer.from(text as string));
const body = (more: object = {}) =>
  JSON.stringify({ model: "g", messages: [{ role: "user", content: "hi" }], ...more });
const streaming = { stream: true, nonStream: true, tools: true, vision: true, jsonSchema: true };

function refusal(text: string | Buffer): { code: string; param: string | null; status: number } {
  try {
    read(text);
  } catch (error) {
    if (isSluiceError(error)) return { code: error.code, param: error.param, status: error.status };
    throw error;
  }
  return { code: "none", param: null, status: 0 };
}

describe("a body that is no chat request", () => {
  it.each([
    ["a trailing comma", '{"model":"g","messages":[],}'],
    ["NaN", '{"model":"g","messages":[],"x":NaN}'],
    ["single quotes", "{'model':'g'}"],
    ["nothing", ""],
    ["null", "null"],
    ["an array", "[]"],
    ["a number", "1"],
    ["half a UTF-8 character", Buffer.concat([Buffer.from('{"model":"g","messages":["'), Buffer.from([0xe4, 0xbd])])],
    ["UTF-16", Buffer.from(body(), "utf16le")],
    ["two documents", `${body()}${body()}`],
    ["two models", '{"model":"a","messages":[],"model":"b"}'],
    ["two models, one escaped", '{"model":"a","messages":[],"\\u006dodel":"b"}'],
    ["a raw line end in a string", '{"model":"g","messages":["\n"]}'],
  ])("because of %s is invalid_json", (_what, text) => {
    expect(refusal(text)).toMatchObject({ code: "invalid_json", status: 400 });
  });

  it("is json_too_complex beyond 100 levels, however it is nested", () => {
    const nested = (depth: number) =>
      `{"model":"g","messages":[],"x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    expect(refusal(nested(100)).code).toBe("none");
    expect(refusal(nested(101)).code).toBe("json_too_complex");
    expect(refusal("[".repeat(16_000)).code).toBe("json_too_complex");
  });

  it.each([
    [{ model: { $ne: "" } }, "invalid_type", "model"],
    [{ model: ["a"] }, "invalid_type", "model"],
    [{ model: "x".repeat(10_000) }, "invalid_type", "model"],
    [{ model: undefined }, "missing_required", "model"],
    [{ messages: undefined }, "missing_required", "messages"],
    [{ messages: {} }, "invalid_type", "messages"],
    [{ messages: ["x"] }, "invalid_type", "messages.0"],
    [{ stream: "true" }, "invalid_type", "stream"],
    [{ stream_options: {} }, "invalid_type", "stream_options"],
    [{ n: 0 }, "invalid_type", "n"],
    [{ max_tokens: -1 }, "invalid_type", "max_tokens"],
    [{ temperature: "1" }, "invalid_type", "temperature"],
    [{ tools: {} }, "invalid_type", "tools"],
  ])("%j is %s at %s", (more, code, param) => {
    expect(refusal(body(more))).toEqual({ code, param, status: 400 });
  });
});

describe("the bytes for an upstream", () => {
  const bytesFor = (text: string, supports = streaming, model = "up") => {
    const { body: bytes, stream } = read(text).bodyFor(makeDeployment("P1", { model, supports }));
    return { text: String(bytes), stream };
  };

  it("are the client's own where nothing has to change", () => {
    const bytes = Buffer.from(body());
    expect(readChatRequest(bytes).bodyFor(makeDeployment("P1", { model: "g" })).body).toBe(bytes);
  });

  it("differ in the model only: digits, spaces, order and unknown members survive", () => {
    const text =
      '{ "seed":12345678901234567890, "model" : "g","x":1.10,"messages":[{"role":"user","content":"\\u00e9"}] }';
    expect(bytesFor(text).text).toBe(text.replace('"g"', '"up"'));
  });

  it("ask for usage in a stream and keep what else the client chose", () => {
    expect(
      JSON.parse(bytesFor(body({ stream: true, stream_options: { include_obfuscation: false } })).text).stream_options,
    ).toEqual({
      include_obfuscation: false,
      include_usage: true,
    });
  });

  it("ask for what the deployment can do, not for what the client wants", () => {
    const onlyStream = bytesFor(body(), { ...streaming, nonStream: false });
    expect(onlyStream.stream).toBe(true);
    expect(JSON.parse(onlyStream.text)).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    const onlyWhole = bytesFor(body({ stream: true, stream_options: {} }), { ...streaming, stream: false });
    expect(JSON.parse(onlyWhole.text)).toEqual({ ...JSON.parse(body()), model: "up", stream: false });
  });

  it("lose members that would redirect the call elsewhere", () => {
    const text = bytesFor(
      body({ api_base: "http://evil", base_url: "x", api_key: "k", headers: {}, timeout: 1, fallbacks: [] }),
    ).text;
    expect(Object.keys(JSON.parse(text) as object)).toEqual(["model", "messages"]);
  });

  it("carry dangerous names through without harm", () => {
    const text =
      '{"model":"g","messages":[],"__proto__":{"polluted":1},"tools":[{"type":"function","function":{"name":"constructor"}}]}';
    expect(bytesFor(text).text).toContain('"__proto__":{"polluted":1}');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("lose a byte order mark", () => {
    expect(bytesFor(`\ufeff${body()}`).text).toBe(body({ model: "up" }));
  });
});

describe("what routing needs to know", () => {
  it("is read from tools, images and size", () => {
    expect(read(body({ tools: [{}] })).needs).toMatchObject({ tools: true, vision: false });
    expect(read(body({ tools: [] })).needs.tools).toBe(false);
    const image = [{ role: "user", content: [null, { type: "image_url" }] }];
    expect(read(body({ messages: image })).needs).toMatchObject({ vision: true, inputTokens: 0 });
    expect(read(body({ messages: [{ role: "user", content: "x".repeat(80_000) }] })).needs.inputTokens).toBeGreaterThan(
      9000,
    );
  });

  it("includes who the conversation belongs to", () => {
    expect(read(body({ user: "u", prompt_cache_key: "c" })).sessionId).toBe("c");
    expect(read(body({ user: "u" })).sessionId).toBe("u");
    expect(read(body({ user: 7 })).sessionId).toBeNull();
  });
});
