import { describe, expect, it } from "vitest";
import type { ProviderView } from "@/lib/schemas/providers";
import { createBody, draftOf, hostOf, movesOrigin, patchBody, storedAddress } from "./provider-form";

const provider: ProviderView = {
  id: "prv_1",
  name: "openai",
  protocol: "openai",
  baseUrl: "https://api.openai.com/v1",
  apiVersion: null,
  credentials: [
    {
      id: "crd_1",
      name: "default",
      preview: "…a1B2",
      enabled: true,
      state: "ready",
      setAside: null,
      createdAt: "2026-11-01T00:00:00.000Z",
      updatedAt: "2026-11-01T00:00:00.000Z",
    },
  ],
  headers: { "x-team": "blue" },
  timeouts: { idleMs: 30_000 },
  retries: 2,
  maxInFlight: null,
  enabled: true,
  source: "console",
  deployments: [],
  version: 4,
  createdAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
};

describe("the provider form", () => {
  it("says where a pasted endpoint address will be stored", () => {
    expect(storedAddress("https://api.example.com/v1/chat/completions")).toBe("https://api.example.com/v1");
    expect(storedAddress("https://api.example.com/v1")).toBeNull();
    expect(storedAddress("not an address")).toBeNull();
  });

  it("names the host a key is sent to, with its port", () => {
    expect(hostOf("http://127.0.0.1:11434/v1")).toBe("127.0.0.1:11434");
    expect(hostOf("api.example")).toBeNull();
  });

  it("asks for secrets again only when the origin changes", () => {
    expect(movesOrigin(provider, "https://api.openai.com/v2")).toBe(false);
    expect(movesOrigin(provider, "http://api.openai.com/v1")).toBe(true);
    expect(movesOrigin(provider, "https://eu.api.openai.com/v1")).toBe(true);
  });

  it("sends nothing of the credentials while the origin stays, and every one of them when it changes", () => {
    const draft = draftOf(provider);
    expect(patchBody(draft, provider)).toEqual({
      name: "openai",
      baseUrl: "https://api.openai.com/v1",
      headers: { "x-team": "blue" },
      timeouts: { idleMs: 30_000 },
      retries: 2,
      maxInFlight: null,
      version: 4,
    });
    const moved = { ...draft, baseUrl: "https://other.example/v1", secrets: { crd_1: "sk-new" } };
    expect(patchBody(moved, provider).credentials).toEqual([{ id: "crd_1", secret: "sk-new" }]);
  });

  it("leaves out a blank key and blank header rows", () => {
    const draft = { ...draftOf(null), name: "local", baseUrl: "http://127.0.0.1:8000/v1", apiKey: "  " };
    const body = createBody({ ...draft, headers: [{ id: 0, name: "", value: "" }] });
    expect(body).not.toHaveProperty("apiKey");
    expect(body.headers).toEqual({});
  });
});
