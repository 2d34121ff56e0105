import { describe, expect, it } from "vitest";
import { type GatewayKit, makeGateway, makeProvider, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, end, head, json, type Play } from "./testing/scripted-transport.ts";
import { chatCompletion } from "./testing/scripted-upstream.ts";
import type { Protocol } from "./types.ts";

/** Answers that only a broken or hostile upstream gives. Nothing of them may hold up or end anything but their attempt. */

const depth = 20_000;
const deep = `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
const sse = (...items: string[]): Play => [
  connected,
  head(200, { "content-type": "text/event-stream" }),
  ...items.map((item) => data(`data: ${item}\n\n`)),
  end,
];

/** P1 of this protocol plays this; P2 answers well. */
function after(protocol: Protocol, play: Play): GatewayKit {
  const catalog = routeOver(["P1", "P2"]);
  const providers = new Map(catalog.providers).set("prv_P1", makeProvider("P1", { protocol }));
  const kit = makeGateway({ ...catalog, providers });
  kit.transport.on("p1", play);
  kit.transport.on("p2", json(200, chatCompletion({ content: "from P2" })));
  return kit;
}

const gemini = `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":${deep}}}]},"finishReason":"STOP"}]}`;
const call = `{"type":"tool_use","id":"c","name":"f","input":${deep}}`;
const nested: [string, Protocol, Play][] = [
  ["Google, whole", "gemini", [connected, head(200, { "content-type": "application/json" }), data(gemini), end]],
  ["Google, streamed", "gemini", sse(gemini)],
  [
    "Anthropic, whole",
    "anthropic",
    json(200, `{"type":"message","content":[${call}],"stop_reason":"tool_use","usage":{}}`),
  ],
  [
    "Anthropic, streamed",
    "anthropic",
    sse(`{"type":"content_block_start","index":0,"content_block":${call}}`, '{"type":"message_stop"}'),
  ],
];

describe.each(["/v1/chat/completions", "/v1/messages"])("at %s", (path) => {
  it.each(nested)("an answer nested deeper than the stack is a bad one, and the next is asked: %s", async (...row) => {
    const [, protocol, play] = row;
    const kit = after(protocol, play);
    const body = { model: "g", max_tokens: 9, messages: [{ role: "user", content: "Hi" }] };
    const reply = await kit.request({ path, body: JSON.stringify(body) });
    expect([reply.status, reply.ended]).toEqual([200, true]);
    expect(reply.text).toContain("from P2");
    expect(kit.records[0]?.receipt.attempts[0]).toMatchObject({ outcome: "failed", reason: "bad_json" });
  });
});
