import { geminiFormat } from "./gemini.ts";
import { GeminiPieceReader, readGeminiAnswerParts } from "./gemini-answer.ts";
import { GeminiEventWriter, writeGeminiAnswer } from "./gemini-answer-writer.ts";
import { readGeminiRequest } from "./gemini-request.ts";
import { writeGeminiRequest } from "./gemini-request-writer.ts";
import type { Wire } from "./wire.ts";

/** Google's `generateContent` and `streamGenerateContent` (https://ai.google.dev/api/generate-content). */
export const geminiWire: Wire = {
  name: "gemini",
  format: geminiFormat,
  readRequest: readGeminiRequest,
  writeRequest: writeGeminiRequest,
  createPieceReader: () => new GeminiPieceReader(),
  readAnswer: readGeminiAnswerParts,
  createEventWriter: (context) => new GeminiEventWriter(context),
  writeAnswer: writeGeminiAnswer,
};
