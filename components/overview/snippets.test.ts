// biome-ignore lint/style/noRestrictedImports: only a shell can tell what a shell makes of it
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { snippet, snippetLanguages } from "./snippets";

const input = {
  origin: "https://sluice.example:8443",
  key: "sk-sluice-abc",
  model: "demo-chat",
  message: `It's "quoted" $HOME \`x\` \\ 日本`,
};

describe("snippet", () => {
  it.each(snippetLanguages)("names the visitor's own origin, key and model (%s)", (language) => {
    const code = snippet(language, input);
    for (const value of [`${input.origin}/v1`, input.key, input.model]) expect(code).toContain(value);
  });

  it("survives a shell with any message", () => {
    const code = snippet("curl", input).replace(/^curl/, "printf '%s\\n'");
    const words = execFileSync("sh", ["-c", code], { encoding: "utf8" }).trimEnd().split("\n");
    const body: unknown = JSON.parse(words.at(-1) ?? "");
    expect(body).toEqual({ model: "demo-chat", messages: [{ role: "user", content: input.message }] });
  });

  it("is a valid JavaScript program with any message", () => {
    const program = snippet("node", input)
      .replace(/^import .*$/m, "")
      .replace(/await /g, "");
    expect(() => new Function(program)).not.toThrow();
  });
});
