import { describe, expect, it } from "vitest";
import { PriceCatalogueFile } from "../schemas/price-catalogue.ts";
import { bundled, PriceCatalogue } from "./catalogue.ts";

const openai = "https://api.openai.com/v1";
const elsewhere = "https://gateway.example.com/v1";
const catalogue = new PriceCatalogue();

function priceOf(baseUrl: string, model: string, from = catalogue): string | null {
  const match = from.match(baseUrl, model);
  return match && `${match.inputPrice} ${match.outputPrice}`;
}

function file(entries: unknown[], more: Record<string, unknown> = {}): PriceCatalogue {
  return new PriceCatalogue(PriceCatalogueFile.parse({ date: "2026-01-31", currency: "USD", entries, ...more }));
}

describe("the bundled prices", () => {
  it("have a date, say that they are a starting point, and cover the models people use", () => {
    expect(catalogue).toMatchObject({ date: "2025-12-15", source: "bundled" });
    expect(catalogue.note).toMatch(/starting point/);
    const vendors = new Set(bundled.entries.map(({ vendor }) => vendor));
    for (const vendor of ["openai", "anthropic", "google", "deepseek", "mistral", "xai", "qwen", "groq", "together"])
      expect(vendors).toContain(vendor);
  });

  it("name no model twice for one vendor", () => {
    const names = bundled.entries.flatMap(({ vendor, models }) => models.map((model) => `${vendor} ${model}`));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("ask something, and never more for a cached token than for a plain one", () => {
    for (const entry of bundled.entries) {
      const { input, cachedInput, cacheWrite, output, call } = entry;
      expect(input ?? call, entry.models[0]).toBeDefined();
      if (cachedInput !== undefined) expect(cachedInput, entry.models[0]).toBeLessThan(input ?? 0);
      if (cacheWrite !== undefined) expect(cacheWrite, entry.models[0]).toBeGreaterThan(input ?? 0);
      if (output !== undefined) expect(output, entry.models[0]).toBeGreaterThanOrEqual(input ?? 0);
    }
  });

  it("are found by their own names at their own vendor", () => {
    const hosts: Record<string, string> = {
      openai,
      anthropic: "https://api.anthropic.com/v1",
      google: "https://generativelanguage.googleapis.com/v1beta/openai",
      groq: "https://api.groq.com/openai/v1",
      fireworks: "https://api.fireworks.ai/inference/v1",
    };
    for (const { vendor, models } of bundled.entries)
      for (const model of hosts[vendor] ? models : [])
        expect(catalogue.match(hosts[vendor] ?? "", model)).toMatchObject({ vendor, model, basis: "host" });
  });
});

describe("the price of a model", () => {
  it.each([
    ["its own name", openai, "gpt-4o", "2.5 10"],
    ["a date behind it", openai, "gpt-4o-2024-08-06", "2.5 10"],
    ["a dated name with a price of its own", openai, "gpt-4o-2024-05-13", "5 15"],
    ["a maker in front", openai, "openai/gpt-4o-mini", "0.15 0.6"],
    ["capitals", openai, "GPT-4o", "2.5 10"],
    ["-latest", openai, "gpt-5-chat-latest", "1.25 10"],
    ["Anthropic's date", "https://api.anthropic.com", "claude-sonnet-4-5-20250929", "3 15"],
    ["Vertex's date", elsewhere, "claude-sonnet-4@20250514", "3 15"],
    ["Google's version", "https://generativelanguage.googleapis.com", "models/gemini-2.0-flash-001", "0.1 0.4"],
    ["a preview of a day", elsewhere, "google/gemini-2.5-flash-preview-05-20", "0.3 2.5"],
    ["a variant of OpenRouter", "https://openrouter.ai/api/v1", "anthropic/claude-sonnet-4.5:nitro", "3 15"],
    ["a maker under another name", "https://openrouter.ai/api/v1", "x-ai/grok-4", "3 15"],
    ["Azure", "https://mine.openai.azure.com/openai/v1", "gpt-4.1", "2 8"],
    ["the host's own price for another's model", "https://api.groq.com/openai/v1", "openai/gpt-oss-120b", "0.15 0.6"],
    ["a host's whole path", "https://api.fireworks.ai/v1", "accounts/fireworks/models/deepseek-v3", "0.9 0.9"],
  ])("is found by %s", (_name, baseUrl, model, price) => {
    expect(priceOf(baseUrl, model)).toBe(price);
  });

  it.each([
    ["another model whose name only begins alike", openai, "gpt-4o-realtime-preview"],
    ["a vendor's model at a host that belongs to another", "https://api.groq.com/openai/v1", "gpt-4o"],
    ["a maker that does not have it", elsewhere, "acme/gpt-4o"],
    ["a host of others' models, whose price is only its own", elsewhere, "llama-3.3-70b-versatile"],
    ["this computer", "http://localhost:11434/v1", "gpt-4o"],
    ["an address", "http://10.0.0.7:8000/v1", "mistral-small"],
    ["an IPv6 address", "http://[fd00::1]:8000/v1", "mistral-small"],
    ["a local name", "http://ollama:11434/v1", "deepseek-chat"],
    ["the demo", "demo://built-in", "gpt-4o"],
    ["no address", "", "gpt-4o"],
    ["no name", openai, ""],
    ["a name that is only a version", openai, "-latest"],
  ])("is unknown, not 0, for %s", (_name, baseUrl, model) => {
    expect(catalogue.match(baseUrl, model)).toBeNull();
  });

  it("is 0 for what OpenRouter gives away, and only there", () => {
    const model = "deepseek/deepseek-chat:free";
    expect(catalogue.match("https://openrouter.ai/api/v1", model)).toMatchObject({
      ...{ inputPrice: "0", outputPrice: "0", cachedInputPrice: null, contextWindow: 131072 },
      basis: "host",
    });
    expect(priceOf(elsewhere, model)).toBe("0.28 0.42");
  });

  it("says whether the provider is known or only the model", () => {
    expect(catalogue.match(openai, "gpt-4o")?.basis).toBe("host");
    expect(catalogue.match(elsewhere, "gpt-4o")?.basis).toBe("name");
  });

  it("comes with what the model can do", () => {
    expect(catalogue.match(openai, "o3-mini")).toMatchObject({
      ...{ inputPrice: "1.1", cachedInputPrice: "0.55", outputPrice: "4.4", cacheWritePrice: null, callPrice: null },
      contextWindow: 200_000,
      supports: { tools: true, vision: false },
    });
    expect(catalogue.match("https://api.cohere.com/v2", "rerank-v3.5")).toMatchObject({
      inputPrice: null,
      callPrice: "0.002",
    });
  });

  it("is unknown where two makers have a model of that name", () => {
    const two = file([
      { vendor: "one", models: ["same"], input: 1 },
      { vendor: "two", models: ["same"], input: 2 },
    ]);
    expect(priceOf(elsewhere, "same", two)).toBeNull();
    expect(priceOf(elsewhere, "two/same", two)).toBe("2 null");
  });
});

describe("a price file of one's own", () => {
  it("goes before the bundled prices and adds to them", () => {
    const own = file([{ vendor: "openai", models: ["gpt-4o", "gpt-9"], input: "1.5", output: 6 }], { note: "ours" });
    expect(own).toMatchObject({ source: "file", date: "2026-01-31", note: "ours" });
    expect(priceOf(openai, "gpt-4o", own)).toBe("1.5 6");
    expect(priceOf(openai, "gpt-9", own)).toBe("1.5 6");
    expect(priceOf(openai, "gpt-4o-mini", own)).toBe("0.15 0.6");
    expect(own.entries).toHaveLength(bundled.entries.length + 1);
    expect(own.entries[0]).toMatchObject({ vendor: "openai", source: "file" });
  });

  it("stands alone if it says so", () => {
    const own = file([{ vendor: "openai", models: ["gpt-9"], input: 1 }], { extendsBundled: false });
    expect(priceOf(openai, "gpt-4o", own)).toBeNull();
    expect(own.entries).toHaveLength(1);
  });

  it("can price a provider by its host, also one in the own network", () => {
    const own = file([{ vendor: "ollama", models: ["llama3.1:8b"], input: "0.01", output: "0.02" }]);
    expect(own.match("http://ollama:11434/v1", "llama3.1:8b")).toMatchObject({ inputPrice: "0.01", basis: "host" });
  });

  it.each([
    ["a negative price", { input: -1 }],
    ["a price finer than a nano-dollar", { input: "0.0000000001" }],
    ["a price that is no number", { input: "cheap" }],
    ["a member nobody knows", { inputt: 1 }],
    ["a context window of half a token", { contextWindow: 0.5 }],
    ["no model", { models: [] }],
  ])("is refused with %s", (_name, more) => {
    expect(() => file([{ vendor: "openai", models: ["m"], ...more }])).toThrow();
  });
});
