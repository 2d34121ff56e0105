import type { Json } from "./answer-format.ts";
import type { Conversation, ToolChoice } from "./conversation.ts";
import { asFunction } from "./custom-tools.ts";
import { geminiName } from "./gemini-names.ts";
import { thinkingConfig } from "./gemini-thinking.ts";
import { writeTurns } from "./gemini-turns-writer.ts";
import { compact } from "./request-members.ts";
import type { RequestTarget } from "./wire.ts";

/**
 * A request as `generateContent` takes it; model and stream stand in its address. Schemas are written as JSON schemas
 * (`parametersJsonSchema`, `responseJsonSchema`), so nothing of them is lost. More than five stop sequences are Google's
 * to refuse.
 */
export function writeGeminiRequest(conversation: Conversation, { model }: RequestTarget): Json {
  const { system, tools, toolChoice, turns, serviceTier } = conversation;
  const instructions = system.flatMap(({ text }) => (text ? [{ text }] : []));
  const contents = writeTurns(turns, model);
  // Google wants somebody to have said something.
  const isAlone = contents.length === 0 && instructions.length > 0;
  return compact({
    systemInstruction: instructions.length > 0 && !isAlone ? { parts: instructions } : null,
    contents: isAlone ? [{ role: "user", parts: instructions }] : contents,
    tools: tools.length > 0 ? [{ functionDeclarations: tools.map(asFunction).map(writeFunction) }] : null,
    toolConfig: toolChoice && tools.length > 0 ? { functionCallingConfig: writeChoice(toolChoice) } : null,
    generationConfig: writeConfig(conversation, model),
    serviceTier: serviceTier !== null && Object.hasOwn(tiers, serviceTier) ? tiers[serviceTier] : null,
  });
}

/** What OpenAI calls them; those that only others have are left out. */
const tiers: Readonly<Record<string, string>> = { default: "standard", flex: "flex", priority: "priority" };

function writeFunction({ name, description, parameters }: ReturnType<typeof asFunction>): Json {
  return compact({ name: geminiName(name), description, parametersJsonSchema: parameters });
}

function writeChoice(choice: ToolChoice): Json {
  switch (choice.kind) {
    case "auto":
      return { mode: "AUTO" };
    case "none":
      return { mode: "NONE" };
    case "required":
      return { mode: "ANY" };
    case "tool":
      return { mode: "ANY", allowedFunctionNames: [geminiName(choice.name)] };
  }
}

function writeConfig(c: Conversation, model: string): Json | null {
  const config = compact({
    maxOutputTokens: c.maxOutputTokens,
    temperature: c.temperature,
    topP: c.topP,
    topK: c.topK,
    stopSequences: c.stop.length > 0 ? c.stop : null,
    seed: c.seed,
    presencePenalty: c.presencePenalty,
    frequencyPenalty: c.frequencyPenalty,
    thinkingConfig: c.reasoning && thinkingConfig(c.reasoning, model),
    responseMimeType: c.output && (c.output.kind === "text" ? "text/plain" : "application/json"),
    responseJsonSchema: c.output?.kind === "schema" ? c.output.schema : null,
  });
  return Object.keys(config).length > 0 ? config : null;
}
