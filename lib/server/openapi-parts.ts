import { z } from "zod";

export type Json = Record<string, unknown>;

/** What a caller sends, as JSON Schema. */
export function schemaOf(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

export const errorReference = { $ref: "#/components/responses/Error" };
export const requestId = {
  "x-request-id": { description: "Quote it when you report a problem.", schema: { type: "string" } },
};

/** The parameters in braces. */
export function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}
