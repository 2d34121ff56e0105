import { MessagesPieceReader, readMessagesAnswer } from "./anthropic-answer-read.ts";
import { createMessagesWriter, writeMessagesAnswer } from "./anthropic-answer-write.ts";
import { messagesFormat } from "./anthropic-messages.ts";
import { readMessagesRequest } from "./anthropic-request-read.ts";
import { writeMessagesRequest } from "./anthropic-request-write.ts";
import type { Wire } from "./wire.ts";

/** Anthropic's Messages (https://platform.claude.com/docs/en/api/messages), API version 2023-06-01 and later. */
export const anthropicMessagesWire: Wire = {
  name: "anthropic-messages",
  format: messagesFormat,
  readRequest: readMessagesRequest,
  writeRequest: writeMessagesRequest,
  createPieceReader: () => new MessagesPieceReader(),
  readAnswer: readMessagesAnswer,
  createEventWriter: createMessagesWriter,
  writeAnswer: writeMessagesAnswer,
};
