import { describe, expect, it } from "vitest";
import { endpoints } from "../gateway/types.ts";
import { openApiDocument } from "./openapi.ts";

type Operation = { operationId: string; requestBody?: { content: Record<string, unknown> } };
const { paths } = openApiDocument({}) as { paths: Record<string, Record<string, Operation>> };

describe("the document of what clients may call", () => {
  it("has every endpoint the call log can name", () => {
    const documented = Object.keys(paths);
    const elsewhere: Partial<Record<string, string>> = {
      relay: "/api/v1/{path}",
      "gemini.generate": "/v1beta/models/{model}:generateContent",
      "gemini.count_tokens": "/v1beta/models/{model}:countTokens",
    };
    for (const name of endpoints)
      expect(documented).toContain(elsewhere[name] ?? `/api/v1/${name.replaceAll(".", "/")}`);
  });

  it("names each operation once, and says what its body is", () => {
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, method, operation } of operations)
      if (method === "post" && !path.endsWith("{path}") && path !== "/admin/reload")
        expect(Object.keys(operation.requestBody?.content ?? {}).length, path).toBeGreaterThan(0);
    expect(Object.keys(paths["/api/v1/images/edits"]?.post?.requestBody?.content ?? {})).toEqual([
      "application/json",
      "multipart/form-data",
    ]);
  });
});
