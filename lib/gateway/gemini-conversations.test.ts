import { describe, expect, it } from "vitest";
import { makeGateway, routeOver } from "./testing/gateway-kit.ts";
import { events, json, type Play } from "./testing/scripted-transport.ts";

const part = (text: string) => ({ text });
const said = (parts: readonly object[] | null, more: object = {}) => ({
  candidates: [{ ...(parts && { content: { role: "model", parts } }), index: 0, ...more }],
  usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 4, totalTokenCount: 16 },
  modelVersion: "gemini-x",
  responseId: "r1",
});
const stream = (...items: object[]): Play => events(items.map((item) => JSON.stringify(item)));
const done = { finishReason: "STOP" };

/** Two providers, tried in order, that speak Google's format. */
function over(first: Play, second: Play = json(200, said([part("From the second.")], done))) {
  const kit = makeGateway(routeOver(["P1", "P2"], { provider: { protocol: "gemini", retries: 0 } }));
  kit.transport.on("p1", first);
  kit.transport.on("p2", second);
  return kit;
}

const second = stream(said([part("From the second.")], done));

describe("an answer of Gemini in another format", () => {
  it("that is cut before its finish reason ends with the error and without [DONE]", async () => {
    const reply = await over(stream(said([part("Hel")]), said([part("lo")]))).chat({ stream: true });
    expect(reply.said).toBe("Hello");
    expect(reply.events).not.toContain("[DONE]");
    expect(JSON.stringify(reply.events.at(-1))).toContain("upstream_stream_interrupted");
  });

  it.each([
    ["a malformed call", stream(said(null, { finishReason: "MALFORMED_FUNCTION_CALL" }))],
    ["a STOP without a word", stream(said(null, done))],
    ["an error in the stream", stream({ error: { code: 503, status: "UNAVAILABLE", message: "Overloaded." } })],
  ])("%s is another provider's turn", async (_, play) => {
    const kit = over(play, second);
    expect((await kit.chat({ stream: true })).said).toBe("From the second.");
  });

  it.each([true, false])(
    "a blocked prompt is the client's to mend and nobody else's (stream: %s)",
    async (asStream) => {
      const blocked = { promptFeedback: { blockReason: "SAFETY" }, usageMetadata: { promptTokenCount: 3 } };
      const kit = over(asStream ? stream(blocked) : json(200, blocked));
      const reply = await kit.chat({ stream: asStream });
      expect([reply.status, reply.error.code]).toEqual([400, "content_filter"]);
      expect(kit.transport.sent).toHaveLength(1);
    },
  );

  it("words that were held back for safety end as content_filter", async () => {
    const reply = await over(json(200, said([part("I ")], { finishReason: "SAFETY" }))).chat();
    expect(reply.json()).toMatchObject({ choices: [{ finish_reason: "content_filter" }] });
  });

  it("its calls of tools come back to it with their proof, through a client that keeps what it got", async () => {
    const calls = [
      { functionCall: { name: "weather", args: { city: "Paris" } }, thoughtSignature: "c2lnMQ==" },
      { functionCall: { name: "weather", args: { city: "Rome" } } },
    ];
    const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object" } } }];
    const question = { role: "user", content: "Weather?" };
    const first = await over(json(200, said(calls, done))).chat({ messages: [question], tools });
    const { choices } = first.json() as {
      choices: { finish_reason: string; message: { tool_calls: { id: string }[] } }[];
    };
    const [choice] = choices;
    expect(choice?.finish_reason).toBe("tool_calls");
    const results = choice?.message.tool_calls.map(({ id }) => ({ role: "tool", tool_call_id: id, content: "sun" }));
    const next = over(json(200, said([part("Sunny.")], done)));
    await next.chat({ messages: [question, choice?.message, ...(results ?? [])], tools });
    expect(next.transport.sent[0]?.json()).toMatchObject({
      contents: [
        { role: "user", parts: [{ text: "Weather?" }] },
        { role: "model", parts: calls },
        {
          role: "user",
          parts: ["Paris", "Rome"].map(() => ({ functionResponse: { name: "weather", response: { output: "sun" } } })),
        },
      ],
    });
  });
});
