import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aliasPattern, expandAlias, fitsAny, leftOutBy } from "./model-choice.ts";

describe("a pattern of models", () => {
  it.each([
    ["mini", "openai/GPT-4o-mini", true],
    ["GPT", "gpt-4o", true],
    ["gpt-4*", "gpt-4o", true],
    ["gpt-4*", "openai/gpt-4o", false],
    ["*:free", "meta/llama:free", true],
    ["*:free", "meta/llama:freed", false],
    ["*claude*sonnet*", "anthropic/claude-sonnet-4.5", true],
    ["*sonnet*claude*", "anthropic/claude-sonnet-4.5", false],
    ["a*a", "a", false],
    ["a*b*b", "ab", false],
    ["*", "anything", true],
    [".*", "gpt", false],
    ["[a-z]", "gpt", false],
  ])("%s and %s: %s", (pattern, model, fits) => {
    expect(fitsAny([pattern], model)).toBe(fits);
  });

  it("takes no time that grows with the number of its stars", () => {
    const began = performance.now();
    expect(fitsAny([`${"*a".repeat(90)}*b`], "a".repeat(200))).toBe(false);
    expect(performance.now() - began).toBeLessThan(50);
  });

  it("fits whatever its stars stand for", () => {
    const part = fc.string({ minLength: 1, maxLength: 5 }).map((text) => text.replaceAll("*", "x").toLowerCase());
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 5 }), part, (parts, between) =>
        fitsAny([parts.join("*")], parts.join(between)),
      ),
    );
  });
});

describe("a filter", () => {
  it("takes all without patterns, then what is included, then not what is excluded", () => {
    expect(leftOutBy({ include: [], exclude: [] }, "gpt-4o")).toBeNull();
    expect(leftOutBy({ include: ["claude"], exclude: [] }, "gpt-4o")).toBe("not_included");
    expect(leftOutBy({ include: ["claude", "gpt"], exclude: ["*o"] }, "gpt-4o")).toBe("excluded");
    expect(leftOutBy({ include: ["claude", "gpt"], exclude: ["mini"] }, "gpt-4o")).toBeNull();
  });
});

describe("a pattern of names", () => {
  const values = { provider: " My  Router ", model: "openai/gpt-4o:free", alias: "gpt-4o" };

  it.each([
    ["{model}", "openai/gpt-4o:free"],
    ["{last}", "gpt-4o:free"],
    ["{provider}.{last}", "My-Router.gpt-4o:free"],
    ["{alias}", "gpt-4o"],
    ["x-{alias}-{alias}", "x-gpt-4o-gpt-4o"],
    ["fixed", "fixed"],
  ])("%s becomes %s", (pattern, name) => {
    expect(expandAlias(pattern, values)).toBe(name);
  });

  it("is taken literally where a value looks like a placeholder", () => {
    expect(expandAlias("{provider}/{last}", { ...values, provider: "{model}", model: "{alias}" })).toBe(
      "{model}/{alias}",
    );
  });

  it("is refused with a placeholder nobody knows", () => {
    expect(aliasPattern.safeParse("{provider}/{nmae}").error?.issues[0]).toMatchObject({
      params: { problem: "unknown_placeholder", placeholder: "{nmae}" },
    });
    expect(aliasPattern.safeParse("{last}").success).toBe(true);
  });
});
