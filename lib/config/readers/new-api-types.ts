import type { PartialConfig } from "../../schemas/config.ts";

type Protocol = NonNullable<NonNullable<PartialConfig["providers"]>[number]["protocol"]>;

/** How channels of a type are asked here. */
export type ChannelKind = {
  /** What the type is called there. */
  vendor: string;
  protocol?: Protocol;
  /** Id of the preset of the same vendor. */
  preset?: string;
  /** Where such channels ask when they have no address of their own. */
  address?: string;
  /** What their program puts between the address and an endpoint. */
  below?: string;
};

const openai = (vendor: string, address?: string, preset?: string, below = "/v1"): ChannelKind => ({
  vendor,
  protocol: "openai",
  below,
  ...(address !== undefined && { address }),
  ...(preset !== undefined && { preset }),
});
/** Vendors whose API none of our protocols speaks. */
const unknown = (vendor: string): ChannelKind => ({ vendor });

const anthropic: ChannelKind = {
  vendor: "Anthropic",
  protocol: "anthropic",
  preset: "anthropic",
  address: "https://api.anthropic.com",
  below: "/v1",
};
const gemini: ChannelKind = {
  vendor: "Gemini",
  protocol: "gemini",
  preset: "gemini",
  address: "https://generativelanguage.googleapis.com",
  below: "/v1beta",
};
const qwen = openai("Ali", "https://dashscope.aliyuncs.com", "qwen-cn", "/compatible-mode/v1");
const zhipu = openai("Zhipu", "https://open.bigmodel.cn", "zhipu", "/api/paas/v4");
const volcengine = openai("VolcEngine", "https://ark.cn-beijing.volces.com", "volcengine", "/api/v3");
const qianfan = openai("Baidu Qianfan", "https://qianfan.baidubce.com", "qianfan", "/v2");
const ollama = openai("Ollama", "http://localhost:11434", "ollama");
const minimax = openai("MiniMax", "https://api.minimaxi.com", "minimax-cn");
const cohere = openai("Cohere", "https://api.cohere.ai", undefined, "/compatibility/v1");
const mistral = openai("Mistral", "https://api.mistral.ai", "mistral");
const deepseek = openai("DeepSeek", "https://api.deepseek.com", "deepseek");
const siliconflow = openai("SiliconFlow", "https://api.siliconflow.cn", "siliconflow-cn");
const xai = openai("xAI", "https://api.x.ai", "xai");

/** Types that both programs number alike. */
const shared: Readonly<Record<number, ChannelKind>> = {
  1: openai("OpenAI", "https://api.openai.com", "openai"),
  3: { vendor: "Azure", protocol: "azure", preset: "azure", below: "" },
  5: openai("OpenAI-SB", "https://api.openai-sb.com"),
  6: openai("OpenAIMax", "https://api.openaimax.com"),
  7: openai("OhMyGPT", "https://api.ohmygpt.com"),
  8: openai("Custom"),
  9: openai("AILS", "https://api.caipacity.com"),
  10: openai("AI Proxy", "https://api.aiproxy.io"),
  11: unknown("PaLM"),
  12: openai("API2GPT", "https://api.api2gpt.com"),
  13: openai("AIGC2D", "https://api.aigc2d.com"),
  14: anthropic,
  15: unknown("Baidu"),
  16: zhipu,
  17: qwen,
  18: unknown("Xunfei"),
  19: openai("360", "https://api.360.cn"),
  20: openai("OpenRouter", "https://openrouter.ai/api", "openrouter"),
  21: unknown("AI Proxy Library"),
  22: openai("FastGPT", "https://fastgpt.run/api/openapi"),
  23: unknown("Tencent"),
  24: gemini,
  25: openai("Moonshot", "https://api.moonshot.cn", "moonshot-cn"),
  31: openai("01.AI", "https://api.lingyiwanwu.com"),
  33: unknown("AWS Bedrock"),
};

const oneApi: Readonly<Record<number, ChannelKind>> = {
  ...shared,
  2: openai("API2D", "https://oa.api2d.net"),
  4: openai("CloseAI", "https://api.closeai-proxy.xyz"),
  26: openai("Baichuan", "https://api.baichuan-ai.com"),
  27: minimax,
  28: mistral,
  29: openai("Groq", "https://api.groq.com/openai", "groq"),
  30: ollama,
  32: openai("StepFun", "https://api.stepfun.com", "stepfun"),
  34: unknown("Coze"),
  35: cohere,
  36: deepseek,
  37: unknown("Cloudflare"),
  38: unknown("DeepL"),
  39: openai("Together AI", "https://api.together.xyz", "together"),
  40: volcengine,
  41: openai("Novita", "https://api.novita.ai/openai", "novita"),
  42: unknown("Vertex AI"),
  43: unknown("Proxy"),
  44: siliconflow,
  45: xai,
  46: unknown("Replicate"),
  47: qianfan,
  48: openai("Xunfei Spark", "https://spark-api-open.xf-yun.com"),
  49: openai("Ali Bailian", "https://dashscope.aliyuncs.com", "qwen-cn", "/compatible-mode/v1"),
  50: openai("OpenAI compatible"),
  51: openai("Gemini (OpenAI format)", "https://generativelanguage.googleapis.com", undefined, "/v1beta/openai"),
};

const newApi: Readonly<Record<number, ChannelKind>> = {
  ...shared,
  2: unknown("Midjourney"),
  4: ollama,
  26: zhipu,
  27: openai("Perplexity", "https://api.perplexity.ai", "perplexity", ""),
  34: cohere,
  35: minimax,
  36: unknown("Suno"),
  37: unknown("Dify"),
  38: openai("Jina", "https://api.jina.ai"),
  39: unknown("Cloudflare"),
  40: siliconflow,
  41: unknown("Vertex AI"),
  42: mistral,
  43: deepseek,
  44: openai("Moka AI", "https://api.moka.ai"),
  45: volcengine,
  46: qianfan,
  47: openai("Xinference"),
  48: xai,
  49: unknown("Coze"),
  50: unknown("Kling"),
  51: unknown("Jimeng"),
  52: unknown("Vidu"),
  53: openai("Submodel", "https://llm.submodel.ai"),
  54: unknown("Doubao video"),
  55: unknown("Sora"),
  56: unknown("Replicate"),
  57: unknown("Codex"),
};

/** Fields of a channel that only New API has; the numbers of types mean other vendors there. */
const fieldsOfNewApi = ["auto_ban", "other_info", "status_code_mapping", "channel_info", "tag", "param_override"];

/** The types of the program a channel comes from, told by the fields it has. */
export function channelKinds(fields: Iterable<string>): Readonly<Record<number, ChannelKind>> {
  const known = new Set(fields);
  return fieldsOfNewApi.some((field) => known.has(field)) ? newApi : oneApi;
}
