import { describe, expect, it } from "vitest";
import { listedModels, modelBody, modelListBody } from "./model-list.ts";
import { makeCatalog, makeDeployment, makeGroup, makeKey, makeProvider } from "./testing/gateway-kit.ts";

const member = (deploymentId: string) => ({ deploymentId, priority: 1, weight: 1, enabled: true });
const catalog = makeCatalog({
  providers: [makeProvider("P1"), makeProvider("P2")],
  deployments: [makeDeployment("P1", { contextWindow: 8000 }), makeDeployment("P2", { contextWindow: 4000 })],
  groups: [
    makeGroup([member("dep_P1"), member("dep_P2")], { id: "grp_both", name: "both", createdAt: 1_700_000_000_500 }),
    makeGroup([member("dep_P2")], { id: "grp_second", name: "second" }),
    makeGroup([member("dep_P1")], { id: "grp_off", name: "off", enabled: false }),
  ],
});
const ids = (models: { id: string }[]) => models.map(({ id }) => id);

describe("the models a key may name", () => {
  it("are its groups that are switched on, and raw models only with that right", () => {
    expect(ids(listedModels(catalog, makeKey()))).toEqual(["both", "second"]);
    expect(ids(listedModels(catalog, makeKey({ groups: ["grp_second"] })))).toEqual(["second"]);
    expect(ids(listedModels(catalog, makeKey({ allowRawModels: true })))).toEqual([
      "both",
      "model-p1",
      "model-p2",
      "second",
    ]);
    expect(ids(listedModels(catalog, null))).toContain("model-p1");
  });

  it("can be those of one provider only", () => {
    expect(ids(listedModels(catalog, makeKey(), new Set(["prv_P1"])))).toEqual(["both"]);
    expect(ids(listedModels(catalog, makeKey({ allowRawModels: true }), new Set(["prv_P2"])))).toEqual([
      "both",
      "model-p2",
      "second",
    ]);
  });
});

describe("a model in the shape of each family", () => {
  const [both] = listedModels(catalog, makeKey());
  if (!both) throw new Error("the list is empty");

  it("is OpenAI's object", () => {
    expect(modelBody(both, "openai")).toEqual({
      id: "both",
      object: "model",
      created: 1_700_000_000,
      owned_by: "sluice",
    });
  });

  it("is Anthropic's, with the time it was made and the longest prompt", () => {
    expect(modelBody(both, "anthropic")).toMatchObject({
      type: "model",
      id: "both",
      display_name: "both",
      created_at: "2023-11-14T22:13:20Z",
      max_input_tokens: 8000,
    });
  });

  it("is Google's, and says no limit where none is known", () => {
    expect(modelBody(both, "gemini")).toEqual({
      name: "models/both",
      version: "1",
      displayName: "both",
      inputTokenLimit: 8000,
      supportedGenerationMethods: ["generateContent", "streamGenerateContent", "countTokens"],
    });
    expect(modelBody({ id: "x", createdAt: 0, contextWindow: null }, "gemini")).not.toHaveProperty("inputTokenLimit");
  });
});

describe("pages of models", () => {
  const many = Array.from({ length: 25 }, (_, n) => ({
    id: `m${String(n).padStart(2, "0")}`,
    createdAt: 0,
    contextWindow: null,
  }));
  type Page = { data: { id: string }[]; has_more: boolean; first_id: string | null; last_id: string | null };
  const anthropic = (query: string) => modelListBody(many, "anthropic", query) as Page;

  it("hold twenty for Anthropic's clients, and go on after the last id and before the first", () => {
    const first = anthropic("");
    expect(first).toMatchObject({ has_more: true, first_id: "m00", last_id: "m19" });
    expect(first.data).toHaveLength(20);
    expect(anthropic(`after_id=${first.last_id}`)).toMatchObject({
      has_more: false,
      first_id: "m20",
      last_id: "m24",
    });
    const back = anthropic("before_id=m05&limit=3");
    expect(ids(back.data)).toEqual(["m02", "m03", "m04"]);
    expect(back.has_more).toBe(true);
    expect(modelListBody([], "anthropic", "")).toEqual({ data: [], has_more: false, first_id: null, last_id: null });
  });

  it("go on for Google's clients by the token of the page before, and end without one", () => {
    type List = { models: { name: string }[]; nextPageToken?: string };
    const first = modelListBody(many, "gemini", "pageSize=20") as List;
    expect(first.models).toHaveLength(20);
    const last = modelListBody(many, "gemini", `pageSize=20&pageToken=${first.nextPageToken}`) as List;
    expect(last.models.map(({ name }) => name)).toEqual([20, 21, 22, 23, 24].map((n) => `models/m${n}`));
    expect(last).not.toHaveProperty("nextPageToken");
  });

  it("refuse sizes that are none, naming the parameter", () => {
    expect(() => anthropic("limit=0")).toThrow(expect.objectContaining({ code: "invalid_type", param: "limit" }));
    expect(() => modelListBody(many, "gemini", "pageSize=x")).toThrow(expect.objectContaining({ param: "pageSize" }));
    expect(() => anthropic("after_id=a&before_id=b")).toThrow(expect.objectContaining({ code: "invalid_type" }));
    expect(anthropic("limit=5000").data).toHaveLength(25);
  });
});
