import { chatFormat } from "./choices-format.ts";
import { ChatPieceReader, readChatAnswerParts } from "./openai-chat-read-answer.ts";
import { readChatConversation } from "./openai-chat-read-request.ts";
import { ChatEventWriter, writeChatAnswer } from "./openai-chat-write-answer.ts";
import { writeChatConversation } from "./openai-chat-write-request.ts";
import type { Wire } from "./wire.ts";

/** OpenAI's chat completions, and what all who copy them have added. */
export const openaiChatWire: Wire = {
  name: "openai-chat",
  format: chatFormat,
  readRequest: readChatConversation,
  writeRequest: writeChatConversation,
  createPieceReader: () => new ChatPieceReader(),
  readAnswer: readChatAnswerParts,
  createEventWriter: (context) => new ChatEventWriter(context),
  writeAnswer: writeChatAnswer,
};
