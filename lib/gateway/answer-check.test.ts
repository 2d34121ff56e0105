import { describe, expect, it } from "vitest";
import { classifyFault, classifyStatus } from "./answer-check.ts";
import { faultIn, type UpstreamFault } from "./protocols/answer-format.ts";
import { chatFormat } from "./protocols/choices-format.ts";
import { wires } from "./protocols/wires.ts";

const anthropic = (type: string, message: string) => JSON.stringify({ type: "error", error: { type, message } });
const google = (code: number, status: string, message: string, details: object[] = []) =>
  JSON.stringify([{ error: { code, status, message, details } }]);

describe("an error status", () => {
  const { format: messages } = wires["anthropic-messages"];
  const { format: gemini } = wires.gemini;
  it.each([
    [
      "Anthropic: long prompt",
      messages,
      400,
      anthropic("invalid_request_error", "prompt is too long: 9 tokens > 8 maximum"),
      "context_too_long",
    ],
    [
      "Anthropic: no credit",
      messages,
      400,
      anthropic("invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
      "credential",
    ],
    [
      "Anthropic: bad request",
      messages,
      400,
      anthropic("invalid_request_error", "max_tokens: field required"),
      "client_fault",
    ],
    ["Anthropic: bad key", messages, 401, anthropic("authentication_error", "invalid x-api-key"), "credential"],
    ["Anthropic: no such model", messages, 404, anthropic("not_found_error", "model: claude-9"), "model_missing"],
    [
      "Anthropic: too large",
      messages,
      413,
      anthropic("request_too_large", "Request exceeds the maximum size"),
      "context_too_long",
    ],
    ["Anthropic: too fast", messages, 429, anthropic("rate_limit_error", "slow down"), "rate_limited"],
    ["Anthropic: overloaded", messages, 529, anthropic("overloaded_error", "Overloaded"), "retry"],
    [
      "Google: bad key",
      gemini,
      400,
      google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
      "credential",
    ],
    [
      "Google: key in details",
      gemini,
      400,
      google(400, "INVALID_ARGUMENT", "Bad.", [
        { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" },
      ]),
      "credential",
    ],
    [
      "Google: long prompt",
      gemini,
      400,
      google(400, "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8)."),
      "context_too_long",
    ],
    ["Google: bad request", gemini, 400, google(400, "INVALID_ARGUMENT", "Unknown name"), "client_fault"],
    ["Google: not allowed", gemini, 403, google(403, "PERMISSION_DENIED", "no"), "credential"],
    ["Google: no such model", gemini, 404, google(404, "NOT_FOUND", "models/x is not found"), "model_missing"],
    ["Google: too fast", gemini, 429, google(429, "RESOURCE_EXHAUSTED", "quota"), "rate_limited"],
    ["Google: overloaded", gemini, 503, google(503, "UNAVAILABLE", "overloaded"), "retry"],
    [
      "OpenAI: long prompt",
      chatFormat,
      400,
      JSON.stringify({ error: { code: "context_length_exceeded", message: "x" } }),
      "context_too_long",
    ],
    [
      "OpenAI: no money",
      chatFormat,
      429,
      JSON.stringify({ error: { code: "insufficient_quota", message: "x" } }),
      "credential",
    ],
    [
      "Azure: filtered",
      chatFormat,
      400,
      JSON.stringify({ error: { code: "content_filter", message: "x" } }),
      "client_fault",
    ],
    [
      "Azure: no such deployment",
      chatFormat,
      404,
      JSON.stringify({ error: { code: "DeploymentNotFound", message: "x" } }),
      "model_missing",
    ],
  ] as const)("of %s is what it means", (_what, format, status, body, kind) => {
    expect(classifyStatus(status, faultIn(body, format), null).kind).toBe(kind);
  });

  it("keeps the words of the upstream, whatever the family", () => {
    expect(classifyStatus(429, faultIn(anthropic("rate_limit_error", "slow down"), messages), null)).toMatchObject({
      message: "slow down",
      type: "rate_limit_error",
    });
    expect(classifyStatus(503, faultIn(google(503, "UNAVAILABLE", "busy"), gemini), null).message).toBe("busy");
    expect(faultIn("<html>", gemini)).toBeNull();
  });

  it("waits as the header says, else as the body says, within a second and an hour", () => {
    const fault = (retryAfterMs: number): UpstreamFault => ({
      message: "",
      code: null,
      type: null,
      status: 429,
      retryAfterMs,
    });
    expect(classifyStatus(429, fault(34_000), 2000).retryAfterMs).toBe(2000);
    expect(classifyStatus(429, fault(34_000), null).retryAfterMs).toBe(34_000);
    expect(classifyStatus(429, fault(1), null).retryAfterMs).toBe(1000);
    expect(classifyStatus(429, fault(9e9), null).retryAfterMs).toBe(3_600_000);
    expect(classifyStatus(429, null, null).retryAfterMs).toBeNull();
  });

  it("404 is about the endpoint where that may be what is missing", () => {
    expect(classifyStatus(404, null, null, "endpoint").kind).toBe("endpoint_missing");
    expect(classifyStatus(405, null, null, "endpoint").kind).toBe("endpoint_missing");
  });
});

describe("an error in an answer of status 200", () => {
  it.each([
    ["overloaded_error", "retry", "http_5xx"],
    ["rate_limit_error", "rate_limited", "http_429"],
    ["RESOURCE_EXHAUSTED", "rate_limited", "http_429"],
    ["authentication_error", "credential", "auth_invalid"],
    ["PERMISSION_DENIED", "credential", "auth_invalid"],
    ["billing_error", "credential", "auth_invalid"],
    ["invalid_request_error", "retry", "http_5xx"],
    ["api_error", "retry", "http_5xx"],
  ])("named %s means %s", (type, kind, reason) => {
    expect(classifyFault({ message: "", code: null, type, status: null }, 200)).toMatchObject({
      kind,
      reason,
      httpStatus: 200,
    });
  });
});
