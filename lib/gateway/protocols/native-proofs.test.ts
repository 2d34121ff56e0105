import { describe, expect, it } from "vitest";
import { readMessagesRequest } from "../messages-request.ts";
import { makeDeployment } from "../testing/gateway-kit.ts";
import type { Json } from "./answer-format.ts";
import { sealedForGemini } from "./gemini-names.ts";
import { nativeProofs } from "./native-proofs.ts";
import { noSignature, sealSignature } from "./signature.ts";

const changed = (json: Json): Json =>
  Object.fromEntries(
    Object.entries(nativeProofs(Buffer.from(JSON.stringify(json)), json)).map(([name, raw]) => [name, JSON.parse(raw)]),
  );
const from = (origin: "openai" | "anthropic" | "gemini", value: string) => ({ origin, value });
const text = { type: "text", text: "Yes." };

describe("proofs in a request that passes as it is", () => {
  it("stay as they are where their own provider gave them", () => {
    const content = [{ type: "thinking", thinking: "Hm.", signature: "EqQB" }, text];
    expect(changed({ messages: [{ role: "assistant", content }] })).toEqual({});
    const talk = [{ role: "user", content: "What does sluice1. at the start of a signature mean?" }];
    expect(changed({ messages: talk })).toEqual({});
  });

  it("go with the thoughts of others from a request to Anthropic, and with messages of nothing else", () => {
    const thinking = (signature: string) => ({ type: "thinking", thinking: "Hm.", signature });
    const own = sealSignature(from("anthropic", "sluice1.gemini.YQ"), "anthropic");
    const messages = [
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: [
          thinking(sealSignature(from("openai", "gAAA"), "anthropic")),
          thinking(noSignature),
          thinking(own),
          { type: "redacted_thinking", data: sealSignature(from("gemini", "Co"), "anthropic") },
          text,
        ],
      },
      { role: "assistant", content: [thinking(noSignature)] },
    ];
    expect(changed({ model: "m", messages })).toEqual({
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: [thinking("sluice1.gemini.YQ"), text] },
      ],
    });
  });

  it("go with the items of others from a request for a response", () => {
    const message = { type: "message", role: "user", content: "Hi" };
    const reasoning = (encrypted: string) => ({ type: "reasoning", summary: [], encrypted_content: encrypted });
    const input = [
      message,
      reasoning("gAAA"),
      reasoning(sealSignature(from("anthropic", "EqQB"), "openai")),
      reasoning("sluicecall1.YQ.Co"),
    ];
    expect(changed({ input })).toEqual({ input: [message, reasoning("gAAA")] });
  });

  it("go from parts of a request to Gemini and from calls in chats, which stay", () => {
    const foreign = sealedForGemini(from("openai", "gAAA"));
    const functionCall = { name: "look", args: {} };
    const parts = [
      { text: "A", thoughtSignature: foreign },
      { text: "B", thoughtSignature: "Co+/" },
      { functionCall, thoughtSignature: foreign },
    ];
    const standIn = { functionCall, thoughtSignature: "skip_thought_signature_validator" };
    expect(changed({ contents: [{ role: "model", parts }] })).toEqual({
      contents: [{ role: "model", parts: [{ text: "A" }, { text: "B", thoughtSignature: "Co+/" }, standIn] }],
    });
    const google = { thought_signature: sealSignature(from("anthropic", "EqQB"), "gemini") };
    const call = { id: "a", type: "function", function: { name: "look", arguments: "{}" } };
    const messages = [{ role: "assistant", tool_calls: [{ ...call, extra_content: { google } }] }];
    expect(changed({ messages })).toEqual({
      messages: [{ role: "assistant", tool_calls: [{ ...call, extra_content: { google: {} } }] }],
    });
  });

  it("are looked after in every call, and nothing else of its body changes", () => {
    const deployment = makeDeployment("A", { model: "claude-opus-5" });
    const bodyOf = (signature: string) => {
      const content = `[{"type":"thinking","thinking":"Hm.","signature":"${signature}"},{"type":"text","text":"Yes."}]`;
      const text = `{"model":"claude-opus-5", "max_tokens":1e2,"messages":[{"role":"assistant","content":${content}}]}`;
      return { text, sent: readMessagesRequest(Buffer.from(text)).bodyFor(deployment).body?.toString() };
    };
    const native = bodyOf("EqQB");
    expect(native.sent).toBe(native.text);
    expect(bodyOf(noSignature).sent).toBe(
      '{"model":"claude-opus-5", "max_tokens":1e2,"messages":[{"role":"assistant","content":[{"type":"text","text":"Yes."}]}]}',
    );
  });
});
