import { ApiError, FunctionCallingConfigMode, type FunctionDeclaration } from "@google/genai";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { onEachDoor } from "../support/each-door.ts";
import { genaiOf, thrownAs } from "../support/sdk.ts";
import { familyOf, kinds, memberOf, proofOf, scriptsOf } from "../support/upstreams/kinds.ts";
import { failingUpstream, type Play, used } from "../support/upstreams/play.ts";
import { citySchema, hello, json, lookup, timeSchema, weatherSchema } from "../support/upstreams/plays.ts";

const contents = "Say hello.";
const functionDeclarations: FunctionDeclaration[] = [
  { name: "weather", description: "Forecast.", parametersJsonSchema: weatherSchema },
  { name: "time", parametersJsonSchema: timeSchema },
];
const config = { tools: [{ functionDeclarations }], thinkingConfig: { includeThoughts: true } };
const thrownBy = (work: () => Promise<unknown>) => thrownAs(ApiError, work);
const errorOf = ({ message }: ApiError) => (JSON.parse(message) as { error: Record<string, unknown> }).error;

beforeEach(() => {
  // The library warns of answers that hold more than text.
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

onEachDoor((door) => {
  describe.each(kinds)("genai: with a provider of the kind %s", (kind) => {
    const over = async (...plays: Play[]) => {
      const upstream = await door.upstream(...scriptsOf(kind, plays));
      const route = await door.route([memberOf(kind, upstream)]);
      return { upstream, model: route.model, client: genaiOf(door, route.key) };
    };

    it("content is generated whole, with thoughts counted beside it", async () => {
      const { client, model } = await over(hello);
      const answer = await client.models.generateContent({
        model,
        contents,
        config: { systemInstruction: "Be brief.", temperature: 0.5, maxOutputTokens: 300 },
      });
      expect(answer.text).toBe(hello.text);
      expect(answer.candidates?.[0]?.finishReason).toBe("STOP");
      expect(answer.usageMetadata).toMatchObject({
        promptTokenCount: used.input,
        cachedContentTokenCount: used.cached,
        candidatesTokenCount: used.output - used.thoughts,
        thoughtsTokenCount: used.thoughts,
      });
    });

    it("content streams", async () => {
      const { client, model } = await over(hello);
      let heard = "";
      let tokens: number | undefined;
      for await (const chunk of await client.models.generateContentStream({ model, contents })) {
        heard += chunk.text ?? "";
        tokens = chunk.usageMetadata?.totalTokenCount ?? tokens;
      }
      expect(heard).toBe(hello.text);
      expect(tokens).toBe(used.input + used.output);
    });

    it("a chat calls two functions at once, streamed and whole, and goes on with its own history", async () => {
      for (const isStreamed of [true, false]) {
        const { client, model, upstream } = await over(lookup, hello);
        const chat = client.chats.create({ model, config });
        const calls: { id?: string; name?: string; args?: object }[] = [];
        if (isStreamed)
          for await (const chunk of await chat.sendMessageStream({ message: contents }))
            calls.push(...(chunk.functionCalls ?? []));
        else calls.push(...((await chat.sendMessage({ message: contents })).functionCalls ?? []));
        expect(calls.map(({ name, args }) => [name, args])).toEqual(
          lookup.calls?.map(({ name, args }) => [name, args]),
        );
        const message = calls.map(({ id, name }) => ({
          functionResponse: { ...(id && { id }), name: String(name), response: { output: "Sunny." } },
        }));
        expect((await chat.sendMessage({ message })).text).toBe(hello.text);
        const proof = proofOf(kind);
        if (proof) expect(upstream.requests[1]?.body.toString()).toContain(proof);
      }
    });

    it("one function is asked for by its name", async () => {
      const { client, model, upstream } = await over(lookup);
      const functionCallingConfig = { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ["weather"] };
      await client.models.generateContent({
        model,
        contents,
        config: { tools: config.tools, toolConfig: { functionCallingConfig } },
      });
      expect(upstream.requests[0]?.body.toString()).toMatch(/"(tool_choice|toolConfig)":\{[^}]*weather/);
    });

    it("an answer is held to a JSON schema", async () => {
      const { client, model, upstream } = await over(json);
      const answer = await client.models.generateContent({
        model,
        contents,
        config: { responseMimeType: "application/json", responseJsonSchema: citySchema },
      });
      expect(JSON.parse(answer.text ?? "")).toEqual({ city: "Rome", degrees: 21 });
      expect(upstream.requests[0]?.body.toString()).toContain('"degrees":{"type":"integer"}');
    });

    it("tokens are counted", async () => {
      const { client, model } = await over(hello);
      if (kind === "gemini") return;
      expect((await client.models.countTokens({ model, contents })).totalTokens).toBeGreaterThan(1);
    });

    it("an answer that was cut or filtered says so", async () => {
      for (const [end, reason] of [
        ["length", "MAX_TOKENS"],
        ["filtered", "SAFETY"],
      ] as const) {
        const { client, model } = await over({ ...hello, end });
        const answer = await client.models.generateContent({ model, contents });
        expect(answer.candidates?.[0]?.finishReason).toBe(reason);
      }
    });

    it("errors of the provider have Google's statuses, whoever it is", async () => {
      const expected = [
        [400, 400, "INVALID_ARGUMENT"],
        [429, 503, "UNAVAILABLE"],
        [500, 502, "INTERNAL"],
      ] as const;
      for (const [status, told, name] of expected) {
        const upstream = await door.upstream(failingUpstream(familyOf(kind), status, "Words of the provider."));
        for (const method of ["generateContent", "generateContentStream"] as const) {
          const route = await door.route([memberOf(kind, upstream)]);
          const error = await thrownBy(() => genaiOf(door, route.key).models[method]({ model: route.model, contents }));
          expect(error.status).toBe(told);
          expect(errorOf(error)).toMatchObject({ code: told, status: name });
          if (status === 400) expect(errorOf(error).message).toContain("Words of the provider.");
        }
      }
    });

    it("a stream that breaks ends with an error that the client throws", async () => {
      const { client, model } = await over({ ...hello, breaks: true });
      let heard = "";
      const error = await thrownBy(async () => {
        for await (const chunk of await client.models.generateContentStream({ model, contents }))
          heard += chunk.text ?? "";
      });
      expect(error.status).toBe(502);
      expect(heard).toBe(hello.text);
    });

    it("aborting a stream closes the connection to the provider", async () => {
      const { client, model, upstream } = await over({ ...hello, hangs: true });
      const controller = new AbortController();
      const abortSignal = controller.signal;
      const stream = await client.models.generateContentStream({ model, contents, config: { abortSignal } });
      await stream.next();
      controller.abort();
      await expect((await upstream.nthRequest(1)).clientClosed).resolves.toBeGreaterThan(0);
    });
  });

  it("genai: a key that is wrong and a model that is not there have Google's statuses", async () => {
    const { model, key } = await door.route([memberOf("gemini", await door.upstream())]);
    const stranger = await thrownBy(() => genaiOf(door, "sk-sluice-no").models.generateContent({ model, contents }));
    expect(errorOf(stranger)).toMatchObject({ code: 401, status: "UNAUTHENTICATED" });
    const nobody = await thrownBy(() => genaiOf(door, key).models.generateContent({ model: "nobody", contents }));
    expect(errorOf(nobody)).toMatchObject({ code: 404, status: "NOT_FOUND" });
  });

  it("genai: models are listed", async () => {
    const { model, key } = await door.route([memberOf("gemini", await door.upstream())]);
    const names: (string | undefined)[] = [];
    for await (const one of await genaiOf(door, key).models.list()) names.push(one.name);
    expect(names).toEqual([`models/${model}`]);
  });
});
