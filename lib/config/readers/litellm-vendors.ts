import { presetOf } from "../../presets/presets.ts";
import type { DraftProvider } from "../draft.ts";

/** How models of a LiteLLM provider are asked here. */
export type Vendor = {
  name: string;
  protocol: NonNullable<DraftProvider["protocol"]>;
  preset: string | null;
  /** null: the deployment says where it is. */
  baseUrl: string | null;
  /** Where LiteLLM looks for a key that a deployment does not name. */
  keyVariable: string | null;
};

/** LiteLLM's prefix of a model → our preset, and its own variable for the key. */
const byPreset: Readonly<Record<string, [preset: string, keyVariable: string | null]>> = {
  openai: ["openai", "OPENAI_API_KEY"],
  text_completion_openai: ["openai", "OPENAI_API_KEY"],
  "text-completion-openai": ["openai", "OPENAI_API_KEY"],
  anthropic: ["anthropic", "ANTHROPIC_API_KEY"],
  gemini: ["gemini", "GEMINI_API_KEY"],
  azure: ["azure", "AZURE_API_KEY"],
  azure_text: ["azure", "AZURE_API_KEY"],
  deepseek: ["deepseek", "DEEPSEEK_API_KEY"],
  openrouter: ["openrouter", "OPENROUTER_API_KEY"],
  mistral: ["mistral", "MISTRAL_API_KEY"],
  groq: ["groq", "GROQ_API_KEY"],
  xai: ["xai", "XAI_API_KEY"],
  dashscope: ["qwen", "DASHSCOPE_API_KEY"],
  moonshot: ["moonshot", "MOONSHOT_API_KEY"],
  zai: ["zai", "ZAI_API_KEY"],
  ai21: ["ai21", "AI21_API_KEY"],
  cerebras: ["cerebras", "CEREBRAS_API_KEY"],
  deepinfra: ["deepinfra", "DEEPINFRA_API_KEY"],
  fireworks_ai: ["fireworks", "FIREWORKS_AI_API_KEY"],
  huggingface: ["huggingface", "HF_TOKEN"],
  hyperbolic: ["hyperbolic", "HYPERBOLIC_API_KEY"],
  minimax: ["minimax", "MINIMAX_API_KEY"],
  nebius: ["nebius", "NEBIUS_API_KEY"],
  novita: ["novita", "NOVITA_API_KEY"],
  nvidia_nim: ["nvidia", "NVIDIA_NIM_API_KEY"],
  perplexity: ["perplexity", "PERPLEXITYAI_API_KEY"],
  sambanova: ["sambanova", "SAMBANOVA_API_KEY"],
  together_ai: ["together", "TOGETHERAI_API_KEY"],
  vercel_ai_gateway: ["vercel", "VERCEL_AI_GATEWAY_API_KEY"],
  volcengine: ["volcengine", "VOLCENGINE_API_KEY"],
  ollama: ["ollama", null],
  ollama_chat: ["ollama", null],
  vllm: ["vllm", null],
  hosted_vllm: ["vllm", "HOSTED_VLLM_API_KEY"],
  lm_studio: ["lm-studio", "LM_STUDIO_API_KEY"],
  litellm_proxy: ["litellm", "LITELLM_PROXY_API_KEY"],
};

/** Vendors without a preset of ours that answer in OpenAI's format. */
const byAddress: Readonly<Record<string, [name: string, baseUrl: string, keyVariable: string]>> = {
  cohere: ["Cohere", "https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY"],
  cohere_chat: ["Cohere", "https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY"],
  codestral: ["Codestral", "https://codestral.mistral.ai/v1", "CODESTRAL_API_KEY"],
  featherless_ai: ["Featherless", "https://api.featherless.ai/v1", "FEATHERLESS_AI_API_KEY"],
  github: ["GitHub Models", "https://models.inference.ai.azure.com", "GITHUB_API_KEY"],
};

const ownServers = new Set(["ollama", "ollama_chat", "vllm", "hosted_vllm", "lm_studio"]);

/** Whether a prefix means a server that people run themselves. */
export function isOwnServer(prefix: string): boolean {
  return ownServers.has(prefix);
}

/** How a prefix is asked; null = by no protocol of ours. */
export function vendorOf(prefix: string): Vendor | null {
  const known = Object.hasOwn(byPreset, prefix) ? byPreset[prefix] : undefined;
  const preset = known && presetOf(known[0]);
  if (known && preset)
    return {
      name: preset.name,
      protocol: preset.protocol,
      preset: preset.id,
      baseUrl: preset.blank === null ? preset.baseUrl : null,
      keyVariable: known[1],
    };
  const other = Object.hasOwn(byAddress, prefix) ? byAddress[prefix] : undefined;
  return other ? { name: other[0], protocol: "openai", preset: null, baseUrl: other[1], keyVariable: other[2] } : null;
}

/** The prefix a model of LiteLLM's has, and the name its provider knows it by. */
export function splitModel(model: string, given: string): { prefix: string; model: string } {
  const [first = "", ...rest] = model.split("/");
  if (given !== "") return { prefix: given, model: first === given && rest.length > 0 ? rest.join("/") : model };
  if (rest.length > 0) return { prefix: first, model: rest.join("/") };
  if (/^claude/i.test(model)) return { prefix: "anthropic", model };
  if (/^gemini/i.test(model)) return { prefix: "vertex_ai", model };
  if (/^command/i.test(model)) return { prefix: "cohere", model };
  return { prefix: "openai", model };
}

/** The part below an address that LiteLLM itself puts there for a vendor. */
export function completeAddress(prefix: string, address: string): string {
  const bare = isOwnServer(prefix) && /^https?:\/\/[^/]+\/?$/i.test(address);
  return bare ? `${address.replace(/\/$/, "")}/v1` : address;
}
