// biome-ignore lint/style/noRestrictedImports: only a shell can tell what a shell makes of it
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { snippet, snippetChoices, snippetLanguages, snippetParts } from "./snippets";

const input = {
  origin: "https://sluice.example:8443",
  key: "sk-sluice-abc",
  model: "demo-chat",
  message: `It's "quoted" $HOME \`x\` \\ 日本`,
};
const settings = { system: `Be "brief"`, temperature: 0, maxTokens: 200 };
const bodyOf = (code: string, env: Record<string, string> = {}) => {
  const printed = execFileSync("sh", ["-c", code.replace(/^curl/, "printf '%s\\n'")], {
    encoding: "utf8",
    env: { NODE_ENV: "test", PATH: process.env["PATH"], ...env },
  });
  return printed.trimEnd().split("\n");
};

describe("snippet", () => {
  it("has a name for every client", () => {
    expect(snippetChoices.map(({ value }) => value)).toEqual(snippetLanguages);
  });

  it.each(snippetLanguages)("names the visitor's own origin and key (%s)", (language) => {
    const code = snippet(language, input);
    for (const value of [input.origin, input.key]) expect(code).toContain(value);
    // Open WebUI asks the server for its models.
    if (language !== "open-webui") expect(code).toContain(input.model);
  });

  it.each(snippetLanguages)("leaves the key to the environment where there is none to show (%s)", (language) => {
    const code = snippet(language, { ...input, key: null });
    expect(code).toContain("SLUICE_API_KEY");
    expect(code).not.toContain("null");
  });

  it("survives a shell with any message", () => {
    const body: unknown = JSON.parse(bodyOf(snippet("curl", input)).at(-1) ?? "");
    expect(body).toEqual({ model: "demo-chat", messages: [{ role: "user", content: input.message }] });
  });

  it("takes the key from the shell's environment", () => {
    const words = bodyOf(snippet("curl", { ...input, key: null }), { SLUICE_API_KEY: "sk-mine" });
    expect(words).toContain("authorization: Bearer sk-mine");
  });

  it("carries the settings of a playground", () => {
    const body: unknown = JSON.parse(bodyOf(snippet("curl", { ...input, ...settings })).at(-1) ?? "");
    expect(body).toMatchObject({ temperature: 0, max_tokens: 200 });
    expect(body).toMatchObject({ messages: [{ role: "system", content: settings.system }, { role: "user" }] });
    expect(snippet("python", { ...input, ...settings })).toMatch(/messages=\[\n.*"system".*\n.*"user".*\n {4}\]/);
  });

  it.each(["node", "vercel-ai", "google-genai"] as const)(
    "is a valid JavaScript program with any message (%s)",
    (language) => {
      const program = snippet(language, { ...input, ...settings })
        .replace(/^import .*$/gm, "")
        .replace(/await /g, "");
      expect(() => new Function(program)).not.toThrow();
    },
  );

  it("has a container reach the machine it runs on", () => {
    const code = snippet("open-webui", { ...input, origin: "http://localhost:3000" });
    expect(code).toContain("http://host.docker.internal:3000/v1");
  });

  it("says which part belongs into which file", () => {
    expect(snippetParts("codex", input).map(({ file }) => file)).toEqual(["~/.codex/config.toml", null]);
  });
});
