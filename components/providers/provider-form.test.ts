import { describe, expect, it } from "vitest";
import { presetOf } from "@/lib/presets/presets";
import type { ProviderView } from "@/lib/schemas/providers";
import { hiddenValue } from "@/lib/secret-headers";
import {
  addressOf,
  createBody,
  draftOf,
  hostOf,
  movesOrigin,
  type ProviderDraft,
  pastedModel,
  patchBody,
  storedAddress,
  typedOver,
  withAddress,
} from "./provider-form";

const provider: ProviderView = {
  id: "prv_1",
  name: "openai",
  protocol: "openai",
  baseUrl: "https://api.openai.com/v1",
  apiVersion: null,
  preset: "openai",
  wireApi: "auto",
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
  tags: ["eu", "cheap"],
  enabled: true,
  source: "console",
  deployments: [],
  version: 4,
  createdAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
};

const custom = { preset: null, takenNames: [] };
const fromPreset = (id: string, takenNames: string[] = []) => ({ preset: presetOf(id), takenNames });
const typed = (baseUrl: string, change: Partial<ProviderDraft> = {}) => ({ ...draftOf(custom), baseUrl, ...change });

describe("the provider form", () => {
  it("S34 – says where a pasted endpoint address will be stored", () => {
    const stored = (baseUrl: string) => storedAddress(typed(baseUrl), custom);
    expect(stored("https://api.example.com/v1/chat/completions")).toBe("https://api.example.com/v1");
    expect(stored("http://10.0.0.5:8000")).toBe("http://10.0.0.5:8000/v1");
    expect(stored("https://api.example.com/v1")).toBeNull();
    expect(stored("not an address")).toBeNull();
  });

  it("names the host a key is sent to, with its port", () => {
    expect(hostOf(typed("http://127.0.0.1:11434/v1"), custom)).toBe("127.0.0.1:11434");
    expect(hostOf(typed("api.example"), custom)).toBeNull();
  });

  it("asks for secrets again only when the origin changes", () => {
    const moves = (baseUrl: string) => movesOrigin(provider, { ...draftOf({ provider }), baseUrl });
    expect(moves("https://api.openai.com/v2")).toBe(false);
    expect(moves("http://api.openai.com/v1")).toBe(true);
    expect(moves("https://eu.api.openai.com/v1")).toBe(true);
  });

  it("S35 – sends nothing of the credentials while the origin stays, and every one of them when it changes", () => {
    const draft = draftOf({ provider });
    expect(patchBody(draft, provider)).toEqual({
      name: "openai",
      protocol: "openai",
      baseUrl: "https://api.openai.com/v1",
      apiVersion: null,
      wireApi: "auto",
      headers: { "x-team": "blue" },
      timeouts: { idleMs: 30_000 },
      retries: 2,
      maxInFlight: null,
      tags: ["eu", "cheap"],
      version: 4,
    });
    const moved = { ...draft, baseUrl: "https://other.example/v1", secrets: { crd_1: "sk-new" } };
    expect(patchBody(moved, provider).credentials).toEqual([{ id: "crd_1", secret: "sk-new" }]);
  });

  it("leaves out a blank key and blank header rows", () => {
    const draft = typed("http://127.0.0.1:8000/v1", { name: "local", apiKey: "  " });
    const body = createBody({ ...draft, headers: [{ id: 0, name: "", value: "" }] }, custom);
    expect(body).not.toHaveProperty("apiKey");
    expect(body).toMatchObject({ headers: {}, preset: null });
  });

  it("starts with all that a preset knows, under a name that is free", () => {
    const start = fromPreset("moonshot-anthropic", ["Moonshot AI (Anthropic API)"]);
    const body = createBody({ ...draftOf(start), apiKey: "sk-key" }, start);
    expect(body).toMatchObject({
      name: "Moonshot AI (Anthropic API) 2",
      preset: "moonshot-anthropic",
      protocol: "anthropic",
      baseUrl: "https://api.moonshot.ai/anthropic/v1",
      headers: { Authorization: "Bearer {{api_key}}" },
      apiKey: "sk-key",
    });
    expect(draftOf(fromPreset("openai", ["OpenAI", "OpenAI 2"])).name).toBe("OpenAI 3");
  });

  it("keeps the address of a preset that answers at the root", () => {
    const start = fromPreset("perplexity");
    expect(addressOf(draftOf(start), start)).toBe("https://api.perplexity.ai");
  });

  it("fills in the blank of a preset, or takes a whole address in its place", () => {
    const start = fromPreset("azure");
    const draft = draftOf(start);
    expect(draft.baseUrl).toBe("");
    expect(addressOf({ ...draft, baseUrl: "contoso" }, start)).toBe("https://contoso.openai.azure.com");
    const whole = "https://contoso.cognitiveservices.azure.com";
    expect(addressOf({ ...draft, baseUrl: whole }, start)).toBe(whole);
    const gateway = fromPreset("litellm");
    const at = (baseUrl: string) => addressOf({ ...draftOf(gateway), baseUrl }, gateway);
    expect(at("ai.example.com:8443/")).toBe("https://ai.example.com:8443/v1");
    expect(at("http://10.0.0.5:4000")).toBe("http://10.0.0.5:4000/v1");
  });

  it("S34 – takes version and deployment out of a pasted Azure address, and adds the deployment when asked to", () => {
    const start = fromPreset("azure");
    const pasted = "https://contoso.openai.azure.com/openai/deployments/gpt-x/chat/completions?api-version=2024-10-21";
    const draft = withAddress({ ...draftOf(start), apiKey: "k" }, pasted);
    expect(draft.apiVersion).toBe("2024-10-21");
    expect(pastedModel(draft, start)).toBe("gpt-x");
    expect(storedAddress(draft, start)).toBe("https://contoso.openai.azure.com");
    const body = createBody(draft, start);
    expect(body).toMatchObject({ protocol: "azure", apiVersion: "2024-10-21", deployments: [{ model: "gpt-x" }] });
    expect(createBody({ ...draft, addModel: false }, start)).not.toHaveProperty("deployments");
  });

  it("sends a version to Azure alone, and a choice of OpenAI's formats only where there is one", () => {
    const other = { apiVersion: "2024-10-21", wireApi: "responses" as const };
    const body = createBody(typed("https://api.anthropic.com/v1", { ...other, protocol: "anthropic" }), custom);
    expect(body).toMatchObject({ apiVersion: null, wireApi: "auto" });
    expect(createBody(typed("https://a.example/v1", other), custom)).toMatchObject({ wireApi: "responses" });
  });
});

describe("values of headers that are secrets", () => {
  it("go back as they came unless somebody types another one, of which no dot is left", () => {
    expect(typedOver(hiddenValue, hiddenValue)).toBe(hiddenValue);
    expect(typedOver(hiddenValue, `${hiddenValue}new`)).toBe("new");
    expect(typedOver(hiddenValue, hiddenValue.slice(1))).toBe("");
    expect(typedOver("a•b", "a•bc")).toBe("a•bc");
  });
});
