import type { WireName } from "./conversation.ts";
import type { Wire } from "./wire.ts";
import { anthropicMessagesWire } from "./wire-anthropic-messages.ts";
import { geminiWire } from "./wire-gemini.ts";
import { openaiChatWire } from "./wire-openai-chat.ts";

/** Every wire format by its name. */
export const wires = {
  "openai-chat": openaiChatWire,
  "anthropic-messages": anthropicMessagesWire,
  gemini: geminiWire,
} as Record<WireName, Wire>;
