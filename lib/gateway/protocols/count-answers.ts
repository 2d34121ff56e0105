import { type AnswerFormat, heldBytesUsually, parseObject, readFault, type UpstreamFault } from "./answer-format.ts";
import { messagesFormat } from "./anthropic-messages.ts";
import { geminiFormat } from "./gemini.ts";
import { createPlainEventReader } from "./plain-events.ts";

type Json = Record<string, unknown>;

/** An answer that is a number of tokens. Counting is free everywhere, so it tells no usage. */
function countFormat(member: string, faultIn: (json: Json) => UpstreamFault | null): AnswerFormat {
  return {
    kind: "json",
    asAsked: false,
    streamEnd: "body",
    namesEvents: true,
    pings: false,
    heldBytesMost: heldBytesUsually,
    createEventReader: () => createPlainEventReader(() => null),
    readAnswer(body) {
      const json = parseObject(body.toString("utf8"));
      if (!json) return null;
      return { text: "", usable: typeof json[member] === "number", usage: null, error: faultIn(json) };
    },
    readFault: faultIn,
    convert: null,
  };
}

/** `{"input_tokens": 12}` (https://platform.claude.com/docs/en/api/messages-count-tokens). */
export const messagesCountFormat = countFormat("input_tokens", (json) => (messagesFormat.readFault ?? readFault)(json));
/** `{"totalTokens": 12}` (https://ai.google.dev/api/tokens). */
export const geminiCountFormat = countFormat("totalTokens", (json) => (geminiFormat.readFault ?? readFault)(json));
