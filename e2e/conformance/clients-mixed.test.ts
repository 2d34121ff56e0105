import { describe, expect, it } from "vitest";
import { type DoorTest, onEachDoor } from "../support/each-door.ts";
import { callRow, lastCallOfKey, type Route } from "../support/routes.ts";
import { anthropicOf, clientOf, genaiOf } from "../support/sdk.ts";
import { anthropic } from "../support/upstreams/anthropic.ts";
import { familyOf, type Kind, kinds, memberOf, scriptsOf } from "../support/upstreams/kinds.ts";
import { failingUpstream, strictUpstream, used } from "../support/upstreams/play.ts";
import { hello, lookup, weatherSchema } from "../support/upstreams/plays.ts";

/** What holds for clients of every format alike, whoever answers them. */

const faces = ["chat", "responses", "messages", "gemini"] as const;
type Face = (typeof faces)[number];
const question = "Say hello.";
const paths: Record<Face, string> = {
  chat: "/v1/chat/completions",
  responses: "/v1/responses",
  messages: "/v1/messages",
  gemini: "/v1beta/models/{model}:generateContent",
};

/** Asks by the official SDK for a streamed text, and puts it together. */
async function streamed(door: DoorTest, { key, model }: Pick<Route, "key" | "model">, face: Face): Promise<string> {
  let text = "";
  if (face === "chat") {
    const messages = [{ role: "user" as const, content: question }];
    for await (const chunk of await clientOf(door, key).chat.completions.create({ model, messages, stream: true }))
      text += chunk.choices[0]?.delta.content ?? "";
  } else if (face === "responses") {
    for await (const event of await clientOf(door, key).responses.create({ model, input: question, stream: true }))
      if (event.type === "response.output_text.delta") text += event.delta;
  } else if (face === "messages") {
    const messages = [{ role: "user" as const, content: question }];
    const stream = anthropicOf(door, key).messages.stream({ model, max_tokens: 500, messages });
    text = await stream.finalText();
  } else
    for await (const chunk of await genaiOf(door, key).models.generateContentStream({ model, contents: question }))
      text += chunk.text ?? "";
  return text;
}

/** The same request by hand, with members of the client's own format beside it. */
function asked(door: DoorTest, { key, model }: Route, face: Face, more: Record<string, unknown> = {}) {
  const bodies = {
    chat: { model, messages: [{ role: "user", content: question }] },
    responses: { model, input: question },
    messages: { model, max_tokens: 500, messages: [{ role: "user", content: question }] },
    gemini: { contents: [{ role: "user", parts: [{ text: question }] }] },
  };
  return fetch(door.sluice.baseUrl + paths[face].replace("{model}", model), {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ ...bodies[face], ...more }),
  });
}

onEachDoor((door) => {
  const over = async (kind: Kind, ...plays: Parameters<typeof scriptsOf>[1]) => {
    const upstream = await door.upstream(...scriptsOf(kind, plays));
    return { upstream, route: await door.route([memberOf(kind, upstream)]) };
  };

  describe.each(faces)("mixed: a client of %s", (face) => {
    const pairs = [
      ["anthropic", "chat"],
      ["chat", "anthropic"],
      ["gemini", "responses"],
    ] as const;
    it.each(pairs)(
      "does not notice that %s fails and %s answers, before the stream and in it",
      async (first, second) => {
        const failing = [failingUpstream(familyOf(first), 500), strictUpstream(familyOf(first), { breaks: true })];
        for (const script of failing) {
          const route = await door.route([
            memberOf(first, await door.upstream(script)),
            memberOf(second, await door.upstream(...scriptsOf(second, [hello]))),
          ]);
          expect(await streamed(door, route, face)).toBe(hello.text);
          expect(await lastCallOfKey(door.sluice, route)).toMatchObject({ outcome: "rescued", attempts: 2 });
        }
      },
    );

    it("is spared an answer of Anthropic's with a fail keyword", async () => {
      const excuse = { text: "Sorry, our quota ran dry today. Come back later." };
      const route = await door.route([
        memberOf("anthropic", await door.upstream(...scriptsOf("anthropic", [excuse]))),
        memberOf("gemini", await door.upstream(...scriptsOf("gemini", [hello]))),
      ]);
      await door.sluice.admin("POST", "/fail-keywords", {
        keyword: "quota ran dry",
        scope: "group",
        targetId: route.groupId,
      });
      await expect.poll(() => streamed(door, route, face), { timeout: 5000 }).toBe(hello.text);
      const row = await lastCallOfKey(door.sluice, route);
      expect(row.attemptReasons).toEqual(["keyword", "ok"]);
    });

    it("costs the same and is counted the same, whoever answers it", async () => {
      for (const kind of kinds) {
        const { route } = await over(kind, hello);
        const response = await asked(door, route, face);
        expect(response.status).toBe(200);
        await response.text();
        const row = await callRow(door.sluice, response.headers.get("x-request-id"));
        const { usage, cost } = row;
        expect(usage, kind).toMatchObject({
          input: used.input,
          output: used.output,
          cached: used.cached,
          source: "provider",
        });
        // 70 at 3, 30 at 0.3 and 40 at 15 US dollars for a million.
        expect(Number(cost?.usd), kind).toBeCloseTo(0.000819, 9);
      }
    });
  });

  it.each([
    ["chat", { seed: 7, metadata: { team: "red" } }, "anthropic", ["metadata", "seed"]],
    ["responses", { truncation: "auto", metadata: { team: "red" } }, "chat", ["metadata", "own_hints"]],
    ["messages", { top_k: 5 }, "responses", ["top_k"]],
    ["gemini", { safetySettings: [{ category: "c", threshold: "t" }] }, "chat", ["own_hints"]],
  ] as const)(
    "mixed: a client of %s hears in x-sluice-dropped what was left out of %j",
    async (face, more, kind, left) => {
      const { route } = await over(kind, hello);
      const response = await asked(door, route, face, more);
      expect(response.status).toBe(200);
      expect(response.headers.get("x-sluice-dropped")?.split(", ").sort()).toEqual(left);
      await response.text();
      const row = await callRow(door.sluice, response.headers.get("x-request-id"));
      expect(row.flags).toEqual(expect.arrayContaining(left.map((name) => `dropped:${name}`)));
    },
  );

  it("mixed: who asks nobody who can is refused in its own words, and nobody is asked", async () => {
    const cases = [
      ["chat", { n: 2 }, "anthropic", { error: { code: "unsupported_capability", type: "invalid_request_error" } }],
      ["responses", { previous_response_id: "resp_1" }, "gemini", { error: { code: "unsupported_capability" } }],
      [
        "messages",
        { mcp_servers: [{ type: "url", url: "https://mcp.test", name: "m" }] },
        "chat",
        { type: "error", error: { type: "invalid_request_error" } },
      ],
      [
        "gemini",
        { cachedContent: "cachedContents/1" },
        "responses",
        { error: { code: 400, status: "INVALID_ARGUMENT" } },
      ],
    ] as const;
    for (const [face, more, kind, shape] of cases) {
      const { route, upstream } = await over(kind, hello);
      const response = await asked(door, route, face, more);
      expect([face, response.status]).toEqual([face, 400]);
      expect(await response.json()).toMatchObject(shape);
      expect(upstream.requests).toHaveLength(0);
    }
  });

  it("mixed: what cannot be said to one provider of a group is said to another", async () => {
    const first = await door.upstream(...scriptsOf("anthropic", [hello]));
    const second = await door.upstream(...scriptsOf("gemini", [hello]));
    const route = await door.route([memberOf("anthropic", first), memberOf("gemini", second)]);
    const audio = { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } };
    const response = await asked(door, route, "chat", { messages: [{ role: "user", content: [audio] }] });
    expect(response.status).toBe(200);
    expect([first.requests.length, second.requests.length]).toEqual([0, 1]);
  });

  it("mixed: a conversation of thoughts and tools moves to another maker and back, and nobody gets foreign proofs", async () => {
    const order: Kind[] = ["anthropic", "chat", "gemini", "responses", "anthropic"];
    const tools = [
      { name: "weather", input_schema: { ...weatherSchema, type: "object" as const } },
      { name: "time", input_schema: { type: "object" as const, properties: {} } },
    ];
    const messages: Parameters<ReturnType<typeof anthropicOf>["messages"]["create"]>[0]["messages"] = [
      { role: "user", content: question },
    ];
    for (const [turn, kind] of order.entries()) {
      const calls = lookup.calls?.map((call) => ({ ...call, id: `${call.id}_${turn}` })) ?? [];
      const { route } = await over(kind, { ...lookup, calls });
      const client = anthropicOf(door, route.key);
      const thinking = { type: "enabled" as const, budget_tokens: 1024 };
      const answer = await client.messages.create({ model: route.model, max_tokens: 4096, messages, tools, thinking });
      expect(answer.stop_reason, kind).toBe("tool_use");
      const results = calls.map(({ id }) => ({ type: "tool_result" as const, tool_use_id: id, content: "Sunny." }));
      messages.push({ role: "assistant", content: answer.content }, { role: "user", content: results });
    }
    expect(messages).toHaveLength(1 + 2 * order.length);
  });

  it("mixed: headers in the provider's own words take the place of its protocol's", async () => {
    const family = { ...anthropic, auth: { header: "authorization", prefix: "Bearer " } };
    const upstream = await door.upstream(strictUpstream(family, hello));
    const member = memberOf("anthropic", upstream);
    const headers = { authorization: "Bearer {{api_key}}" };
    const route = await door.route([{ ...member, provider: { ...member.provider, headers } }]);
    expect(await streamed(door, route, "chat")).toBe(hello.text);
  });

  it("mixed: a client of Responses finds its way through an upstream that has none", async () => {
    const upstream = await door.upstream(
      failingUpstream(familyOf("responses"), 404, "Not found"),
      ...scriptsOf("chat", [hello]),
    );
    const member = memberOf("chat", upstream);
    const route = await door.route([{ ...member, provider: { ...member.provider, wireApi: "auto" } }]);
    expect(await streamed(door, route, "responses")).toBe(hello.text);
    expect(upstream.requests.map(({ path }) => path)).toEqual(["/v1/responses", "/v1/chat/completions"]);
  });
});
