import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkUpstreamUrl } from "../gateway/egress.ts";
import { normaliseBaseUrl, unfilledBlank } from "../schemas/base-url.ts";
import { presetGroups } from "../schemas/presets.ts";
import { ProviderInput } from "../schemas/providers.ts";
import { presetIcon, presetOf, presets } from "./presets.ts";

const docs = fileURLToPath(new URL("../../docs/providers.md", import.meta.url));

/** As a person completes a template. */
const filled = (baseUrl: string) => baseUrl.replace(/\{\w+\}/, "contoso");

describe("the presets", () => {
  it("P11, P12 – cover the vendors and servers people use", () => {
    const ids = presets.map(({ id }) => id);
    const cloud =
      "openai anthropic gemini azure deepseek mistral groq together openrouter xai qwen qwen-cn moonshot moonshot-cn zhipu zai minimax siliconflow volcengine qianfan tencent stepfun perplexity fireworks cerebras nvidia huggingface cloudflare vercel";
    const local = "ollama vllm lm-studio llama-cpp localai litellm new-api sluice";
    for (const id of `${cloud} ${local}`.split(" ")) expect(ids).toContain(id);
  });

  it("have ids and names of their own", () => {
    for (const key of ["id", "name"] as const) {
      const values = presets.map((preset) => preset[key]);
      expect(values.filter((value, index) => values.indexOf(value) !== index)).toEqual([]);
    }
  });

  it("are found by id, and by none that does not exist", () => {
    expect(presetOf("deepseek")?.baseUrl).toBe("https://api.deepseek.com/v1");
    expect(presetIcon("deepseek")).toEqual({ letters: "DS", slot: 1 });
    expect(presetOf("no-such-vendor")).toBeNull();
    expect(presetIcon(null)).toBeNull();
  });

  it.each(presets.map((preset) => [preset.id, preset] as const))("make %s a provider as it stands", (_id, preset) => {
    const baseUrl = filled(preset.baseUrl);
    const parsed = ProviderInput.parse({
      name: preset.name,
      preset: preset.id,
      protocol: preset.protocol,
      baseUrl,
      wireApi: preset.wireApi,
      headers: preset.headers,
      ...(preset.needsKey && { apiKey: "sk-some-key" }),
    });
    // What is stored is what the preset says: nothing had to be trimmed or completed.
    expect(parsed.baseUrl).toBe(baseUrl);
    expect(normaliseBaseUrl(preset.protocol, baseUrl)?.url).toBe(baseUrl);
  });

  it.each(presets.map((preset) => [preset.id, preset] as const))("call %s only where we may", (_id, preset) => {
    const closed = { allowPrivate: false, allow: [], ownPort: null };
    const call = () => checkUpstreamUrl(filled(preset.baseUrl), closed);
    const { protocol, hostname } = new URL(filled(preset.baseUrl));
    if (hostname === "127.0.0.1") {
      expect(preset.group).toBe("local");
      expect(preset.needsKey).toBe(false);
      expect(call).toThrow("private address");
      checkUpstreamUrl(preset.baseUrl, { ...closed, allowPrivate: true });
    } else {
      expect(protocol).toBe("https:");
      expect(call).not.toThrow();
    }
  });

  it("name the blank of a template, and only there", () => {
    for (const { id, baseUrl, blank } of presets) {
      const braces = unfilledBlank(baseUrl);
      expect(blank === null ? null : `{${blank}}`, id).toBe(braces);
      expect(baseUrl.split("{").length, id).toBeLessThanOrEqual(2);
    }
  });

  it("say where a key is made or documented, wherever one is needed", () => {
    for (const { id, group, needsKey, keyUrl, docsUrl } of presets)
      if (needsKey && group !== "local") expect(keyUrl ?? docsUrl, id).toMatch(/^https:/);
  });

  it("stand in every group of the picker", () => {
    expect(new Set(presets.map(({ group }) => group))).toEqual(new Set(presetGroups));
  });
});

describe("docs/providers.md", () => {
  it("lists the presets as they are", async () => {
    const page = readFileSync(docs, "utf8");
    const [before, rest] = page.split("<!-- presets -->\n");
    const [, after] = (rest ?? "").split("<!-- /presets -->");
    // `npx vitest run --project unit lib/presets -u` writes the table anew.
    const now = `${before}<!-- presets -->\n\n${presetTable()}\n\n<!-- /presets -->${after}`;
    await expect(now).toMatchFileSnapshot(docs);
  });
});

function presetTable(): string {
  const rows = presets.map(({ id, name, protocol, baseUrl, needsKey, keyUrl, docsUrl }) => {
    const key = needsKey ? (keyUrl ? `[made here](${keyUrl})` : "needed") : "not needed";
    return `| ${docsUrl ? `[${name}](${docsUrl})` : name} | \`${id}\` | \`${protocol}\` | \`${baseUrl}\` | ${key} |`;
  });
  return ["| Provider | Preset | Protocol | Base URL | Key |", "|---|---|---|---|---|", ...rows].join("\n");
}
