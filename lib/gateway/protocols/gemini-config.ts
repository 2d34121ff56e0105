import { invalidType, optionalBoolean } from "../request-problems.ts";
import type { Json } from "./answer-format.ts";
import type { Conversation, OutputFormat, ReasoningEffort, ReasoningWish } from "./conversation.ts";
import { camelCased } from "./gemini-names.ts";
import { jsonSchemaOf } from "./gemini-schema.ts";
import { arrayAt, numberAt, objectAt, stringAt, wholeAt } from "./gemini-values.ts";

type Settings = Pick<
  Conversation,
  | "output"
  | "maxOutputTokens"
  | "temperature"
  | "topP"
  | "topK"
  | "stop"
  | "seed"
  | "presencePenalty"
  | "frequencyPenalty"
  | "topLogprobs"
  | "choices"
  | "reasoning"
>;

const at = (name: string) => `generationConfig.${name}`;

/** `generationConfig`. What has no place in the internal form is added to `own`. */
export function readGenerationConfig(value: unknown, own: Json): Settings {
  const config = camelCased(value === undefined || value === null ? {} : objectAt(value, "generationConfig"));
  const {
    maxOutputTokens,
    temperature,
    topP,
    topK,
    stopSequences,
    seed,
    presencePenalty,
    frequencyPenalty,
    responseLogprobs,
    logprobs,
    candidateCount,
    thinkingConfig,
    responseMimeType,
    responseSchema,
    responseJsonSchema,
    _responseJsonSchema: olderName,
    ...rest
  } = config;
  for (const [name, more] of Object.entries(rest))
    if (more !== null && !(name === "responseModalities" && isText(more))) own[name] = more;
  const alternatives = wholeAt(logprobs, at("logprobs"), 0);
  const stop = arrayAt(stopSequences ?? [], at("stopSequences"));
  return {
    output: readOutput(responseMimeType, responseSchema, responseJsonSchema ?? olderName, own),
    maxOutputTokens: wholeAt(maxOutputTokens, at("maxOutputTokens"), 1),
    temperature: numberAt(temperature, at("temperature")),
    topP: numberAt(topP, at("topP")),
    topK: numberAt(topK, at("topK")),
    stop: stop.map((text, index) => stringAt(text, `${at("stopSequences")}.${index}`)),
    seed: numberAt(seed, at("seed")),
    presencePenalty: numberAt(presencePenalty, at("presencePenalty")),
    frequencyPenalty: numberAt(frequencyPenalty, at("frequencyPenalty")),
    topLogprobs: optionalBoolean(responseLogprobs, at("responseLogprobs")) ? (alternatives ?? 0) : null,
    choices: wholeAt(candidateCount, at("candidateCount"), 1) ?? 1,
    reasoning: readThinking(thinkingConfig),
  };
}

/** Text is what every model answers with. */
function isText(modalities: unknown): boolean {
  return Array.isArray(modalities) && modalities.every((one) => one === "TEXT");
}

/** Anything but text and JSON (`text/x.enum`) is Google's own. */
function readOutput(mimeType: unknown, older: unknown, jsonSchema: unknown, own: Json): OutputFormat | null {
  const type = mimeType === undefined || mimeType === null ? null : stringAt(mimeType, at("responseMimeType"));
  if (type === null || type === "") return null;
  if (type === "text/plain") return { kind: "text" };
  if (type !== "application/json") {
    own.responseMimeType = type;
    return null;
  }
  const schema = jsonSchema
    ? objectAt(jsonSchema, at("responseJsonSchema"))
    : older
      ? jsonSchemaOf(objectAt(older, at("responseSchema")))
      : null;
  if (!schema) return { kind: "json" };
  return { kind: "schema", name: "response", schema, description: null, strict: null };
}

const levels: readonly string[] = ["minimal", "low", "medium", "high"] satisfies ReasoningEffort[];

function readThinking(value: unknown): ReasoningWish | null {
  if (value === undefined || value === null) return null;
  const { thinkingBudget, thinkingLevel, includeThoughts } = camelCased(objectAt(value, at("thinkingConfig")));
  const level = thinkingLevel ? stringAt(thinkingLevel, at("thinkingConfig.thinkingLevel")).toLowerCase() : null;
  if (level !== null && level !== "thinking_level_unspecified" && !levels.includes(level))
    throw invalidType(at("thinkingConfig.thinkingLevel"), "MINIMAL, LOW, MEDIUM or HIGH");
  return {
    effort: levels.find((known) => known === level) ? (level as ReasoningEffort) : null,
    budgetTokens: wholeAt(thinkingBudget, at("thinkingConfig.thinkingBudget"), -1),
    shown:
      includeThoughts === undefined || includeThoughts === null
        ? null
        : optionalBoolean(includeThoughts, at("thinkingConfig.includeThoughts")),
  };
}
