import { describe, expect, it } from "vitest";
import { conversationPlace, openaiPlace, protocolRules, servesEndpoint, upstreamWire } from "./protocol-rules.ts";
import type { Protocol, WireApi } from "./types.ts";

const at = (protocol: Protocol, apiVersion: string | null = null) => ({ protocol, apiVersion });
const by = (protocol: Protocol, wireApi: WireApi = "auto") => ({ protocol, wireApi });

describe("the format a provider is asked in", () => {
  it.each([
    ["anthropic", "auto", "openai-chat", "anthropic-messages"],
    ["gemini", "responses", "openai-chat", "gemini"],
    ["openai", "auto", "openai-chat", "openai-chat"],
    ["openai", "auto", "openai-responses", "openai-responses"],
    ["openai", "auto", "anthropic-messages", "openai-chat"],
    ["openai", "chat", "openai-responses", "openai-chat"],
    ["openai", "responses", "openai-chat", "openai-responses"],
    ["azure", "responses", "gemini", "openai-responses"],
    ["azure", "auto", "openai-responses", "openai-responses"],
    ["demo", "chat", "openai-responses", "openai-responses"],
    ["demo", "auto", "gemini", "openai-chat"],
  ] as const)("of %s with %s, by a client of %s, is %s", (protocol, wireApi, client, expected) => {
    expect(upstreamWire(by(protocol, wireApi), client, false)).toBe(expected);
  });

  it("is chat where Responses were found missing, unless the provider is told to be asked for them", () => {
    expect(upstreamWire(by("openai"), "openai-responses", true)).toBe("openai-chat");
    expect(upstreamWire(by("openai", "responses"), "openai-responses", true)).toBe("openai-responses");
  });
});

describe("the place of a conversation", () => {
  it.each([
    ["openai", "openai-chat", true, "/chat/completions", "authorization"],
    ["openai", "openai-responses", true, "/responses", "authorization"],
    ["anthropic", "anthropic-messages", true, "/messages", "x-api-key"],
    ["gemini", "gemini", true, "/models/a%20b:streamGenerateContent?alt=sse", "x-goog-api-key"],
    ["gemini", "gemini", false, "/models/a%20b:generateContent", "x-goog-api-key"],
    ["azure", "openai-chat", false, "/openai/v1/chat/completions", "api-key"],
    ["azure", "openai-responses", false, "/openai/v1/responses", "api-key"],
  ] as const)("at %s in %s (stream: %s) is %s, known by %s", (protocol, wire, stream, path, name) => {
    const place = conversationPlace(at(protocol), wire, "a b", stream);
    expect([place.path, place.auth.name]).toEqual([path, name]);
  });

  it("at Azure with an API version is the deployment's URL for chats and the resource's for Responses", () => {
    const azure = at("azure", "2024-10-21");
    expect(conversationPlace(azure, "openai-chat", "gpt 4", true).path).toBe(
      "/openai/deployments/gpt%204/chat/completions?api-version=2024-10-21",
    );
    expect(conversationPlace(azure, "openai-responses", "gpt 4", true).path).toBe(
      "/openai/responses?api-version=2024-10-21",
    );
  });

  it.each([
    ["models/gemini-2.5-pro", "/models/gemini-2.5-pro:generateContent"],
    ["tunedModels/mine", "/tunedModels/mine:generateContent"],
    ["../../v1/keys", "/models/..%2F..%2Fv1%2Fkeys:generateContent"],
    ["models/../keys", "/models/models%2F..%2Fkeys:generateContent"],
    ["a?b#c", "/models/a%3Fb%23c:generateContent"],
  ])("of Google's model %s is %s", (model, path) => {
    expect(conversationPlace(at("gemini"), "gemini", model, false).path).toBe(path);
  });

  it.each(["..", ".", "a/../b"])("has no step upwards for a model named %s", (model) => {
    const { path } = conversationPlace(at("azure", "v"), "openai-chat", model, false);
    const { pathname } = new URL(path, "http://host");
    expect(pathname).toMatch(/^\/openai\/deployments\/[^/]+\/chat\/completions$/);
  });
});

describe("the place of another path", () => {
  it.each([
    ["openai", null, "/embeddings", "/embeddings"],
    ["anthropic", null, "/files?model=x", "/files?model=x"],
    ["gemini", null, "/embeddings", "/openai/embeddings"],
    ["azure", null, "/embeddings", "/openai/v1/embeddings"],
    ["azure", "v", "/embeddings", "/openai/deployments/m/embeddings?api-version=v"],
    ["azure", "v", "/audio/speech", "/openai/deployments/m/audio/speech?api-version=v"],
    ["azure", "v", "/responses/resp_1?stream=true", "/openai/responses/resp_1?stream=true&api-version=v"],
  ] as const)("at %s (API version %s) of %s is %s", (protocol, apiVersion, path, expected) => {
    expect(openaiPlace(at(protocol, apiVersion), path, "m").path).toBe(expected);
  });

  it("of Google's that speaks OpenAI's format takes the key as OpenAI does", () => {
    expect(openaiPlace(at("gemini"), "/embeddings", "m").auth).toEqual({ name: "authorization", prefix: "Bearer " });
  });
});

it("what a protocol has besides conversations is told for each", () => {
  expect(servesEndpoint(by("openai"), "embeddings")).toBe(true);
  expect(servesEndpoint(by("anthropic"), "embeddings")).toBe(false);
  expect(servesEndpoint(by("anthropic"), "messages.count_tokens")).toBe(true);
  expect(servesEndpoint(by("gemini"), "embeddings")).toBe(true);
  expect(servesEndpoint(by("gemini"), "rerank")).toBe(false);
  expect(servesEndpoint(by("azure"), "moderations")).toBe(false);
  expect(protocolRules.anthropic.headers).toEqual({ "anthropic-version": "2023-06-01" });
});
