import { describe, expect, it } from "vitest";
import { ImportInput, type PlannedModel } from "@/lib/schemas/model-import";
import { chosenModels, draftRows, emptyDraft, type ImportDraft, inputOf, isUnpriced, patternsOf } from "./draft";

const none = { inputPrice: null, outputPrice: null, cachedInputPrice: null, cacheWritePrice: null, callPrice: null };
const match = { ...none, vendor: "openai", model: "gpt-4o", basis: "name" as const, contextWindow: null, supports: {} };
const planned = (model: string, more: Partial<PlannedModel> = {}): PlannedModel => ({
  ...{ model, name: model, alias: model, ownedBy: null, prices: none, ownPrices: null, priceSource: null },
  ...{ match: null, contextWindow: null, supports: {}, group: null },
  ...more,
});
const draft = (changes: Partial<ImportDraft>): ImportDraft => ({ ...emptyDraft, ...changes });
const provider = { name: "router", taken: new Set(["there"]) };

describe("filters as they are typed", () => {
  it("stand between commas, spaces and lines, also full-width ones, each once", () => {
    expect(patternsOf(" gpt-5*,claude\nqwen，glm、gpt-5* ；o3 ")).toEqual(["gpt-5*", "claude", "qwen", "glm", "o3"]);
    expect(patternsOf("  ")).toEqual([]);
  });

  it("take back what was chosen before, and give it back when they go", () => {
    const models = [planned("gpt-4o"), planned("claude")];
    const chosen = draft({ chosen: ["gpt-4o", "claude", "gone"] });
    expect(chosenModels(models, { ...chosen, include: "claude" }).map(({ model }) => model)).toEqual(["claude"]);
    expect(chosenModels(models, chosen)).toHaveLength(2);
  });
});

describe("names", () => {
  it("follow the pattern until one is typed", () => {
    const rows = draftRows(
      [planned("a/x", { alias: "x" }), planned("a/y")],
      draft({ alias: "{provider}.{last}", edits: { "a/y": { name: "mine" } } }),
      provider,
    );
    expect(rows.map(({ name }) => name)).toEqual(["router.x", "mine"]);
  });

  it("that are taken, shared or empty say so, and are good again when they differ", () => {
    const models = [planned("a"), planned("b"), planned("c"), planned("d")];
    const edits = { a: { name: "there" }, b: { name: "same" }, c: { name: " same " }, d: { name: " " } };
    const problems = (draft: ImportDraft) => draftRows(models, draft, provider).map(({ nameProblem }) => nameProblem);
    expect(problems(draft({ edits }))).toEqual(["taken", "twice", "twice", "empty"]);
    expect(problems(emptyDraft)).toEqual([null, null, null, null]);
  });
});

describe("prices", () => {
  const own = { ...none, inputPrice: "9", outputPrice: "19" };
  const both = planned("gpt-4o", { ownPrices: own, match: { ...match, inputPrice: "2.5", outputPrice: "10" } });

  it.each([
    ["known", "9", "provider"],
    ["provider", "9", "provider"],
    ["catalogue", "2.5", "name"],
    ["none", "", null],
  ] as const)("from %s are %j", (prices, inputPrice, source) => {
    expect(draftRows([both], draft({ prices }), provider)).toMatchObject([{ prices: { inputPrice }, source }]);
  });

  it("that are typed stay whatever the source, and a wrong one says so", () => {
    const edits = { "gpt-4o": { inputPrice: "cheap" } };
    expect(draftRows([both], draft({ edits }), provider)).toMatchObject([
      { prices: { inputPrice: "cheap", outputPrice: "19" }, source: "typed", priceProblems: ["inputPrice"] },
    ]);
  });

  it("that nobody knows are counted, those by the call are not", () => {
    const rows = draftRows(
      [planned("x"), planned("y", { match: { ...match, callPrice: "0.01" } })],
      emptyDraft,
      provider,
    );
    expect(rows.map(isUnpriced)).toEqual([true, false]);
  });
});

describe("what is asked of the server", () => {
  it("is understood by it, with only what was typed", () => {
    const chosen = draft({
      ...{ include: "gpt", exclude: "mini", alias: " {last} ", update: ["dep_1"], disable: ["dep_2"] },
      edits: { a: { name: " mine ", inputPrice: "", outputPrice: " 2 " }, elsewhere: { name: "no" } },
      groups: { mode: "one", name: " chat ", priority: 2, weight: 3 },
    });
    const rows = draftRows([planned("a"), planned("b")], chosen, provider);
    const input = inputOf(chosen, rows, true);
    expect(input).toEqual({
      ...{ include: ["gpt"], exclude: ["mini"], models: ["a", "b"], alias: "{last}", prices: "known" },
      edits: [{ model: "a", name: "mine", inputPrice: null, outputPrice: "2" }],
      ...{ update: ["dep_1"], disable: ["dep_2"], dryRun: true },
      groups: { mode: "one", name: "chat", priority: 2, weight: 3 },
    });
    expect(ImportInput.safeParse(input).error).toBeUndefined();
    for (const mode of ["none", "each"] as const)
      expect(ImportInput.safeParse(inputOf(draft({ groups: { ...chosen.groups, mode } }), rows, false)).success).toBe(
        true,
      );
  });
});
