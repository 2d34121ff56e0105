import { isObject, type Json } from "./answer-format.ts";

/**
 * JSON schemas as Anthropic's structured outputs and strict tools take them
 * (https://platform.claude.com/docs/en/build-with-claude/structured-outputs): objects name all they may hold, and what
 * limits a value by size or pattern is not known. Such limits are told in the description instead.
 */

const kept = new Set(["type", "enum", "const", "description", "title", "$ref", "required", "default"]);
const formats = new Set("date-time time date duration email hostname uri ipv4 ipv6 uuid".split(" "));
const deepest = 100;

/** Null = the schema cannot be said so: an object that may hold anything, a list without items, unknown words. */
export function strictSchema(schema: Json, depth = 0): Json | null {
  if (depth > deepest) return null;
  const strict: Json = {};
  const limits: string[] = [];
  for (const [name, value] of Object.entries(schema)) {
    const told = inStrict(name, value, depth);
    if (told === undefined) limits.push(`${name}: ${JSON.stringify(value)}`);
    else if (told === null) return null;
    else if (name !== "$schema" && name !== "additionalProperties") strict[name === "oneOf" ? "anyOf" : name] = told;
  }
  if (strict.type === "object" || isObject(strict.properties)) {
    if (schema.additionalProperties !== false && !isObject(strict.properties)) return null;
    strict.additionalProperties = false;
  }
  if (limits.length > 0)
    strict.description = [strict.description, `{${limits.join(", ")}}`].filter(Boolean).join("\n\n");
  return strict;
}

/** A member's value in a strict schema; undefined = only to be described, null = cannot be said. */
function inStrict(name: string, value: unknown, depth: number): unknown {
  if (kept.has(name) || name === "$schema") return value;
  switch (name) {
    case "additionalProperties":
      return value === false ? value : null;
    case "properties":
    case "$defs":
    case "definitions":
      return isObject(value) ? allOf(Object.entries(value), depth) : null;
    case "anyOf":
    case "oneOf":
    case "allOf": {
      const variants = Array.isArray(value) ? value.map((each) => subschema(each, depth)) : [null];
      return variants.includes(null) ? null : variants;
    }
    case "items":
      return subschema(value, depth);
    case "format":
      return formats.has(String(value)) ? value : undefined;
    case "minItems":
      return value === 0 || value === 1 ? value : undefined;
    case "patternProperties":
    case "prefixItems":
    case "not":
    case "if":
    case "$dynamicRef":
      return null;
    default:
      return undefined;
  }
}

function subschema(value: unknown, depth: number): Json | null {
  return isObject(value) ? strictSchema(value, depth + 1) : null;
}

function allOf(members: [string, unknown][], depth: number): Json | null {
  const strict = members.map(([name, value]) => [name, subschema(value, depth)] as const);
  return strict.some(([, value]) => value === null) ? null : Object.fromEntries(strict);
}
