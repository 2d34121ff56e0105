import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { protocols } from "../../gateway/types.ts";
import { modelsMost, readList } from "../list-models.ts";
import { readPerTokenPrices } from "./openai-list.ts";
import { type ListSource, listSources } from "./sources.ts";

const sourceOf = (protocol: (typeof protocols)[number], apiVersion: string | null = null, at = 0): ListSource => {
  const source = listSources({ protocol, apiVersion })[at];
  if (!source) throw new Error("there is no such source");
  return source;
};
/** Reads a list whose pages are given by path. */
const read = (source: ListSource, pages: Record<string, unknown>) =>
  readList(source, async (path) => {
    if (!(path in pages)) throw new Error(`nobody should ask for ${path}`);
    return pages[path];
  });
const openai = (json: unknown) => read(sourceOf("openai"), { "/models": json });

describe("OpenAI's list", () => {
  it("is read with its owners, and as the bare array that some servers send", async () => {
    const data = [{ id: "gpt-4o", object: "model", owned_by: "system" }, { id: "o3" }];
    const models = [
      { id: "gpt-4o", ownedBy: "system", base: null, contextWindow: null, prices: null, supports: {} },
      { id: "o3", ownedBy: null, base: null, contextWindow: null, prices: null, supports: {} },
    ];
    expect(await openai({ object: "list", data })).toEqual({ models, skipped: 0, complete: true });
    expect((await openai(data)).models).toEqual(models);
  });

  it("brings OpenRouter's window, prices and abilities", async () => {
    const { models } = await openai({
      data: [
        {
          id: "anthropic/claude-sonnet-4.5",
          context_length: 1_000_000,
          pricing: {
            prompt: "0.000003",
            completion: "0.000015",
            request: "0",
            image: "0.0048",
            input_cache_read: "0.0000003",
            input_cache_write: "0.00000375",
          },
          architecture: { input_modalities: ["text", "image"], output_modalities: ["text"] },
          supported_parameters: ["tools", "temperature"],
        },
        { id: "openrouter/auto", pricing: { prompt: "-1", completion: "-1" }, context_length: 2_000_000 },
        { id: "x/free:free", pricing: { prompt: "0", completion: "0" } },
      ],
    });
    expect(models).toMatchObject([
      {
        contextWindow: 1_000_000,
        prices: {
          inputPrice: "3",
          outputPrice: "15",
          cachedInputPrice: "0.3",
          cacheWritePrice: "3.75",
          callPrice: null,
        },
        supports: { tools: true, vision: true, jsonSchema: false },
      },
      { id: "openrouter/auto", prices: null, contextWindow: 2_000_000, supports: {} },
      { prices: { inputPrice: "0", outputPrice: "0" } },
    ]);
  });

  it.each([
    ["vLLM", { max_model_len: 32_768 }],
    ["Groq", { context_window: 32_768, active: true }],
    ["Mistral", { max_context_length: 32_768 }],
    ["OpenRouter", { context_length: null, top_provider: { context_length: 32_768 } }],
    ["llama.cpp", { meta: { n_ctx: 32_768 } }],
  ])("brings the context window as %s says it", async (_who, more) => {
    expect((await openai({ data: [{ id: "m", ...more }] })).models[0]?.contextWindow).toBe(32_768);
  });

  it("leaves out models Groq has switched off, and takes Mistral's flags", async () => {
    const data = [
      { id: "off", active: false },
      { id: "on", capabilities: { function_calling: true, vision: false } },
    ];
    expect((await openai({ data })).models).toMatchObject([{ id: "on", supports: { tools: true, vision: false } }]);
  });

  it.each([
    ["a window of text", { context_length: "many" }, { contextWindow: null }],
    ["a negative window", { context_length: -1, max_model_len: 8192 }, { contextWindow: 8192 }],
    ["half a token", { context_length: 0.5 }, { contextWindow: null }],
    ["a price that is an object", { pricing: { prompt: {}, completion: [] } }, { prices: null }],
    ["a price of words", { pricing: { prompt: "cheap" } }, { prices: null }],
    ["pricing that is a list", { pricing: [1, 2] }, { prices: null }],
    ["an owner that is a number", { owned_by: 7 }, { ownedBy: null }],
    ["abilities of another type", { supported_parameters: "tools", capabilities: "all" }, { supports: {} }],
  ])("takes nothing from %s", async (_what, more, expected) => {
    expect((await openai({ data: [{ id: "m", ...more }] })).models).toMatchObject([{ id: "m", ...expected }]);
  });

  it("skips what cannot be called and what is there twice, and counts it", async () => {
    const data = [
      { id: "a" },
      { id: "a" },
      { id: "" },
      { id: 7 },
      { id: "two words" },
      null,
      "b",
      [],
      { id: "c".repeat(201) },
    ];
    expect(await openai({ data })).toMatchObject({ models: [{ id: "a" }], skipped: 8, complete: true });
  });

  it.each([null, 1, "text", {}, { data: {} }, { data: null }, { models: [] }])("is none of %j", async (json) => {
    await expect(openai(json)).rejects.toMatchObject({ code: "upstream_error" });
  });

  it("ends at ten thousand models and says that it is not complete", async () => {
    const many = (count: number) => ({ data: Array.from({ length: count }, (_, at) => ({ id: `m-${at}` })) });
    expect(await openai(many(modelsMost))).toMatchObject({ complete: true });
    const list = await openai(many(modelsMost + 1));
    expect([list.models.length, list.complete]).toEqual([modelsMost, false]);
  });
});

describe("prices for one token", () => {
  it.each([
    ["0.00000015", "0.15"],
    [0.00000025, "0.25"],
    [2.5e-7, "0.25"],
    ["0.0000006", "0.6"],
    ["1", "1000000"],
    ["0.000010", "10"],
    [" 0.0001 ", "100"],
    ["0", "0"],
    ["-1", null],
    ["1e3", null],
    ["NaN", null],
    ["0.0000000000000001", null],
    ["99999999", null],
    [Number.POSITIVE_INFINITY, null],
    [true, null],
  ])("%j is %j for a million", (prompt, inputPrice) => {
    expect(readPerTokenPrices({ prompt, completion: "0.000001" })).toMatchObject({ inputPrice, outputPrice: "1" });
  });
});

describe("Anthropic's list", () => {
  it("is read page by page, with its windows and abilities, without retired models", async () => {
    const source = sourceOf("anthropic");
    const list = await read(source, {
      "/models?limit=1000": {
        data: [
          {
            id: "claude-sonnet-4-5-20250929",
            type: "model",
            max_input_tokens: 200_000,
            capabilities: { image_input: { supported: true }, structured_outputs: { supported: false } },
            lifecycle: "active",
          },
        ],
        has_more: true,
        last_id: "claude sonnet&x",
      },
      "/models?limit=1000&after_id=claude%20sonnet%26x": {
        data: [
          { id: "claude-2", lifecycle: "retired" },
          { id: "claude-haiku", capabilities: null },
        ],
        has_more: false,
        last_id: "claude-haiku",
      },
    });
    expect(list).toMatchObject({
      models: [
        { id: "claude-sonnet-4-5-20250929", contextWindow: 200_000, supports: { vision: true, jsonSchema: false } },
        { id: "claude-haiku", contextWindow: null, supports: {} },
      ],
      skipped: 1,
      complete: true,
    });
  });

  it("that leads back to where it was ends there", async () => {
    const source = sourceOf("anthropic");
    const page = { data: [{ id: "a" }], has_more: true, last_id: "a" };
    const list = await read(source, { "/models?limit=1000": page, "/models?limit=1000&after_id=a": page });
    expect(list).toMatchObject({ models: [{ id: "a" }], complete: false });
  });

  it("that never ends is read a hundred pages far", async () => {
    let asked = 0;
    const list = await readList(sourceOf("anthropic"), async () => {
      asked += 1;
      return { data: [{ id: `m-${asked}` }], has_more: true, last_id: `m-${asked}` };
    });
    expect([asked, list.models.length, list.complete]).toEqual([100, 100, false]);
  });
});

describe("Gemini's list", () => {
  it("has only what answers or embeds, without the collection in front", async () => {
    const list = await read(sourceOf("gemini"), {
      "/models?pageSize=1000": {
        models: [
          {
            name: "models/gemini-2.5-flash",
            inputTokenLimit: 1_048_576,
            supportedGenerationMethods: ["generateContent", "countTokens"],
          },
          { name: "models/imagen-4", supportedGenerationMethods: ["predict"] },
        ],
        nextPageToken: "a/b+c",
      },
      "/models?pageSize=1000&pageToken=a%2Fb%2Bc": {
        models: [{ name: "models/gemini-embedding-001", supportedGenerationMethods: ["embedContent"] }, { name: 5 }],
      },
    });
    expect(list).toMatchObject({
      models: [{ id: "gemini-2.5-flash", contextWindow: 1_048_576 }, { id: "gemini-embedding-001" }],
      skipped: 2,
    });
  });

  it("of an account without models is empty, and an answer of another kind is no list", async () => {
    expect(await read(sourceOf("gemini"), { "/models?pageSize=1000": {} })).toMatchObject({ models: [] });
    for (const json of [null, [], 5, { models: "none" }])
      await expect(read(sourceOf("gemini"), { "/models?pageSize=1000": json })).rejects.toMatchObject({
        code: "upstream_error",
      });
  });
});

describe("Azure's lists", () => {
  it("are the resource's deployments first, each with the model behind its name", async () => {
    const path = "/openai/deployments?api-version=2023-03-15-preview";
    const list = await read(sourceOf("azure"), {
      [path]: {
        data: [
          { id: "prod-chat", model: "gpt-4o", status: "succeeded" },
          { id: "broken", model: "gpt-4o", status: "failed" },
        ],
      },
    });
    expect(list).toMatchObject({ models: [{ id: "prod-chat", base: "gpt-4o" }], skipped: 1 });
  });

  it("are what it could deploy otherwise, by its API version or on the v1 path", async () => {
    expect(sourceOf("azure", null, 1).path).toBe("/openai/v1/models");
    const source = sourceOf("azure", "2024-10-21", 1);
    const list = await read(source, {
      "/openai/models?api-version=2024-10-21": {
        data: [
          { id: "gpt-4o", capabilities: { inference: true } },
          { id: "tuning-only", capabilities: { inference: false } },
        ],
      },
    });
    expect(list.models).toMatchObject([{ id: "gpt-4o" }]);
  });
});

it.each(protocols)("whatever a provider of protocol %s sends, a list is read or refused", async (protocol) => {
  const entry = fc.oneof(
    fc.jsonValue(),
    fc.record({ id: fc.jsonValue(), name: fc.jsonValue(), pricing: fc.jsonValue() }),
  );
  const page = fc.oneof(
    fc.jsonValue(),
    fc.record({ data: fc.array(entry), models: fc.array(entry), has_more: fc.boolean(), last_id: fc.string() }),
  );
  await fc.assert(
    fc.asyncProperty(page, async (json) => {
      for (const source of listSources({ protocol, apiVersion: null })) {
        const list = await readList(source, async () => json).catch((error: { code?: string }) => error.code);
        if (typeof list === "object" && list)
          expect(new Set(list.models.map(({ id }) => id)).size).toBe(list.models.length);
        else expect(list).toBe("upstream_error");
      }
    }),
    { numRuns: 60 },
  );
});
