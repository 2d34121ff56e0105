import Anthropic from "@anthropic-ai/sdk";
import { describe, expect, it } from "vitest";
import { onEachDoor } from "../support/each-door.ts";
import { anthropicOf, thrownAs } from "../support/sdk.ts";
import { familyOf, kinds, memberOf, modelOf, proofOf, scriptsOf } from "../support/upstreams/kinds.ts";
import { failingUpstream, type Play, used } from "../support/upstreams/play.ts";
import { citySchema, hello, json, lookup, timeSchema, weatherSchema } from "../support/upstreams/plays.ts";

const messages = [{ role: "user" as const, content: "Say hello." }];
const base = { max_tokens: 4096, messages };
const tools: Anthropic.Tool[] = [
  { name: "weather", description: "Forecast.", input_schema: { ...weatherSchema, type: "object" } },
  { name: "time", input_schema: { ...timeSchema, type: "object" }, cache_control: { type: "ephemeral" } },
];
const thinking = { type: "enabled" as const, budget_tokens: 2048 };
const usage = {
  input_tokens: used.input - used.cached,
  cache_read_input_tokens: used.cached,
  output_tokens: used.output,
};
const thrownBy = (work: () => Promise<unknown>) => thrownAs(Anthropic.APIError, work);

onEachDoor((door) => {
  describe.each(kinds)("anthropic: with a provider of the kind %s", (kind) => {
    const over = async (...plays: Play[]) => {
      const upstream = await door.upstream(...scriptsOf(kind, plays));
      const route = await door.route([memberOf(kind, upstream)]);
      return { upstream, model: route.model, client: anthropicOf(door, route.key) };
    };

    it("a message is answered whole, with what was cached counted beside the input", async () => {
      const { client, model } = await over(hello);
      const { data, request_id } = await client.messages
        .create({
          ...base,
          model,
          system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
          metadata: { user_id: "ann" },
        })
        .withResponse();
      expect(data).toMatchObject({
        type: "message",
        role: "assistant",
        model: modelOf(kind),
        content: [{ type: "text", text: hello.text }],
        stop_reason: "end_turn",
        usage,
      });
      expect(request_id).toMatch(/^req_/);
    });

    it("a message streams", async () => {
      const { client, model } = await over(hello);
      const stream = client.messages.stream({ ...base, model });
      let heard = "";
      stream.on("text", (delta) => {
        heard += delta;
      });
      const final = await stream.finalMessage();
      expect(heard).toBe(hello.text);
      expect(final).toMatchObject({ stop_reason: "end_turn", usage: { output_tokens: used.output } });
      expect(final.content).toMatchObject([{ type: "text", text: hello.text }]);
    });

    it("thinks, calls two tools at once, gets its own thoughts back with their proofs, and answers", async () => {
      const { client, model, upstream } = await over(lookup, hello);
      for (const isStreamed of [true, false]) {
        upstream.requests.length = 0;
        upstream.respond(...(scriptsOf(kind, [lookup, hello]) as [never, ...never[]]));
        const asked = { ...base, model, tools, thinking };
        const first = isStreamed
          ? await client.messages.stream(asked).finalMessage()
          : await client.messages.create(asked);
        expect(first.stop_reason).toBe("tool_use");
        const calls = first.content.filter((block) => block.type === "tool_use");
        expect(calls.map(({ id, name, input }) => [id, name, input])).toEqual(
          lookup.calls?.map(({ id, name, args }) => [id, name, args]),
        );
        const proof = proofOf(kind);
        const thoughts = first.content.filter(({ type }) => type === "thinking" || type === "redacted_thinking");
        expect(thoughts.length > 0).toBe(proof !== null);
        const results = calls.map(({ id }) => ({ type: "tool_result" as const, tool_use_id: id, content: "Sunny." }));
        const next = [
          ...messages,
          { role: "assistant" as const, content: first.content },
          { role: "user" as const, content: results },
        ];
        const last = await client.messages.create({ ...asked, messages: next });
        expect(last.content).toMatchObject([{ type: "text", text: hello.text }]);
        if (proof) expect(upstream.requests[1]?.body.toString()).toContain(proof);
      }
    });

    it("an answer is held to a JSON schema and parsed", async () => {
      const { client, model, upstream } = await over(json);
      const answer = await client.messages.parse({
        ...base,
        model,
        output_config: { format: { type: "json_schema", schema: citySchema } },
      });
      expect(answer.content).toMatchObject([{ type: "text", text: json.text }]);
      expect(upstream.requests[0]?.body.toString()).toContain('"additionalProperties":false');
    });

    it("tokens are counted", async () => {
      const { client, model } = await over(hello);
      const { data, response } = await client.messages.countTokens({ model, messages, tools }).withResponse();
      expect(data.input_tokens).toBeGreaterThan(3);
      expect(response.headers.get("x-sluice-counted-by")).toBe(kind === "anthropic" ? null : "sluice");
    });

    it("beta calls work, and only Anthropic's own hear of them", async () => {
      const { client, model, upstream } = await over(hello);
      const betas = ["interleaved-thinking-2025-05-14"];
      const answer = await client.beta.messages.create({ ...base, model, betas });
      expect(answer.content).toMatchObject([{ type: "text", text: hello.text }]);
      const [request] = upstream.requests;
      expect(request?.headers["anthropic-beta"]).toBe(kind === "anthropic" ? betas[0] : undefined);
    });

    it("an answer that was cut or refused says so", async () => {
      for (const [end, reason] of [
        ["length", "max_tokens"],
        ["filtered", "refusal"],
      ] as const) {
        const { client, model } = await over({ ...hello, end });
        expect((await client.messages.create({ ...base, model })).stop_reason).toBe(reason);
      }
    });

    it("errors of the provider are Anthropic's classes and types, whoever it is", async () => {
      const expected = [
        [400, Anthropic.BadRequestError, 400, "invalid_request_error"],
        [429, Anthropic.InternalServerError, 503, "overloaded_error"],
        [500, Anthropic.InternalServerError, 502, "api_error"],
      ] as const;
      for (const [status, kindOfError, told, type] of expected) {
        const upstream = await door.upstream(failingUpstream(familyOf(kind), status, "Words of the provider."));
        for (const stream of [false, true]) {
          const route = await door.route([memberOf(kind, upstream)]);
          const client = anthropicOf(door, route.key);
          const error = await thrownBy(() => client.messages.create({ ...base, model: route.model, stream }));
          expect(error).toBeInstanceOf(kindOfError);
          expect(error).toMatchObject({ status: told, error: { type: "error", error: { type } } });
          expect(error.requestID).toMatch(/^req_/);
          if (status === 400) expect(error.message).toContain("Words of the provider.");
        }
      }
    });

    it("a stream that breaks ends with an error that the client throws", async () => {
      const { client, model } = await over({ ...hello, breaks: true });
      let heard = "";
      const stream = client.messages.stream({ ...base, model }).on("text", (delta) => {
        heard += delta;
      });
      const error = await thrownBy(() => stream.finalMessage());
      expect(error.error).toMatchObject({ type: "error", error: { type: "api_error" } });
      expect(heard).toBe(hello.text);
    });

    it("aborting a stream closes the connection to the provider", async () => {
      const { client, model, upstream } = await over({ ...hello, hangs: true });
      const stream = await client.messages.create({ ...base, model, stream: true });
      for await (const event of stream) if (event.type === "content_block_delta") break;
      await expect((await upstream.nthRequest(1)).clientClosed).resolves.toBeGreaterThan(0);
    });
  });

  it("anthropic: a key that is wrong, a model that is not there and a request without messages have their types", async () => {
    const upstream = await door.upstream(...scriptsOf("anthropic", [hello]));
    const { model, key } = await door.route([memberOf("anthropic", upstream)]);
    const stranger = await thrownBy(() => anthropicOf(door, "sk-sluice-no").messages.create({ ...base, model }));
    expect(stranger).toBeInstanceOf(Anthropic.AuthenticationError);
    expect(stranger.type).toBe("authentication_error");
    const client = anthropicOf(door, key);
    const nobody = await thrownBy(() => client.messages.create({ ...base, model: "nobody" }));
    expect(nobody).toBeInstanceOf(Anthropic.NotFoundError);
    expect(nobody.type).toBe("not_found_error");
    const empty = await thrownBy(() => client.messages.create({ model, max_tokens: 9 } as never));
    expect(empty).toBeInstanceOf(Anthropic.BadRequestError);
    expect(empty.type).toBe("invalid_request_error");
    expect(upstream.requests).toHaveLength(0);
  });

  it("anthropic: models are listed in pages", async () => {
    const upstream = await door.upstream();
    const { model, key } = await door.route([memberOf("anthropic", upstream)]);
    const ids: string[] = [];
    for await (const one of anthropicOf(door, key).models.list({ limit: 1 })) ids.push(one.id);
    expect(ids).toEqual([model]);
    expect(await anthropicOf(door, key).models.retrieve(model)).toMatchObject({ type: "model", id: model });
  });
});
