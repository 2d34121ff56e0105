import { describe, expect, it } from "vitest";
import { presets } from "@/lib/presets/presets";
import { searchPresets } from "./preset-search";

const found = (query: string) =>
  searchPresets(presets, query).flatMap((section) => section.presets.map(({ id }) => id));

describe("the search for a preset", () => {
  it("finds a vendor by its product, its host and its name in other languages", () => {
    expect(found("claude")).toEqual(["anthropic"]);
    expect(found("dashscope-intl")).toEqual(["qwen"]);
    expect(found("通义")).toEqual(["qwen-cn", "qwen-anthropic"]);
    expect(found("硅基流动")).toEqual(["siliconflow-cn"]);
  });

  it("takes words in any order, in any case and full width", () => {
    expect(found("API one")).toContain("new-api");
    expect(found("ＤｅｅｐＳｅｅｋ anthropic")).toEqual(["deepseek-anthropic"]);
  });

  it("shows everything in its group for an empty query, and no empty group", () => {
    expect(found("  ")).toHaveLength(presets.length);
    expect(searchPresets(presets, "ollama").map(({ group }) => group)).toEqual(["local"]);
    expect(searchPresets(presets, "no such vendor")).toEqual([]);
  });
});
