import { invalidType, missing } from "../request-problems.ts";
import { type Json, stringOrNull } from "./answer-format.ts";
import type { Conversation, TextPart, Tool, ToolChoice } from "./conversation.ts";
import { readGenerationConfig } from "./gemini-config.ts";
import { member, nameFromGemini } from "./gemini-names.ts";
import { jsonSchemaOf } from "./gemini-schema.ts";
import { TurnReader } from "./gemini-turns.ts";
import { arrayAt, listAt, objectAt, stringAt } from "./gemini-values.ts";

const known = new Set(["contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "serviceTier"]);
/** They stand in the address of a call, not in its body. */
const ignored = new Set(["model", "stream", "__proto__"]);

/**
 * Reads a GenerateContentRequest. Throws the 400s of gateway.md §6. Whether a stream is wanted stands in the address of
 * the call, so `stream` is false.
 */
export function readGeminiRequest(json: Json): Conversation {
  const own: Json = {};
  const contents = member(json, "contents");
  if (contents === undefined || contents === null) throw missing("contents");
  const turns = new TurnReader(own);
  for (const [index, content] of listAt(contents, "contents").entries()) turns.add(content, `contents.${index}`);
  const { tools, hostedTools } = readTools(member(json, "tools"));
  const calling = readToolConfig(member(json, "toolConfig"), own);
  for (const [name, value] of Object.entries(json)) {
    const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (!known.has(camel) && !ignored.has(camel) && value !== null) own[camel] = value;
  }
  return {
    system: readSystem(member(json, "systemInstruction")),
    turns: turns.turns,
    tools: calling.allowed ? tools.filter(({ name }) => calling.allowed?.has(name)) : tools,
    hostedTools,
    toolChoice: calling.choice,
    parallelToolCalls: null,
    ...readGenerationConfig(member(json, "generationConfig"), own),
    verbosity: null,
    user: null,
    promptCacheKey: null,
    serviceTier: readServiceTier(member(json, "serviceTier")),
    metadata: null,
    stream: false,
    own,
  };
}

function readSystem(value: unknown): TextPart[] {
  if (value === undefined || value === null) return [];
  if (typeof value === "string") return value ? [{ kind: "text", text: value }] : [];
  const parts = listAt(objectAt(value, "systemInstruction").parts ?? [], "systemInstruction.parts");
  return parts.flatMap((part, index): TextPart[] => {
    const text = stringAt(
      objectAt(part, `systemInstruction.parts.${index}`).text ?? "",
      `systemInstruction.parts.${index}.text`,
    );
    return text ? [{ kind: "text", text }] : [];
  });
}

/** A tool is a list of functions or something that Google runs by itself. */
function readTools(value: unknown): { tools: Tool[]; hostedTools: Json[] } {
  const tools: Tool[] = [];
  const hostedTools: Json[] = [];
  for (const [index, item] of listAt(value ?? [], "tools").entries()) {
    const param = `tools.${index}`;
    const { functionDeclarations, function_declarations, ...hosted } = objectAt(item, param);
    const declared = functionDeclarations ?? function_declarations ?? [];
    for (const [position, declaration] of listAt(declared, `${param}.functionDeclarations`).entries())
      tools.push(readFunction(declaration, `${param}.functionDeclarations.${position}`));
    if (Object.keys(hosted).length > 0) hostedTools.push(hosted);
  }
  return { tools, hostedTools };
}

function readFunction(value: unknown, param: string): Tool {
  const declaration = objectAt(value, param);
  if (declaration.name === undefined) throw missing(`${param}.name`);
  const name = nameFromGemini(stringAt(declaration.name, `${param}.name`));
  const jsonSchema = member(declaration, "parametersJsonSchema") ?? null;
  const older = declaration.parameters ?? null;
  const parameters =
    jsonSchema !== null
      ? objectAt(jsonSchema, `${param}.parametersJsonSchema`)
      : older !== null
        ? jsonSchemaOf(objectAt(older, `${param}.parameters`))
        : null;
  return { name, description: stringOrNull(declaration.description), parameters, strict: null, custom: null };
}

/** `allowed` = only these functions may be called, so no others are offered; null = all. */
type Calling = { choice: ToolChoice | null; allowed: Set<string> | null };

function readToolConfig(value: unknown, own: Json): Calling {
  if (value === undefined || value === null) return { choice: null, allowed: null };
  const { functionCallingConfig, function_calling_config, ...rest } = objectAt(value, "toolConfig");
  for (const [name, more] of Object.entries(rest)) if (name !== "__proto__") own[name] = more;
  const given = functionCallingConfig ?? function_calling_config ?? {};
  const config = objectAt(given, "toolConfig.functionCallingConfig");
  const param = "toolConfig.functionCallingConfig.allowedFunctionNames";
  const names = arrayAt(member(config, "allowedFunctionNames") ?? [], param).map((name, index) =>
    nameFromGemini(stringAt(name, `${param}.${index}`)),
  );
  const allowed = names.length > 0 ? new Set(names) : null;
  switch (config.mode) {
    case undefined:
    case null:
    case "MODE_UNSPECIFIED":
      return { choice: null, allowed: null };
    case "AUTO":
      return { choice: { kind: "auto" }, allowed: null };
    case "NONE":
      return { choice: { kind: "none" }, allowed: null };
    case "VALIDATED":
      own.functionCallingConfig = config;
      return { choice: { kind: "auto" }, allowed };
    case "ANY": {
      const [only] = names;
      if (names.length === 1 && only !== undefined) return { choice: { kind: "tool", name: only }, allowed: null };
      return { choice: { kind: "required" }, allowed };
    }
    default:
      throw invalidType("toolConfig.functionCallingConfig.mode", "AUTO, ANY, NONE or VALIDATED");
  }
}

/** `standard` is OpenAI's `default`. */
function readServiceTier(value: unknown): string | null {
  const tier = typeof value === "string" ? value.toLowerCase() : null;
  if (tier === "standard") return "default";
  return tier === "unspecified" ? null : tier;
}
