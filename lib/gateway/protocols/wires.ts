import type { WireName } from "./conversation.ts";
import type { Wire } from "./wire.ts";
import { anthropicMessagesWire } from "./wire-anthropic-messages.ts";
import { geminiWire } from "./wire-gemini.ts";
import { openaiChatWire } from "./wire-openai-chat.ts";
import { openaiResponsesWire } from "./wire-openai-responses.ts";

/** Every wire format by its name. */
export const wires: Readonly<Record<WireName, Wire>> = {
  "openai-chat": openaiChatWire,
  "openai-responses": openaiResponsesWire,
  "anthropic-messages": anthropicMessagesWire,
  gemini: geminiWire,
};
