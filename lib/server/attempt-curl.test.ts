import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { attemptCurl } from "./attempt-curl.ts";

const openai = {
  protocol: "openai",
  apiVersion: null,
  wireApi: "auto",
  baseUrl: "https://api.example/v1",
  headers: {},
} as const;
const messages = [{ role: "user", content: "It's $HOME" }];
const request = JSON.stringify({ model: "chat", messages, temperature: 0.5 });
const chat = { endpoint: "chat.completions", stream: false, request };

/** The arguments the shell hands to curl. */
function argumentsOf(command: string | null): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const env = { ...process.env, PROVIDER_KEY: "the-key", X_TEAM_TOKEN: "the-token" };
  return execFileSync("/bin/sh", ["-c", script], { env, encoding: "utf8" }).split("\0").slice(0, -1);
}

describe("the command of an attempt", () => {
  it("asks the provider the same with the model's name there, and has a variable where the secret is", () => {
    const command = attemptCurl(chat, openai, "gpt-x");
    expect(command).toContain('-H "authorization: Bearer $PROVIDER_KEY"');
    expect(argumentsOf(command)).toEqual([
      ...["https://api.example/v1/chat/completions", "-H", "authorization: Bearer the-key"],
      ...["-H", "content-type: application/json", "-d", JSON.stringify({ model: "gpt-x", messages, temperature: 0.5 })],
    ]);
  });

  it("speaks the format and the way of signing in of the provider", () => {
    const anthropic = { ...openai, protocol: "anthropic" } as const;
    const told = argumentsOf(attemptCurl({ ...chat, stream: true }, anthropic, "claude-x"));
    expect(told.slice(0, 4)).toEqual(["-N", "https://api.example/v1/messages", "-H", "x-api-key: the-key"]);
    expect(told).toContain("anthropic-version: 2023-06-01");
    expect(JSON.parse(told.at(-1) ?? "")).toMatchObject({
      model: "claude-x",
      stream: true,
      messages: [{ role: "user" }],
    });
    const embeddings = { endpoint: "embeddings", stream: false, request: '{"model":"e","input":"x"}' };
    expect(argumentsOf(attemptCurl(embeddings, openai, "embed-x"))).toContain("https://api.example/v1/embeddings");
  });

  it("sends the provider's own headers, hidden ones as variables", () => {
    const headers = { "x-team": "it's us", "x-team-token": "••••", "x-auth": "v1 {{api_key}}" };
    expect(
      argumentsOf(attemptCurl(chat, { ...openai, headers }, "gpt-x")).filter((one) => one.startsWith("x-")),
    ).toEqual([...["x-team: it's us", "x-team-token: the-token", "x-auth: v1 the-key"]]);
  });

  it("is not made of what was not stored, was cut, is no JSON, or was never sent anywhere", () => {
    expect(attemptCurl({ ...chat, request: null }, openai, "m")).toBeNull();
    expect(attemptCurl({ ...chat, request: request.slice(0, 30) }, openai, "m")).toBeNull();
    expect(attemptCurl({ ...chat, endpoint: "audio.transcriptions" }, openai, "m")).toBeNull();
    expect(attemptCurl(chat, { ...openai, protocol: "demo" }, "m")).toBeNull();
  });
});
