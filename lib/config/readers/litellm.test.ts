import { describe, expect, test } from "vitest";
import type { ReaderResult } from "../reader.ts";
import { readLiteLlm } from "./litellm.ts";

function read(text: string, env: Record<string, string> = {}): ReaderResult {
  return readLiteLlm({ content: Buffer.from(text), env, options: {} }) as ReaderResult;
}
const codes = (list: { code: string }[]) => list.map(({ code }) => code);
/** A configuration of one deployment with these parameters, as lines of YAML. */
const one = (params: string, rest = "") =>
  read(`model_list:
  - model_name: m
    litellm_params:
${params
  .split("\n")
  .map((line) => `      ${line}`)
  .join("\n")}
${rest}`);

const example = `
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: azure/gpt-4o-eu
      api_base: https://eu.openai.azure.com/
      api_key: os.environ/AZURE_EU_KEY
      api_version: "2024-10-21"
      rpm: 6
      weight: 3
    model_info:
      max_input_tokens: 128000
      supports_vision: false
      input_cost_per_token: 0.0000025
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: sk-literal
      order: 2
      output_cost_per_token: 1.0e-05
  - model_name: claude
    litellm_params:
      model: anthropic/claude-x
      api_key: os.environ/OWN
      max_parallel_requests: 4
router_settings:
  routing_strategy: latency-based-routing
  num_retries: 2
  timeout: 30
  allowed_fails: 3
  model_group_alias: { "gpt-4": gpt-4o, hidden: { model: claude, hidden: true } }
  fallbacks: [{ gpt-4o: [claude] }]
  redis_host: localhost
litellm_settings:
  drop_params: true
general_settings:
  master_key: os.environ/MASTER
environment_variables:
  OWN: sk-own
`;

describe("LiteLLM's config.yaml", () => {
  test("deployments of one model_name are members of one group; everything arrives where it belongs", () => {
    const { document, problems, notes } = read(example, { MASTER: "sk-master" });
    expect(problems).toEqual([]);
    expect(document).toEqual({
      providers: [
        {
          name: "Azure OpenAI",
          protocol: "azure",
          preset: "azure",
          baseUrl: "https://eu.openai.azure.com/",
          apiVersion: "2024-10-21",
          timeouts: { firstTokenMs: 30_000, firstByteMs: 30_000 },
          retries: 2,
          credentials: [{ name: "default", secret: `\${AZURE_EU_KEY}` }],
          deployments: [
            {
              name: "gpt-4o-eu",
              model: "gpt-4o-eu",
              inputPrice: 2.5,
              contextWindow: 128_000,
              supports: { vision: false },
              quota: { requestsPerPeriod: 6, tokensPerPeriod: null, periodCron: "* * * * *" },
            },
          ],
        },
        {
          name: "OpenAI",
          protocol: "openai",
          preset: "openai",
          baseUrl: "https://api.openai.com/v1",
          timeouts: { firstTokenMs: 30_000, firstByteMs: 30_000 },
          retries: 2,
          credentials: [{ name: "default", secret: "sk-literal" }],
          deployments: [{ name: "gpt-4o", model: "gpt-4o", outputPrice: 10 }],
        },
        {
          name: "Anthropic",
          protocol: "anthropic",
          preset: "anthropic",
          baseUrl: "https://api.anthropic.com/v1",
          timeouts: { firstTokenMs: 30_000, firstByteMs: 30_000 },
          retries: 2,
          credentials: [{ name: "default", secret: "sk-own" }],
          deployments: [{ name: "claude-x", model: "claude-x", maxConcurrent: 4 }],
        },
      ],
      groups: [
        {
          name: "gpt-4o",
          strategy: "fastest",
          aliases: ["gpt-4"],
          members: [
            { provider: "Azure OpenAI", deployment: "gpt-4o-eu", priority: 1, weight: 3 },
            { provider: "OpenAI", deployment: "gpt-4o", priority: 2, weight: 1 },
            { provider: "Anthropic", deployment: "claude-x", priority: 3, weight: 1 },
          ],
        },
        {
          name: "claude",
          strategy: "fastest",
          aliases: ["hidden"],
          members: [{ provider: "Anthropic", deployment: "claude-x", priority: 1, weight: 1 }],
        },
      ],
      keys: [{ name: "LiteLLM master key", key: `\${MASTER}`, groups: ["*"] }],
      settings: { failureThreshold: 4, failureWindowMinutes: 1 },
    });
    expect(notes.map(({ code, path }) => [code, path])).toEqual([
      ["master_key_as_client_key", "general_settings.master_key"],
      ["ignored_field", "router_settings.redis_host"],
      ["ignored_field", "litellm_settings.drop_params"],
    ]);
  });

  test("a key that is not named is the vendor's own variable where that is set, and missed where it is not", () => {
    const text = "model_list: [{model_name: m, litellm_params: {model: groq/llama}}]";
    const set = read(text, { GROQ_API_KEY: "gsk" });
    expect(set.document?.providers?.[0]?.credentials).toEqual([{ name: "default", secret: `\${GROQ_API_KEY}` }]);
    const missing = read(text);
    expect(missing.document?.providers?.[0]).not.toHaveProperty("credentials");
    expect(missing.notes).toContainEqual(expect.objectContaining({ code: "secret_missing", params: { name: "Groq" } }));
  });

  test("prefixes say the vendor; addresses of one's own make a provider called by its host", () => {
    const provider = (params: string) => {
      const found = one(params).document?.providers?.[0];
      return [found?.name, found?.protocol, found?.preset, found?.baseUrl, found?.deployments?.[0]?.model];
    };
    expect(provider("model: gpt-4o")).toEqual(["OpenAI", "openai", "openai", "https://api.openai.com/v1", "gpt-4o"]);
    expect(provider("model: claude-x")[1]).toBe("anthropic");
    expect(provider("model: openai/org/model\napi_base: http://10.0.0.5:9000/v1")).toEqual([
      "10.0.0.5",
      "openai",
      null,
      "http://10.0.0.5:9000/v1",
      "org/model",
    ]);
    expect(provider("model: ollama/llama3\napi_base: http://box:11434")).toEqual([
      "Ollama",
      "openai",
      "ollama",
      "http://box:11434/v1",
      "llama3",
    ]);
    expect(provider("model: openrouter/vendor/model")[4]).toBe("vendor/model");
    expect(provider("model: some/model\ncustom_llm_provider: together_ai")).toEqual([
      "Together AI",
      "openai",
      "together",
      "https://api.together.xyz/v1",
      "some/model",
    ]);
    expect(provider("model: gemini/gemini-x")[3]).toBe("https://generativelanguage.googleapis.com/v1beta");
  });

  test("strategies keep their meaning; one that has no counterpart is replaced, and it is said", () => {
    const strategy = (name: string) => {
      const { document, notes } = one("model: gpt-4o\napi_key: k", `router_settings: {routing_strategy: ${name}}`);
      return [document?.groups?.[0]?.strategy, codes(notes).includes("strategy_replaced")];
    };
    expect(strategy("simple-shuffle")).toEqual(["weighted", false]);
    expect(strategy("least-busy")).toEqual(["least_busy", false]);
    expect(strategy("usage-based-routing-v2")).toEqual(["most_quota", false]);
    expect(strategy("cost-based-routing")).toEqual(["cheapest", false]);
    expect(strategy("lar1")).toEqual(["weighted", true]);
  });

  test("weights that are parts of one keep their proportions", () => {
    const { document } = read(`model_list:
  - {model_name: m, litellm_params: {model: openai/a, api_key: k, weight: 0.7}}
  - {model_name: m, litellm_params: {model: openai/b, api_key: k, weight: 0.3}}`);
    expect(document?.groups?.[0]?.members?.map(({ weight }) => weight)).toEqual([700, 300]);
    expect(document?.providers).toHaveLength(1);
  });

  test("wildcards, vendors of other protocols and unknown fallbacks stay behind, and it is said", () => {
    const { document, problems, notes } = read(`model_list:
  - {model_name: "openai/*", litellm_params: {model: "openai/*", api_key: k}}
  - {model_name: b, litellm_params: {model: bedrock/anthropic.claude, aws_region_name: eu}}
  - {model_name: m, litellm_params: {model: gpt-4o, api_key: k, temperature: 0.2, num_retries: 9}}
litellm_settings:
  default_fallbacks: [nowhere]
router_settings:
  model_group_alias: {m: m, x: nowhere}
`);
    expect(problems).toEqual([]);
    expect(document?.groups?.map(({ name }) => name)).toEqual(["m"]);
    expect(document?.providers?.[0]?.retries).toBe(5);
    expect(codes(notes).sort()).toEqual([
      "alias_taken",
      "ignored_field",
      "no_client_key",
      "retries_limited",
      "unknown_model",
      "unknown_model",
      "unsupported_vendor",
      "wildcard_model",
    ]);
  });

  test("a master key whose variable is not set here does not stand in the way", () => {
    const { document, notes } = read(example);
    expect(document?.keys).toBeUndefined();
    expect(codes(notes)).toContain("no_client_key");
  });
});

describe("what is wrong with it is said, all of it", () => {
  test("wrong kinds and missing fields, with their lines", () => {
    const { problems } = read(`model_list:
  - model_name: a
    litellm_params:
      model: azure/x
      rpm: many
  - model_name: b
  - 5
  - model_name: c
    litellm_params: {model: azure/y, api_base: "https://y.example.com", api_version: os.environ/ENCRYPTION_KEY}
router_settings: [1]
litellm_settings: {fallbacks: yes-please}
`);
    const told = problems.map(({ path, code, line }) => `${line} ${path} ${code}`);
    expect(told.sort()).toEqual([
      "10 router_settings wrong_type",
      "11 litellm_settings.fallbacks wrong_type",
      "4 model_list[0].litellm_params.api_base required",
      "5 model_list[0].litellm_params.rpm wrong_type",
      "6 model_list[1].litellm_params.model required",
      "7 model_list[2] wrong_type",
      "9 model_list[3].litellm_params.api_version bad_value",
    ]);
  });

  test("a variable of the server never gets into a field that is shown", () => {
    const env = { ENCRYPTION_KEY: "the-master-key-itself" };
    const text = `model_list: [{model_name: os.environ/ENCRYPTION_KEY, litellm_params: {model: os.environ/ENCRYPTION_KEY,
      api_base: os.environ/ENCRYPTION_KEY, api_key: os.environ/ENCRYPTION_KEY}}]`;
    expect(JSON.stringify(read(text, env))).not.toContain("the-master-key-itself");
  });

  test("an alias bomb, a broken text and another kind of document are refused", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
      .split("")
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[i]}`).join(",")}]`)
      .join("\n")}\nmodel_list: *j`;
    const started = performance.now();
    expect(read(bomb)).toMatchObject({ document: null, problems: [{ code: "too_many_aliases" }] });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(read("model_list: [")).toMatchObject({ document: null, problems: [{ code: "unreadable", line: 1 }] });
    expect(read("providers: []")).toMatchObject({ document: null, problems: [{ code: "not_this_format" }] });
    expect(codes(read("model_list: []").problems)).toEqual(["nothing_in_it"]);
  });

  test("ten thousand deployments end soon", () => {
    const list = Array.from({ length: 10_000 }, (_, i) => ({
      model_name: "m",
      litellm_params: { model: `openai/m${i}`, api_key: "k" },
    }));
    const started = performance.now();
    const text = JSON.stringify({ model_list: list, router_settings: { fallbacks: [{ m: Array(20).fill("m") }] } });
    expect(read(text).document?.groups?.[0]?.members).toHaveLength(10_000);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
