import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { onEachDoor } from "../support/each-door.ts";
import { clientOf, thrownBy } from "../support/sdk.ts";
import { familyOf, kinds, memberOf, modelOf, proofOf, scriptsOf } from "../support/upstreams/kinds.ts";
import { failingUpstream, type Play, used } from "../support/upstreams/play.ts";
import { hello, json, lookup, timeSchema, weatherSchema } from "../support/upstreams/plays.ts";

const messages = [
  { role: "developer" as const, content: "Be brief." },
  { role: "user" as const, content: "Say hello." },
];
const city = z.object({ city: z.string(), degrees: z.int() });
const chatTools = [
  { type: "function" as const, function: { name: "weather", description: "Forecast.", parameters: weatherSchema } },
  { type: "function" as const, function: { name: "time", parameters: timeSchema, strict: true } },
];
const responseTools = [
  { type: "function" as const, name: "weather", description: "Forecast.", parameters: weatherSchema, strict: false },
  { type: "function" as const, name: "time", parameters: timeSchema, strict: true },
];
const usage = { prompt_tokens: used.input, completion_tokens: used.output };

onEachDoor((door) => {
  describe.each(kinds)("openai: with a provider of the kind %s", (kind) => {
    const over = async (...plays: Play[]) => {
      const upstream = await door.upstream(...scriptsOf(kind, plays));
      const route = await door.route([memberOf(kind, upstream)]);
      return { upstream, model: route.model, client: clientOf(door, route.key) };
    };

    it("a chat is answered whole, with every kind of setting", async () => {
      const { client, model, upstream } = await over(hello);
      const answer = await client.chat.completions.create({
        model,
        messages,
        temperature: 0.5,
        max_completion_tokens: 300,
        user: "ann",
      });
      expect(answer.choices[0]).toMatchObject({
        message: { role: "assistant", content: hello.text },
        finish_reason: "stop",
      });
      expect(answer.usage).toMatchObject({ ...usage, prompt_tokens_details: { cached_tokens: used.cached } });
      expect(answer).toMatchObject({ object: "chat.completion", model: modelOf(kind) });
      expect(upstream.requests).toHaveLength(1);
    });

    it("a chat streams, with usage where it is asked for", async () => {
      const { client, model } = await over(hello);
      const stream = client.chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
      let heard = "";
      stream.on("content", (delta) => {
        heard += delta;
      });
      const final = await stream.finalChatCompletion();
      expect(heard).toBe(hello.text);
      expect(final.choices[0]).toMatchObject({ message: { content: hello.text }, finish_reason: "stop" });
      expect(final.usage).toMatchObject(usage);
    });

    it("a chat calls two tools at once, gets their results back and answers", async () => {
      const { client, model, upstream } = await over(lookup, hello);
      const seen: unknown[] = [];
      const tool = (name: string, parameters: object) => ({
        type: "function" as const,
        function: {
          name,
          parameters: { ...parameters },
          description: `Tells the ${name}.`,
          parse: JSON.parse as (text: string) => object,
          function(args: object) {
            seen.push([name, args]);
            return "Sunny.";
          },
        },
      });
      const runner = client.chat.completions.runTools({
        model,
        messages,
        stream: true,
        tools: [tool("weather", weatherSchema), tool("time", timeSchema)],
      });
      expect(await runner.finalContent()).toBe(hello.text);
      expect(seen).toEqual(lookup.calls?.map(({ name, args }) => [name, args]));
      expect(upstream.requests).toHaveLength(2);
    });

    it("a chat that keeps its messages as they came brings the proofs of thoughts home", async () => {
      const { client, model, upstream } = await over(lookup, hello);
      const first = await client.chat.completions.create({ model, messages, tools: chatTools });
      const said = first.choices[0]?.message;
      if (!said) throw new Error("no message");
      expect(first.choices[0]?.finish_reason).toBe("tool_calls");
      const results = (said.tool_calls ?? []).map(({ id }) => ({
        role: "tool" as const,
        tool_call_id: id,
        content: "Sunny.",
      }));
      const last = await client.chat.completions.create({
        model,
        messages: [...messages, said, ...results],
        tools: chatTools,
      });
      expect(last.choices[0]?.message.content).toBe(hello.text);
      const sent = upstream.requests[1]?.body.toString() ?? "";
      const proof = proofOf(kind);
      if (proof) expect(sent).toContain(proof);
    });

    it("a chat is held to a JSON schema and parsed", async () => {
      const { client, model } = await over(json);
      const answer = await client.chat.completions.parse({
        model,
        messages,
        response_format: zodResponseFormat(city, "city"),
      });
      expect(answer.choices[0]?.message.parsed).toEqual({ city: "Rome", degrees: 21 });
    });

    it("a response is answered whole, and streams", async () => {
      const { client, model } = await over(hello);
      const input = { model, instructions: "Be brief.", input: "Say hello.", store: false } as const;
      const whole = await client.responses.create(input);
      expect(whole).toMatchObject({ status: "completed", output_text: hello.text });
      expect(whole.usage).toMatchObject({
        input_tokens: used.input,
        output_tokens: used.output,
        input_tokens_details: { cached_tokens: used.cached },
      });
      const stream = client.responses.stream(input);
      let heard = "";
      stream.on("response.output_text.delta", ({ delta }) => {
        heard += delta;
      });
      expect((await stream.finalResponse()).output_text).toBe(hello.text);
      expect(heard).toBe(hello.text);
    });

    it("a response calls two tools at once, and all its items go back", async () => {
      const { client, model, upstream } = await over(lookup, hello);
      const asked: OpenAI.Responses.ResponseInputItem[] = [{ role: "user", content: "Weather and time?" }];
      const more = { model, tools: responseTools, store: false, include: ["reasoning.encrypted_content" as const] };
      const output: OpenAI.Responses.ResponseInputItem[] = [];
      for await (const event of await client.responses.create({ ...more, input: asked, stream: true }))
        if (event.type === "response.output_item.done") output.push(event.item as OpenAI.Responses.ResponseInputItem);
      const calls = output.filter((item) => item.type === "function_call");
      expect(calls.map(({ call_id, name, arguments: args }) => [call_id, name, JSON.parse(args) as unknown])).toEqual(
        lookup.calls?.map(({ id, name, args }) => [id, name, args]),
      );
      asked.push(...output);
      for (const { call_id } of calls) asked.push({ type: "function_call_output", call_id, output: "Sunny." });
      expect((await client.responses.create({ ...more, input: asked })).output_text).toBe(hello.text);
      const proof = proofOf(kind);
      if (proof) expect(upstream.requests[1]?.body.toString()).toContain(proof);
    });

    it("a response is held to a JSON schema and parsed", async () => {
      const { client, model } = await over(json);
      const answer = await client.responses.parse({
        model,
        input: "Where?",
        text: { format: zodTextFormat(city, "city") },
      });
      expect(answer.output_parsed).toEqual({ city: "Rome", degrees: 21 });
    });

    it("an answer that was cut or filtered says so", async () => {
      for (const [end, chatReason, why] of [
        ["length", "length", "max_output_tokens"],
        ["filtered", "content_filter", "content_filter"],
      ] as const) {
        const { client, model } = await over({ ...hello, end });
        const chat = await client.chat.completions.create({ model, messages });
        expect(chat.choices[0]?.finish_reason).toBe(chatReason);
        const response = await client.responses.create({ model, input: "Hi" });
        expect(response).toMatchObject({ status: "incomplete", incomplete_details: { reason: why } });
      }
    });

    it("errors of the provider are OpenAI's classes, whoever it is", async () => {
      const expected = [
        [400, OpenAI.BadRequestError, 400],
        [429, OpenAI.InternalServerError, 503],
        [500, OpenAI.InternalServerError, 502],
      ] as const;
      for (const [status, kindOfError, told] of expected) {
        const upstream = await door.upstream(failingUpstream(familyOf(kind), status, "Words of the provider."));
        for (const ask of asks) {
          const route = await door.route([memberOf(kind, upstream)]);
          const error = await thrownBy(() => ask(clientOf(door, route.key), route.model));
          expect(error).toBeInstanceOf(kindOfError);
          expect(error.status).toBe(told);
          if (status === 400) expect(error.message).toContain("Words of the provider.");
        }
      }
    });

    it("a stream that breaks ends with an error that the client throws", async () => {
      const { client, model } = await over({ ...hello, breaks: true });
      let heard = "";
      const chat = await thrownBy(async () => {
        const stream = await client.chat.completions.create({ model, messages, stream: true });
        for await (const chunk of stream) heard += chunk.choices[0]?.delta.content ?? "";
      });
      expect(chat.code).toBe("upstream_stream_interrupted");
      expect(heard).toBe(hello.text);
      const events: string[] = [];
      const stream = await client.responses.create({ model, input: "Hi", stream: true });
      for await (const event of stream) events.push(event.type);
      expect(events.at(-1)).toBe("response.failed");
    });

    it("aborting a stream closes the connection to the provider", async () => {
      const { client, model, upstream } = await over({ ...hello, hangs: true });
      const stream = await client.chat.completions.create({ model, messages, stream: true });
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
      await expect((await upstream.nthRequest(1)).clientClosed).resolves.toBeGreaterThan(0);
    });
  });
});

const asks: ((client: OpenAI, model: string) => Promise<unknown>)[] = [
  (client, model) => client.chat.completions.create({ model, messages }),
  (client, model) => client.chat.completions.create({ model, messages, stream: true }),
  (client, model) => client.responses.create({ model, input: "Hi" }),
  (client, model) => client.responses.create({ model, input: "Hi", stream: true }),
];
