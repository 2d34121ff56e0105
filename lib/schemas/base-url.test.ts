import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { protocols } from "../gateway/types.ts";
import { completeBaseUrl, normaliseBaseUrl, unfilledBlank } from "./base-url.ts";

const azure = "https://contoso.openai.azure.com";

describe("the base URL of a provider", () => {
  it.each([
    ["openai", "https://api.example/v1", "https://api.example/v1"],
    ["openai", " https://API.example:443/v1/ ", "https://api.example/v1"],
    ["openai", "https://api.example/v1/chat/completions", "https://api.example/v1"],
    ["openai", "https://api.example/v1/models/", "https://api.example/v1"],
    ["openai", "https://api.example/v1/audio/translations", "https://api.example/v1"],
    ["openai", "https://api.example/v1?key=1#x", "https://api.example/v1"],
    ["openai", "http://localhost:11434", "http://localhost:11434"],
    ["openai", "https://api.perplexity.ai/chat/completions", "https://api.perplexity.ai"],
    ["anthropic", "https://api.anthropic.com", "https://api.anthropic.com/v1"],
    ["anthropic", "https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1"],
    ["anthropic", "https://api.anthropic.com/v1/messages/count_tokens", "https://api.anthropic.com/v1"],
    ["anthropic", "https://api.deepseek.com/anthropic", "https://api.deepseek.com/anthropic/v1"],
    ["anthropic", "https://gateway.example/v1/acme/anthropic/", "https://gateway.example/v1/acme/anthropic/v1"],
    ["gemini", "https://generativelanguage.googleapis.com", "https://generativelanguage.googleapis.com/v1beta"],
    ["gemini", "https://g.example/v1beta/openai/", "https://g.example/v1beta"],
    ["gemini", "https://g.example/v1alpha", "https://g.example/v1alpha"],
    [
      "gemini",
      "https://a.example/v1/publishers/google/models/x:generateContent",
      "https://a.example/v1/publishers/google",
    ],
    ["azure", azure, azure],
    ["azure", `${azure}/openai/v1/`, azure],
    ["azure", `${azure}/openai`, azure],
    ["azure", "https://apim.example/ai/openai/deployments", "https://apim.example/ai"],
  ] as const)("S34 – %s: %s is stored as %s", (protocol, given, url) => {
    expect(normaliseBaseUrl(protocol, given)?.url).toBe(url);
  });

  it("says which model and version a pasted Azure address named", () => {
    const pasted = `${azure}/openai/deployments/gpt%204o/chat/completions?api-version=2024-10-21`;
    expect(normaliseBaseUrl("azure", pasted)).toEqual({ url: azure, model: "gpt 4o", apiVersion: "2024-10-21" });
    const v1 = `${azure}/openai/v1/responses?api-version=preview`;
    expect(normaliseBaseUrl("azure", v1)).toEqual({ url: azure, model: null, apiVersion: null });
    expect(normaliseBaseUrl("azure", `${azure}/openai?api-version=1%0a2`)?.apiVersion).toBeNull();
  });

  it("says which model a pasted Gemini address named", () => {
    const pasted = "https://g.example/v1beta/models/gemini-x:streamGenerateContent?alt=sse&key=secret";
    const found = normaliseBaseUrl("gemini", pasted);
    expect(found).toEqual({ url: "https://g.example/v1beta", model: "gemini-x", apiVersion: null });
  });

  it.each([
    "",
    "api.example/v1",
    "file:///etc/passwd",
    "ws://a.example",
    "https://u@a.example",
    "https://u:p@a.example",
    "http://",
    "https://{resource}.openai.azure.com",
    "https://api.cloudflare.com/client/v4/accounts/{account}/ai/v1",
  ])("cannot be %j", (given) => {
    for (const protocol of protocols) expect(normaliseBaseUrl(protocol, given)).toBeNull();
  });

  it("names the blank that is not filled in", () => {
    expect(unfilledBlank("https://{resource}.openai.azure.com")).toBe("{resource}");
    expect(unfilledBlank("https://contoso.openai.azure.com")).toBeNull();
  });

  it("stays as it is when it is stored again", () => {
    const segment = fc.constantFrom(
      "v1",
      "v1beta",
      "openai",
      "models",
      "messages",
      "deployments",
      "x",
      "chat",
      "",
      "a:b",
    );
    const path = fc.array(segment, { maxLength: 6 }).map((parts) => parts.map((part) => `/${part}`).join(""));
    fc.assert(
      fc.property(fc.constantFrom(...protocols), path, (protocol, given) => {
        const once = normaliseBaseUrl(protocol, `https://api.example${given}`)?.url ?? "";
        expect(normaliseBaseUrl(protocol, once)?.url).toBe(once);
      }),
    );
  });

  it("S34 – is completed with /v1 where a person typed only a host of an OpenAI-compatible server", () => {
    expect(completeBaseUrl("openai", "http://127.0.0.1:8000/")).toBe("http://127.0.0.1:8000/v1");
    expect(completeBaseUrl("openai", "https://api.example/v1")).toBe("https://api.example/v1");
    expect(completeBaseUrl("openai", "https://api.perplexity.ai/chat/completions")).toBe(
      "https://api.perplexity.ai/chat/completions",
    );
    expect(completeBaseUrl("azure", azure)).toBe(azure);
    expect(completeBaseUrl("openai", "https://{host}")).toBe("https://{host}");
  });
});
