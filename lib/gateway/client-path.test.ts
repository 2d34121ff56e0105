import { describe, expect, it } from "vitest";
import { readClientPath } from "./client-path.ts";

const openai = (below: string, provider: string | null = null) => ({ below, family: "openai", provider });

describe("the paths of the data plane", () => {
  it("are the same below /v1 and /api/v1", () => {
    for (const prefix of ["/v1", "/api/v1"]) {
      expect(readClientPath(prefix)).toEqual(openai(""));
      expect(readClientPath(`${prefix}/`)).toEqual(openai(""));
      expect(readClientPath(`${prefix}/chat/completions`)).toEqual(openai("/chat/completions"));
      expect(readClientPath(`${prefix}/models/a%2Fb/`)).toEqual(openai("/models/a%2Fb"));
    }
  });

  it("belong to Anthropic below /messages, and nowhere else", () => {
    expect(readClientPath("/v1/messages")?.family).toBe("anthropic");
    expect(readClientPath("/v1/messages/count_tokens")?.family).toBe("anthropic");
    expect(readClientPath("/v1/messages/batches")?.family).toBe("anthropic");
    expect(readClientPath("/v1/messagesque")?.family).toBe("openai");
  });

  it("belong to Google below /v1beta, and where a method follows a model", () => {
    expect(readClientPath("/v1beta/models/m:generateContent")).toEqual({
      below: "/models/m:generateContent",
      family: "gemini",
      provider: null,
    });
    expect(readClientPath("/api/v1beta/models")?.family).toBe("gemini");
    expect(readClientPath("/v1/models/m:streamGenerateContent")?.family).toBe("gemini");
    // Tags of local models look alike.
    expect(readClientPath("/v1/models/llama3:8b")?.family).toBe("openai");
  });

  it("name one provider below /api/proxy, with the version or without", () => {
    expect(readClientPath("/api/proxy/openai/chat/completions")).toEqual(openai("/chat/completions", "openai"));
    expect(readClientPath("/api/proxy/My%20Azure/v1/embeddings")).toEqual(openai("/embeddings", "My Azure"));
    expect(readClientPath("/api/proxy/a%2Fb/models")).toEqual(openai("/models", "a/b"));
    expect(readClientPath("/api/proxy/%E0%A4/models")).toEqual(openai("/models", "%E0%A4"));
    expect(readClientPath("/api/proxy/g/v1beta/models")?.family).toBe("gemini");
    expect(readClientPath("/api/proxy/openai")).toEqual(openai("", "openai"));
    expect(readClientPath("/api/proxy/")).toBeNull();
  });

  it("have old names without a version", () => {
    expect(readClientPath("/api/chat/completions")).toEqual(openai("/chat/completions"));
    expect(readClientPath("/api/models")).toEqual(openai("/models"));
    expect(readClientPath("/api/providers/capabilities")).toEqual(openai("/providers/capabilities"));
  });

  it("leave everything else to the console", () => {
    for (const path of [
      "/",
      "/v1x",
      "/v10/models",
      "/api",
      "/api/v1betas",
      "/api/admin/keys",
      "/providers",
      "/constructor",
    ])
      expect(readClientPath(path), path).toBeNull();
  });
});
