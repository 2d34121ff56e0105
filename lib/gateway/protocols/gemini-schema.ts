import { isObject, type Json } from "./answer-format.ts";

/** Members whose value is a list of schemas, or schemas by name. */
const lists = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const named = new Set(["properties", "$defs", "defs"]);
const counts = new Set(["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"]);
/** They mean something to Google only. */
const left = new Set(["nullable", "propertyOrdering", "property_ordering", "example", "__proto__"]);
const snake: Readonly<Record<string, string>> = {
  any_of: "anyOf",
  min_items: "minItems",
  max_items: "maxItems",
  min_length: "minLength",
  max_length: "maxLength",
  min_properties: "minProperties",
  max_properties: "maxProperties",
};

/**
 * Google's older `Schema`, a part of OpenAPI 3.0's (https://ai.google.dev/api/caching#Schema), as JSON schema: types in
 * small letters, `nullable` as the type `null`, counts as numbers (the JSON of protocol buffers has int64 as text).
 */
export function jsonSchemaOf(schema: Json): Json {
  const result: Json = {};
  for (const [given, value] of Object.entries(schema)) {
    if (left.has(given)) continue;
    const name = Object.hasOwn(snake, given) ? (snake[given] as string) : given;
    result[name] = memberOf(name, value);
  }
  if (schema.nullable === true) addNull(result);
  return result;
}

function memberOf(name: string, value: unknown): unknown {
  if (name === "type" && typeof value === "string") return value.toLowerCase();
  if (counts.has(name) && typeof value === "string") return Number(value);
  if ((name === "items" || name === "additionalProperties") && isObject(value)) return jsonSchemaOf(value);
  if (lists.has(name) && Array.isArray(value)) return value.map((one) => (isObject(one) ? jsonSchemaOf(one) : one));
  if (named.has(name) && isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, isObject(one) ? jsonSchemaOf(one) : one]),
    );
  return value;
}

function addNull(schema: Json): void {
  if (typeof schema.type === "string") schema.type = [schema.type, "null"];
  else if (Array.isArray(schema.anyOf)) schema.anyOf = [...schema.anyOf, { type: "null" }];
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum = [...schema.enum, null];
}
