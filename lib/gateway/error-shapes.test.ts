import { describe, expect, it } from "vitest";
import { type ErrorCode, SluiceError } from "../errors.ts";
import { errorShape } from "./error-shapes.ts";

const shape = (code: ErrorCode, family: Parameters<typeof errorShape>[1], options = {}) =>
  errorShape(new SluiceError(code, "Words.", options), family, "req_1") as {
    type?: string;
    error: Record<string, unknown>;
  };

describe("an error in the client's own words", () => {
  it("has OpenAI's four members for OpenAI's clients", () => {
    expect(shape("missing_required", "openai", { param: "model" })).toEqual({
      error: { message: "Words.", type: "invalid_request_error", param: "model", code: "missing_required" },
    });
  });

  it("has Anthropic's type for each status, and the request id beside it", () => {
    expect(shape("invalid_api_key", "anthropic")).toEqual({
      type: "error",
      error: { type: "authentication_error", message: "Words." },
      request_id: "req_1",
    });
    const types: [ErrorCode, string][] = [
      ["invalid_json", "invalid_request_error"],
      ["ip_not_allowed", "permission_error"],
      ["model_not_found", "not_found_error"],
      ["method_not_allowed", "invalid_request_error"],
      ["request_too_large", "request_too_large"],
      ["rate_limit_exceeded", "rate_limit_error"],
      ["insufficient_quota", "rate_limit_error"],
      ["internal_error", "api_error"],
      ["upstream_error", "api_error"],
      ["draining", "overloaded_error"],
      ["upstream_timeout", "timeout_error"],
    ];
    for (const [code, type] of types) expect(shape(code, "anthropic").error.type, code).toBe(type);
    const upstream = { status: 529, type: "overloaded_error", code: null };
    expect(shape("upstream_error", "anthropic", { upstream }).error.type).toBe("overloaded_error");
  });

  it("has Google's status, our code as the reason, and how long to wait", () => {
    expect(shape("upstream_unavailable", "gemini", { retryAfterSeconds: 7 })).toEqual({
      error: {
        code: 503,
        message: "Words.",
        status: "UNAVAILABLE",
        details: [
          { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "UPSTREAM_UNAVAILABLE", domain: "sluice" },
          { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "7s" },
        ],
      },
    });
    expect(shape("missing_required", "gemini", { param: "contents" }).error.details).toEqual([
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "MISSING_REQUIRED",
        domain: "sluice",
        metadata: { field: "contents" },
      },
    ]);
    const names: [ErrorCode, string][] = [
      ["invalid_json", "INVALID_ARGUMENT"],
      ["missing_api_key", "UNAUTHENTICATED"],
      ["model_not_found", "NOT_FOUND"],
      ["request_too_large", "INVALID_ARGUMENT"],
      ["rate_limit_exceeded", "RESOURCE_EXHAUSTED"],
      ["upstream_error", "INTERNAL"],
      ["upstream_timeout", "DEADLINE_EXCEEDED"],
    ];
    for (const [code, name] of names) expect(shape(code, "gemini").error.status, code).toBe(name);
    const upstream = { status: 400, type: "invalid_request_error", code: null };
    expect(shape("upstream_error", "gemini", { upstream }).error.details).toEqual([]);
  });
});
