import { describe, expect, it } from "vitest";
import { MessageAggregator } from "../../lib/gateway/protocols/anthropic-messages-convert.ts";
import { createSseReader } from "../../lib/gateway/sse.ts";
import { type DoorTest, onEachDoor } from "../support/each-door.ts";
import type { Route } from "../support/routes.ts";
import { claudeCode, codex, geminiCli } from "../support/upstreams/coding-tools.ts";
import { type Kind, kinds, memberOf, proofOf, scriptsOf } from "../support/upstreams/kinds.ts";
import type { Json, Play } from "../support/upstreams/play.ts";
import { hello } from "../support/upstreams/plays.ts";

/** The coding tools of three vendors, each with every kind of provider: their own requests, in a loop of tools. */

const thought = "First I look.";

onEachDoor((door) => {
  const over = async (kind: Kind, ...plays: Play[]) => {
    const upstream = await door.upstream(...scriptsOf(kind, plays));
    return { upstream, route: await door.route([memberOf(kind, upstream)]) };
  };
  const broughtHome = (kind: Kind, body: Buffer | undefined) => {
    const proof = proofOf(kind);
    if (proof) expect(body?.toString()).toContain(proof);
  };

  describe.each(kinds)("coding tools: with a provider of the kind %s", (kind) => {
    it("Claude Code asks, calls two tools, gives their results, one of them an error, and is answered", async () => {
      const calls = [
        { id: "toolu_01", name: "Bash", args: { command: "ls" } },
        { id: "toolu_02", name: "Read", args: { file_path: "/a.png" } },
      ];
      const { route, upstream } = await over(kind, { thought, text: "I look.", calls }, hello);
      const ask = (more: Json[] = []) =>
        events(door, route, "/v1/messages?beta=true", claudeCode.headers, claudeCode.request(route.model, more));
      const first = messageOf(await ask());
      expect(first.stop_reason).toBe("tool_use");
      const content = first.content as Json[];
      expect(content.filter(({ type }) => type === "tool_use").map(({ name, input }) => [name, input])).toEqual(
        calls.map(({ name, args }) => [name, args]),
      );
      const image = { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" };
      const results = [
        { type: "tool_result", tool_use_id: "toolu_01", content: "ls: not found", is_error: true },
        { type: "tool_result", tool_use_id: "toolu_02", content: [{ type: "image", source: image }] },
        { type: "text", text: "Go on.", cache_control: { type: "ephemeral" } },
      ];
      const last = messageOf(
        await ask([
          { role: "assistant", content },
          { role: "user", content: results },
        ]),
      );
      expect(last).toMatchObject({ stop_reason: "end_turn", content: [{ type: "text", text: hello.text }] });
      broughtHome(kind, upstream.requests[1]?.body);
    });

    it("Claude Code's probe of one token is answered, and tokens are counted for it", async () => {
      const { route } = await over(kind, hello);
      const probe = await send(
        door,
        route,
        "/v1/messages?beta=true",
        claudeCode.headers,
        claudeCode.probe(route.model),
      );
      expect([probe.status, ((await probe.json()) as Json).type]).toEqual([200, "message"]);
      const { messages, system, tools, thinking } = claudeCode.request(route.model);
      const counted = await send(door, route, "/v1/messages/count_tokens?beta=true", claudeCode.headers, {
        model: route.model,
        messages,
        system,
        tools,
        thinking,
      });
      expect(counted.status).toBe(200);
      expect(Number(((await counted.json()) as Json).input_tokens)).toBeGreaterThan(1000);
    });

    it("Codex runs a command, patches a file by its tool of free text, and is answered", async () => {
      const patch = "*** Begin Patch\n*** Update File: a.txt\n-teh\n+the\n*** End Patch";
      const run = { thought, calls: [{ id: "call_1", name: "exec_command", args: { cmd: "cat a.txt" } }] };
      const edit = { thought, calls: [{ id: "call_2", name: "apply_patch", args: { input: patch } }] };
      const { route, upstream } = await over(kind, run, edit, hello);
      const kept: Json[] = [];
      const ask = async () => {
        const told = await events(door, route, "/v1/responses", codex.headers, codex.request(route.model, kept));
        const done = told.filter(({ type }) => type === "response.output_item.done").map(({ item }) => item as Json);
        kept.push(...done);
        expect(told.at(-1)?.type).toBe("response.completed");
        // The proof of a call comes behind it.
        return done.findLast(({ type }) => type !== "reasoning");
      };
      expect(await ask()).toMatchObject({
        type: "function_call",
        name: "exec_command",
        arguments: '{"cmd":"cat a.txt"}',
      });
      kept.push({ type: "function_call_output", call_id: "call_1", output: "teh" });
      expect(await ask()).toMatchObject({ type: "custom_tool_call", name: "apply_patch", input: patch });
      kept.push({ type: "custom_tool_call_output", call_id: "call_2", output: "Done." });
      expect(await ask()).toMatchObject({ type: "message", content: [{ text: hello.text }] });
      broughtHome(kind, upstream.requests[2]?.body);
    });

    it("Gemini CLI lists files, gives what it found, and is answered", async () => {
      const calls = [{ id: "call_1", name: "list_directory", args: { dir_path: "." } }];
      const { route, upstream } = await over(kind, { thought, text: "I look.", calls }, hello);
      const path = `/v1beta/models/${route.model}:streamGenerateContent?alt=sse`;
      const partsOf = (chunks: Json[]) =>
        chunks.flatMap(({ candidates }) => (candidates as { content?: { parts?: Json[] } }[])[0]?.content?.parts ?? []);
      const first = partsOf(await events(door, route, path, geminiCli.headers, geminiCli.request()));
      const call = first.find(({ functionCall }) => functionCall);
      expect(call).toMatchObject({ functionCall: { name: "list_directory", args: { dir_path: "." } } });
      expect(first.some((part) => part.thought === true)).toBe(proofOf(kind) !== null);
      const { id } = (call?.functionCall ?? {}) as { id?: string };
      const response = { output: "a.txt" };
      const more = [
        { role: "model", parts: first.filter((part) => part.thought !== true && part.text !== "") },
        { role: "user", parts: [{ functionResponse: { id, name: "list_directory", response } }] },
      ];
      const last = partsOf(await events(door, route, path, geminiCli.headers, geminiCli.request(more)));
      expect(last.map((part) => part.text ?? "").join("")).toBe(hello.text);
      if (kind === "gemini") broughtHome(kind, upstream.requests[1]?.body);
    });

    it("Gemini CLI asks who speaks next, in JSON", async () => {
      const said = { text: '{"reasoning":"Done.","next_speaker":"user"}' };
      const { route } = await over(kind, said);
      const path = `/v1beta/models/${route.model}:generateContent`;
      const response = await send(door, route, path, geminiCli.headers, geminiCli.nextSpeaker);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ candidates: [{ content: { parts: [{ text: said.text }] } }] });
    });
  });

  it("coding tools: Codex with its web search is refused where nobody can search, and told why", async () => {
    const { route, upstream } = await over("anthropic", hello);
    const request = codex.request(route.model);
    const tools = [...(request.tools as Json[]), codex.webSearch];
    const response = await send(door, route, "/v1/responses", codex.headers, { ...request, tools });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe("unsupported_capability");
    expect(error.message).toContain("tool_hosted");
    expect(upstream.requests).toHaveLength(0);
  });

  it("coding tools: what Claude Code says for Anthropic alone goes to Anthropic alone", async () => {
    for (const kind of ["anthropic", "chat"] as const) {
      const { route, upstream } = await over(kind, hello);
      const body = claudeCode.probe(route.model);
      await (await send(door, route, "/v1/messages?beta=true", claudeCode.headers, body)).arrayBuffer();
      const [request] = upstream.requests;
      expect(request?.headers["anthropic-beta"] === undefined).toBe(kind !== "anthropic");
      expect(request?.headers["x-app"]).toBeUndefined();
      expect(request?.headers["user-agent"]).toBe("sluice");
    }
  });
});

function send(door: DoorTest, { key }: Route, path: string, headers: Record<string, string>, body: Json) {
  return fetch(door.sluice.baseUrl + path, {
    method: "POST",
    headers: { ...headers, authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
}

/** The events of a stream, parsed. Fails on any other answer. */
async function events(door: DoorTest, route: Route, path: string, headers: Record<string, string>, body: Json) {
  const response = await send(door, route, path, headers, body);
  const text = await response.text();
  expect([response.status, response.status === 200 ? "" : text]).toEqual([200, ""]);
  const told: Json[] = [];
  const reader = createSseReader({
    onEvent: ({ data }) => told.push(JSON.parse(data) as Json),
    onTooLarge: () => undefined,
  });
  reader.push(Buffer.from(text));
  reader.end();
  return told;
}

/** The message that events add up to. */
function messageOf(told: Json[]): Json {
  const aggregator = new MessageAggregator();
  for (const event of told) aggregator.take(event);
  return aggregator.result();
}
