/**
 * What a model can be asked for, read off its name, because Anthropic refuses with a 400 what a model does not know
 * (https://platform.claude.com/docs/en/about-claude/models/overview, "Migration guide"). A name that says Claude and
 * no version we know is taken for a new one; a name that does not say Claude is another maker's model behind the same
 * API, of which the oldest shape is expected.
 */
export type AnthropicModel = {
  /** What is written as `max_tokens` when a client sets no limit: no more than the model can give. */
  maxTokens: number;
  /** `temperature`, `top_p` and `top_k` are accepted. */
  sampling: boolean;
  /** Only one of `temperature` and `top_p` is accepted. */
  oneSampler: boolean;
  /** `adaptive` thinking with an effort, thinking with a budget, or none at all. */
  thinking: "adaptive" | "budget" | "none";
  /** How it is told not to think; null = it always does. */
  thinkingOff: "disabled" | "between_tools" | null;
  /** The most effort that can be asked for; null = `output_config.effort` is not known. */
  topEffort: "high" | "max" | "xhigh" | null;
  /** It can be made to call a tool. */
  forcedTools: boolean;
  /** `output_config.format` and strict tools. */
  structured: boolean;
};

const otherMaker: AnthropicModel = {
  maxTokens: 8192,
  sampling: true,
  oneSampler: false,
  thinking: "budget",
  thinkingOff: "disabled",
  topEffort: null,
  forcedTools: true,
  structured: false,
};

const newest: AnthropicModel = {
  maxTokens: 64_000,
  sampling: false,
  oneSampler: true,
  thinking: "adaptive",
  thinkingOff: null,
  topEffort: "xhigh",
  forcedTools: false,
  structured: true,
};

const nameFirst = /claude-([a-z]+)-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/;
const numberFirst = /claude-(\d)(?:[-.](\d{1,2}))?-([a-z]+)/;

export function anthropicModel(name: string): AnthropicModel {
  const lower = name.toLowerCase();
  if (!lower.includes("claude")) return otherMaker;
  const late = nameFirst.exec(lower);
  if (late) return byVersion(late[1] ?? "", Number(late[2]) * 100 + Number(late[3] ?? 0));
  const early = numberFirst.exec(lower);
  return early ? byVersion(early[3] ?? "", Number(early[1]) * 100 + Number(early[2] ?? 0)) : newest;
}

/** `version` 405 = 4.5. */
function byVersion(family: string, version: number): AnthropicModel {
  if (version < 305) return { ...otherMaker, maxTokens: 4096, thinking: "none" };
  if (version < 307) return { ...otherMaker, thinking: "none" };
  if (version < 400) return otherMaker;
  if (version < 405) {
    const isLater = version > 400;
    return { ...otherMaker, maxTokens: 32_000, oneSampler: isLater, structured: isLater };
  }
  if (version < 406) {
    const topEffort = family === "opus" ? "high" : null;
    return { ...otherMaker, maxTokens: 64_000, oneSampler: true, structured: true, topEffort };
  }
  if (version < 407) return { ...newest, sampling: true, thinkingOff: "disabled", topEffort: "max", forcedTools: true };
  if (family === "fable" || family === "mythos") return newest;
  if (version < 505) return { ...newest, thinkingOff: "disabled", forcedTools: true };
  if (family === "haiku") return { ...newest, thinkingOff: "disabled", forcedTools: true };
  return { ...newest, thinkingOff: family === "sonnet" ? "between_tools" : null };
}
