import { responsesFormat } from "./openai-responses.ts";
import { ResponsesPieceReader, readResponseParts } from "./responses-read-answer.ts";
import { readResponsesConversation } from "./responses-read-request.ts";
import { ResponsesEventWriter, writeResponse } from "./responses-write-events.ts";
import { writeResponsesConversation } from "./responses-write-request.ts";
import type { Wire } from "./wire.ts";

/** OpenAI's Responses, without what it stores. */
export const openaiResponsesWire: Wire = {
  name: "openai-responses",
  format: responsesFormat,
  readRequest: readResponsesConversation,
  writeRequest: writeResponsesConversation,
  createPieceReader: () => new ResponsesPieceReader(),
  readAnswer: readResponseParts,
  createEventWriter: (context) => new ResponsesEventWriter(context),
  writeAnswer: writeResponse,
};
