import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PriceCatalogue } from "../catalogue/catalogue.ts";
import type { ListedModel, ModelList } from "../schemas/listed-models.ts";
import { ImportInput, type KnownConfiguration, type KnownDeployment } from "../schemas/model-import.ts";
import { planImport } from "./import-plan.ts";
import { differencesOf, worthTelling } from "./list-differences.ts";

const none = { inputPrice: null, outputPrice: null, cachedInputPrice: null, cacheWritePrice: null, callPrice: null };
const catalogue = new PriceCatalogue();
const openai = "https://api.openai.com/v1";

const model = (id: string, more: Partial<ListedModel> = {}): ListedModel => ({
  ...{ id, ownedBy: null, base: null, contextWindow: null, prices: null, supports: {} },
  ...more,
});
const listOf = (...models: (string | ListedModel)[]): ModelList => ({
  models: models.map((one) => (typeof one === "string" ? model(one) : one)),
  skipped: 0,
  complete: true,
});
const deployed = (name: string, more: Partial<KnownDeployment> = {}): KnownDeployment => ({
  ...{ id: `dep_${name}`, name, model: name, enabled: true, prices: none, contextWindow: null, groups: [] },
  supports: { tools: true, vision: true, jsonSchema: true },
  ...more,
});
const known = (deployments: KnownDeployment[] = [], groups: KnownConfiguration["groups"] = []): KnownConfiguration => ({
  provider: { id: "prv_1", name: "my router", baseUrl: openai },
  ...{ deployments, groups },
});
const group = (name: string, aliases: string[] = [], members = 0) => ({ id: `grp_${name}`, name, aliases, members });

function plan(list: ModelList, configuration: KnownConfiguration, input: unknown = {}) {
  return planImport({
    ...{ list, known: configuration, input: ImportInput.parse(input) },
    match: ({ id, base }) => catalogue.match(openai, base ?? id),
  });
}

describe("a plan", () => {
  it("tells what is new, what is there, and what has vanished", () => {
    const made = plan(listOf("a", "b"), known([deployed("b"), deployed("c", { groups: ["chat"] })]));
    expect(made).toMatchObject({
      added: [{ model: "a", name: "a", group: null }],
      unchanged: [{ deploymentId: "dep_b" }],
      vanished: [{ deploymentId: "dep_c", enabled: true, groups: ["chat"], applied: false }],
      ...{ changed: [], problems: [], leftOut: [] },
    });
  });

  it("says nothing has vanished of a list that is empty or not complete", () => {
    const configured = known([deployed("c")]);
    expect(plan(listOf(), configured).vanished).toEqual([]);
    expect(plan({ ...listOf("a"), complete: false }, configured).vanished).toEqual([]);
  });

  it("leaves out what the filters leave out, and says which one", () => {
    const { added, leftOut, vanished } = plan(listOf("gpt-4o", "gpt-4o-mini", "claude"), known([deployed("old")]), {
      ...{ include: ["GPT"], exclude: ["*-mini"] },
    });
    expect(added.map((one) => one.model)).toEqual(["gpt-4o"]);
    expect(leftOut).toEqual([
      { model: "gpt-4o-mini", reason: "excluded" },
      { model: "claude", reason: "not_included" },
    ]);
    // A filter is about what comes, so a model that is gone stays gone.
    expect(vanished).toHaveLength(1);
  });

  it("adds only chosen models where some are chosen, even those a filter leaves out, and names the unknown", () => {
    const { added, leftOut, problems } = plan(listOf("a", "b", "c"), known(), {
      ...{ models: ["a", "c", "nowhere"], exclude: ["c"] },
    });
    expect(added.map((one) => one.model)).toEqual(["a", "c"]);
    expect(leftOut).toEqual([{ model: "b", reason: "not_chosen" }]);
    expect(problems).toMatchObject([{ code: "not_listed", model: "nowhere" }]);
  });

  it("finds a model again by its upstream name, whatever its deployments are called", () => {
    const two = [deployed("one", { model: "a" }), deployed("two", { model: "a" })];
    expect(plan(listOf("a"), known(two), { alias: "x.{last}" })).toMatchObject({
      ...{ added: [], unchanged: [{ name: "one" }, { name: "two" }] },
    });
  });
});

describe("prices of a plan", () => {
  const own = { ...none, inputPrice: "9", outputPrice: "19" };

  it.each([
    ["known", { inputPrice: "9", cachedInputPrice: null }, "provider"],
    ["provider", { inputPrice: "9" }, "provider"],
    ["catalogue", { inputPrice: "2.5", cachedInputPrice: "1.25" }, "host"],
    ["none", { inputPrice: null }, null],
  ])("from %s", (prices, expected, priceSource) => {
    const { added } = plan(listOf(model("gpt-4o", { prices: own })), known(), { prices });
    expect(added[0]).toMatchObject({ prices: expected, priceSource, match: { model: "gpt-4o" } });
  });

  it("are typed where somebody typed them, also as unknown", () => {
    const { added } = plan(listOf("gpt-4o", "o3"), known(), {
      edits: [
        { model: "gpt-4o", inputPrice: "0.1", contextWindow: 1000, name: "mine" },
        { model: "o3", inputPrice: null, outputPrice: null, cachedInputPrice: null },
      ],
    });
    expect(added).toMatchObject([
      { name: "mine", prices: { inputPrice: "0.1", outputPrice: "10" }, priceSource: "typed", contextWindow: 1000 },
      { prices: none, priceSource: null },
    ]);
  });

  it("of Azure's deployments are those of the model behind their name", () => {
    const { added } = plan(listOf(model("prod-chat", { base: "gpt-4o" })), known(), { alias: "{alias}" });
    expect(added).toMatchObject([{ model: "prod-chat", name: "gpt-4o", prices: { inputPrice: "2.5" } }]);
  });

  it("that changed are told with what they were, and taken only where that is asked for", () => {
    const there = deployed("x", { prices: { ...own, outputPrice: "1" }, contextWindow: 100 });
    const list = listOf(model("x", { prices: own, contextWindow: 200, supports: { vision: false } }));
    const changes = [
      { field: "outputPrice", before: "1", after: "19" },
      { field: "contextWindow", before: 100, after: 200 },
      { field: "vision", before: true, after: false },
    ];
    expect(plan(list, known([there])).changed).toMatchObject([{ changes, applied: false }]);
    expect(plan(list, known([there]), { update: ["dep_x"] }).changed).toMatchObject([{ applied: true }]);
    expect(plan(list, known([there]), { update: "all" }).changed).toMatchObject([{ applied: true }]);
  });

  it("the list does not tell are no change", () => {
    const there = deployed("unheard-of", { prices: own, contextWindow: 100 });
    expect(plan(listOf("unheard-of"), known([there]))).toMatchObject({ changed: [], unchanged: [{}] });
  });
});

describe("names of a plan", () => {
  it("that a deployment has, or two models would share, are problems that name both", () => {
    const { problems } = plan(
      listOf("gpt-4o-2024-08-06", "gpt-4o-2024-05-13", "o3-2025-04-16"),
      known([deployed("o3", { model: "o3" })]),
      { alias: "{alias}" },
    );
    expect(problems).toMatchObject([
      { code: "name_twice", model: "gpt-4o-2024-05-13", other: "gpt-4o-2024-08-06", name: "gpt-4o" },
      { code: "name_taken", model: "o3-2025-04-16", other: "o3", name: "o3" },
    ]);
  });

  it("that are too long for a deployment are a problem", () => {
    const { problems } = plan(listOf("m".repeat(150)), known(), { alias: "{model}{model}" });
    expect(problems).toMatchObject([{ code: "name_unusable" }]);
  });
});

describe("groups of a plan", () => {
  it("are one for all, new or found by its name or alias", () => {
    const list = listOf("a", "b");
    expect(plan(list, known(), { groups: { mode: "one", name: "chat" } })).toMatchObject({
      ...{ added: [{ group: "chat" }, { group: "chat" }], groups: [{ name: "chat", isNew: true, adds: 2 }] },
    });
    const there = known([], [group("chat", ["talk"], 3)]);
    expect(plan(list, there, { groups: { mode: "one", name: "talk" } })).toMatchObject({
      ...{ added: [{ group: "chat" }, { group: "chat" }], groups: [{ name: "chat", isNew: false, adds: 2 }] },
    });
  });

  it("are one for each name, beside those that are there", () => {
    const made = plan(listOf("a", "b"), known([], [group("b")]), { groups: { mode: "each" } });
    expect(made.groups).toEqual([
      { name: "a", isNew: true, adds: 1 },
      { name: "b", isNew: false, adds: 1 },
    ]);
  });

  it("that cannot be called so, or would be too large, are problems", () => {
    expect(plan(listOf("a"), known(), { groups: { mode: "one", name: "*" } }).problems).toMatchObject([
      { code: "name_unusable", name: "*" },
    ]);
    expect(plan(listOf("a"), known(), { alias: "two {last}", groups: { mode: "each" } }).problems).toMatchObject([
      { code: "name_unusable", name: "two a" },
    ]);
    const full = known([], [group("chat", [], 1000)]);
    expect(plan(listOf("a"), full, { groups: { mode: "one", name: "chat" } }).problems).toMatchObject([
      { code: "group_full", name: "chat" },
    ]);
  });
});

describe("what is asked for by id", () => {
  it("switches off what has vanished and is still on", () => {
    const there = known([deployed("x"), deployed("off", { enabled: false })]);
    expect(plan(listOf("a"), there, { disable: "all" }).vanished).toMatchObject([
      { deploymentId: "dep_x", applied: true },
      { deploymentId: "dep_off", applied: false },
    ]);
  });

  it("is a problem where it has not vanished or is not in the list", () => {
    const { problems } = plan(listOf("x"), known([deployed("x")]), { disable: ["dep_x"], update: ["dep_gone"] });
    expect(problems).toMatchObject([
      { code: "unknown_deployment", name: "dep_gone" },
      { code: "unknown_deployment", name: "dep_x" },
    ]);
  });
});

it("a second import of the same list has nothing to do", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9./-]{0,12}$/), { maxLength: 20 });
  const listed = names.chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.record({
          id: fc.constant(id),
          contextWindow: fc.option(fc.integer({ min: 1, max: 1e6 })),
          price: fc.option(fc.constantFrom("0", "0.15", "3")),
        }),
      ),
    ),
  );
  fc.assert(
    fc.property(listed, (entries) => {
      const list = listOf(
        ...entries.map(({ id, contextWindow, price }) =>
          model(id, { contextWindow, prices: price === null ? null : { ...none, inputPrice: price } }),
        ),
      );
      const first = plan(list, known(), { alias: "x:{model}" });
      const after = first.added.map((one) =>
        deployed(one.name, {
          ...{ model: one.model, prices: one.prices, contextWindow: one.contextWindow },
          supports: { tools: true, vision: true, jsonSchema: true, ...one.supports },
        }),
      );
      const second = plan(list, known(after), { alias: "x:{model}", update: "all", disable: "all" });
      expect(second).toMatchObject({ added: [], changed: [], vanished: [], problems: [] });
      expect(second.unchanged).toHaveLength(entries.length);
    }),
    { numRuns: 50 },
  );
});

describe("what a look at a list tells", () => {
  const choice = ImportInput.parse({});
  const match = () => null;
  const there = known([deployed("a"), deployed("gone"), deployed("gone-and-off", { enabled: false })]);
  const all = differencesOf({ list: listOf("a", "new"), known: there, choice, match });

  it("is new models and vanished ones that are still in use, each with a mark of its own", () => {
    expect(all).toMatchObject([
      { kind: "added", model: "new" },
      { kind: "vanished", deploymentId: "dep_gone" },
    ]);
    expect(new Set(all.map(({ mark }) => mark)).size).toBe(2);
  });

  it("leaves out at the first look the models nobody chose", () => {
    const { suggestions, dismissed } = worthTelling(all, { dismissed: [], firstLook: true });
    expect(suggestions.map(({ kind }) => kind)).toEqual(["vanished"]);
    expect(dismissed).toEqual(["added new"]);
  });

  it("is not told again once dismissed, until it ended and came back", () => {
    const dismissed = all.map(({ mark }) => mark);
    expect(worthTelling(all, { dismissed, firstLook: false }).suggestions).toEqual([]);
    const ended = worthTelling([], { dismissed, firstLook: false });
    expect(ended.dismissed).toEqual([]);
    expect(worthTelling(all, { ...ended, firstLook: false }).suggestions).toEqual(all);
  });

  it("is told again when a price changes once more", () => {
    const at = (inputPrice: string) =>
      differencesOf({
        list: listOf(model("a", { prices: { ...none, inputPrice } })),
        known: known([deployed("a")]),
        choice,
        match,
      });
    const dismissed = at("1").map(({ mark }) => mark);
    expect(worthTelling(at("1"), { dismissed, firstLook: false }).suggestions).toHaveLength(0);
    expect(worthTelling(at("2"), { dismissed, firstLook: false }).suggestions).toHaveLength(1);
  });
});
