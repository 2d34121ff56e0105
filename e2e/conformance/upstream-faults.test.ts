import { expect, it } from "vitest";
import {
  bodyScript,
  chatChunk,
  chatCompletion,
  chatScript,
  chatStreamItems,
  chatUsageChunk,
  jsonScript,
  rawScript,
  resetScript,
  responseHead,
  type Script,
  sseScript,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import type { AttemptReason } from "../../lib/gateway/types.ts";
import type { ProviderView } from "../../lib/schemas/providers.ts";
import { readAnswer } from "../support/answers.ts";
import { onEachDoor } from "../support/each-door.ts";
import { callRow } from "../support/routes.ts";

const fromSecond = ["Hello", " from", " the second."];
const secondText = fromSecond.join("");
/** In everything the failing upstream says, so that one leaked byte shows. */
const mark = "FIRST-UPSTREAM";

type Rescue = {
  title: string;
  script: Script;
  reason: AttemptReason;
  httpStatus: number | null;
  only?: "stream" | "answer";
};

const cutInChunks = rawScript(
  [
    responseHead(200, { "content-type": "application/json", "content-length": "5000", "x-request-id": mark }),
    JSON.stringify(chatCompletion({ content: mark })).slice(0, -20),
  ],
  { end: "cut" },
);

/** Cases in which the first upstream fails before the commit point and the second answers. */
const rescues: Rescue[] = [
  { title: "U-08 a reset after the request was sent", script: resetScript, reason: "stream_broken", httpStatus: null },
  ...[1, 2, 3].map((count) => ({
    title: `U-10 a reset after ${count} role-only frames`,
    script: sseScript(
      Array.from({ length: count }, () => chatChunk({ role: "assistant", content: "" }, null, mark)),
      { end: "reset" },
    ),
    reason: "stream_broken" as const,
    httpStatus: 200,
    only: "stream" as const,
  })),
  {
    title: "U-23 an error object with status 200",
    script: jsonScript(200, { error: { message: `${mark} overloaded`, type: "server_error", code: null } }),
    reason: "http_5xx",
    httpStatus: 200,
  },
  {
    title: "U-26 a login page",
    script: bodyScript(200, `<!doctype html><title>${mark}</title>`, { "content-type": "text/html" }),
    reason: "bad_json",
    httpStatus: 200,
  },
  { title: "U-31 JSON shorter than its content-length", script: cutInChunks, reason: "stream_broken", httpStatus: 200 },
  ...[401, 403].map((status) => ({
    title: `U-34 ${status}`,
    script: jsonScript(status, {
      error: { message: `${mark} bad key`, type: "authentication_error", code: "invalid_api_key" },
    }),
    reason: "auth_invalid" as const,
    httpStatus: status,
  })),
  {
    title: "U-35 429",
    script: jsonScript(429, { error: { message: `${mark} slow down`, type: "requests" } }, { "retry-after": "7" }),
    reason: "http_429",
    httpStatus: 429,
  },
  ...[500, 502, 503, 504, 529].map((status) => ({
    title: `U-38 ${status}`,
    script: jsonScript(status, { error: { message: `${mark} ${status}` } }),
    reason: "http_5xx" as const,
    httpStatus: status,
  })),
  {
    title: "U-40 404 for the model",
    script: jsonScript(404, { error: { message: `The model ${mark} does not exist`, code: "model_not_found" } }),
    reason: "http_4xx",
    httpStatus: 404,
  },
];

onEachDoor((door) => {
  for (const { title, script, reason, httpStatus, only } of rescues) {
    for (const stream of only ? [only === "stream"] : [false, true]) {
      it(`${title}: the second provider answers${stream ? " the stream" : ""}, and nothing of the first is seen`, async () => {
        const first = await door.upstream(script);
        const second = await door.upstream(chatScript(fromSecond));
        const route = await door.route([first, second]);
        const answer = await readAnswer(await door.chat(route, { stream }));
        expect(answer.status).toBe(200);
        expect(answer.text).toBe(secondText);
        expect(answer.isDone).toBe(stream);
        expect(`${answer.body}${JSON.stringify([...answer.headers])}`).not.toContain(mark);
        expect(answer.headers.get("x-sluice-provider")).toBe(route.members[1]?.providerName);
        expect(answer.headers.get("x-sluice-attempts")).toBe("2");
        expect([first.requests.length, second.requests.length]).toEqual([1, 1]);

        const row = await callRow(door.sluice, answer.requestId);
        expect(row).toMatchObject({ outcome: "rescued", status: 200, attempts: 2, stream });
        expect(row.receipt.attempts).toMatchObject([
          { n: 1, outcome: "failed", reason, httpStatus, next: "next_member" },
          { n: 2, outcome: "ok", reason: "ok", httpStatus: 200 },
        ]);
        expect(row.receipt.servedBy?.id).toBe(route.members[1]?.deploymentId);
      });
    }
  }

  it("U-01 a closed port costs less than 50 ms and leaves an attempt with connect_refused", async () => {
    const second = await door.upstream(chatScript(fromSecond));
    const timed = async (members: { origin: string }[]) => {
      const route = await door.route(members);
      const startedAt = performance.now();
      const response = await door.chat(route);
      const answer = await readAnswer(response);
      return { ms: performance.now() - startedAt, answer };
    };
    const direct: number[] = [];
    const added: number[] = [];
    for (let round = 0; round < 3; round++) {
      direct.push((await timed([second])).ms);
      const { ms, answer } = await timed([{ origin: await door.closedOrigin() }, second]);
      added.push(ms);
      expect(answer.text).toBe(secondText);
      const row = await callRow(door.sluice, answer.requestId);
      expect(row.receipt.attempts[0]).toMatchObject({ reason: "connect_refused", httpStatus: null, outcome: "failed" });
      expect(row.outcome).toBe("rescued");
    }
    expect(Math.min(...added) - Math.min(...direct)).toBeLessThan(50);
  });

  for (const stream of [false, true]) {
    const kind = stream ? ", streamed" : "";

    it(`U-02 two closed ports are 502 upstream_error with two attempts${kind}`, async () => {
      const route = await door.route([{ origin: await door.closedOrigin() }, { origin: await door.closedOrigin() }]);
      const answer = await readAnswer(await door.chat(route, { stream }));
      expect(answer.status).toBe(502);
      expect(answer.error).toMatchObject({ code: "upstream_error", type: "api_error", param: null });
      for (const { providerName } of route.members) expect(answer.error?.message).toContain(providerName);
      expect(answer.headers.get("x-should-retry")).toBe("false");
      expect(answer.headers.get("cache-control")).toBe("no-store");
      const row = await callRow(door.sluice, answer.requestId);
      expect(row).toMatchObject({ outcome: "failed", status: 502, attempts: 2, error: { code: "upstream_error" } });
      expect(row.receipt.attempts.map(({ reason }) => reason)).toEqual(["connect_refused", "connect_refused"]);
    });

    it(`U-26 a login page of the last provider becomes 502 JSON${kind}`, async () => {
      const page = await door.upstream(bodyScript(200, `<html>${mark}</html>`, { "content-type": "text/html" }));
      const answer = await readAnswer(await door.chat(await door.route([page]), { stream }));
      expect(answer.status).toBe(502);
      expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
      expect(answer.error?.code).toBe("upstream_error");
      expect(answer.body).not.toContain("<html>");
    });

    it(`U-31 a truncated answer of the last provider is 502, never part of it${kind}`, async () => {
      const answer = await readAnswer(
        await door.chat(await door.route([await door.upstream(cutInChunks)]), { stream }),
      );
      expect(answer.status).toBe(502);
      expect(answer.error?.code).toBe("upstream_error");
      expect(answer.body).not.toContain(mark);
    });

    it(`U-34 a refused credential is 502 upstream_auth_failed, never 401, and is set aside${kind}`, async () => {
      const refusing = await door.upstream(
        jsonScript(401, { error: { message: "Incorrect API key", code: "invalid_api_key" } }),
      );
      const route = await door.route([refusing]);
      const answer = await readAnswer(await door.chat(route, { stream }));
      expect(answer.status).toBe(502);
      expect(answer.error?.code).toBe("upstream_auth_failed");
      await expect
        .poll(async () => {
          const provider = await door.sluice.admin<ProviderView>("GET", `/providers/${route.members[0]?.providerId}`);
          return provider.credentials.map(({ state }) => state);
        })
        .toEqual(["set_aside"]);
    });

    it(`U-59 an echoed provider key reaches neither the client nor the log${kind}`, async () => {
      const apiKey = "sk-canary-0123456789abcdefghijklmnop";
      const echoing = await door.upstream(
        jsonScript(400, {
          error: { message: `Bad request with key ${apiKey}`, type: "invalid_request_error", code: "weird" },
        }),
      );
      const answer = await readAnswer(
        await door.chat(await door.route([{ origin: echoing.origin, apiKey }]), { stream }),
      );
      expect(answer.status).toBe(400);
      expect(answer.error?.message).toContain("Bad request");
      expect(`${answer.body}${JSON.stringify([...answer.headers])}`).not.toContain(apiKey);
      expect(JSON.stringify(await callRow(door.sluice, answer.requestId))).not.toContain(apiKey);
      expect(door.sluice.output()).not.toContain(apiKey);
    });

    it(`U-53 only allowed headers of an upstream reach the client${kind}`, async () => {
      const headers = {
        "set-cookie": "session=1",
        location: "https://elsewhere.example/",
        server: "upstream/1.0",
        "alt-svc": 'h3=":443"',
        "strict-transport-security": "max-age=1",
        "access-control-allow-origin": "*",
        "x-request-id": "upstream-request-7",
      };
      const chatty = await door.upstream(
        stream
          ? sseScript(chatStreamItems(fromSecond), { headers })
          : jsonScript(200, chatCompletion({ content: secondText }), headers),
      );
      const answer = await readAnswer(await door.chat(await door.route([chatty]), { stream }));
      expect(answer.text).toBe(secondText);
      for (const name of ["set-cookie", "location", "alt-svc"]) {
        expect(answer.headers.get(name), name).toBeNull();
      }
      expect(answer.headers.get("server")).not.toBe("upstream/1.0");
      expect(answer.headers.get("strict-transport-security")).not.toBe("max-age=1");
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(answer.requestId).toMatch(/^req_/);
      expect(answer.headers.get("x-upstream-request-id")).toBe("upstream-request-7");
    });

    it(`a fail keyword makes an answer a failure and the second provider answers${kind}`, async () => {
      const first = await door.upstream(chatScript(["I am out of ser", "VICE today, ", "sorry."]));
      const second = await door.upstream(chatScript(fromSecond));
      const route = await door.route([first, second]);
      const keyword = await door.sluice.admin<{ id: string }>("POST", "/fail-keywords", {
        keyword: "out of service",
        scope: "group",
        targetId: route.groupId,
      });
      const answer = await readAnswer(await door.chat(route, { stream }));
      expect(answer.text).toBe(secondText);
      expect(answer.body).not.toContain("sorry");
      const row = await callRow(door.sluice, answer.requestId);
      expect(row.receipt.attempts[0]).toMatchObject({ reason: "keyword", keywordId: keyword.id, outcome: "failed" });
      expect(row.receipt.attempts[0]?.matched).toMatch(/out of service/i);
    });

    it(`a rule that only tags lets the answer pass, and one that fails hands the client an error${kind}`, async () => {
      const first = await door.upstream(chatScript(["I am out of ser", "vice today."]));
      const second = await door.upstream(chatScript(fromSecond));
      const route = await door.route([first, second]);
      const rule = await door.sluice.admin<{ id: string }>("POST", "/fail-keywords", {
        ...{ keyword: "out of service", verdict: "tag", scope: "group", targetId: route.groupId },
      });
      const tagged = await readAnswer(await door.chat(route, { stream }));
      expect(tagged.text).toBe("I am out of service today.");
      const row = await callRow(door.sluice, tagged.requestId);
      expect(row.receipt.attempts).toMatchObject([{ outcome: "ok", keywordId: rule.id, keywordVerdict: "tag" }]);
      await door.sluice.admin("PATCH", `/fail-keywords/${rule.id}`, { verdict: "fail" });
      const failed = await door.chat(route, { stream });
      expect(failed.status).toBe(502);
      expect(await failed.text()).not.toContain("out of service");
    });

    it.each([
      { match: "short", minCharacters: 10 },
      { match: "finish_reason", finishReasons: ["stop"] },
      { match: "not_json" },
    ])(`an answer that meets a rule on its end is replaced: $match${kind}`, async (rule) => {
      const first = await door.upstream(chatScript(["Hm."]));
      const second = await door.upstream(chatScript(fromSecond));
      const route = await door.route([first, second]);
      const { id } = await door.sluice.admin<{ id: string }>("POST", "/fail-keywords", {
        ...rule,
        ...{ scope: "deployment", targetId: route.members[0]?.deploymentId },
      });
      const asked = { stream, response_format: { type: "json_object" } };
      const answer = await readAnswer(await door.chat(route, asked));
      expect(answer.text).toBe(secondText);
      const row = await callRow(door.sluice, answer.requestId);
      expect(row.receipt.attempts[0]).toMatchObject({ reason: "keyword", keywordId: id, outcome: "failed" });
    });

    it(`a fail keyword is not looked for in ids, model names or usage${kind}`, async () => {
      const first = await door.upstream(chatScript(["All is well."]));
      const route = await door.route([first]);
      for (const keyword of ["chatcmpl-scripted", "scripted-model", "total_tokens"]) {
        await door.sluice.admin("POST", "/fail-keywords", { keyword, scope: "group", targetId: route.groupId });
      }
      expect((await readAnswer(await door.chat(route, { stream }))).text).toBe("All is well.");
    });
  }

  for (const count of [1, 2, 50]) {
    it(`U-11 a reset after ${count} content chunks: the client has them, one error and no [DONE]`, async () => {
      const texts = Array.from({ length: count }, (_, index) => ` piece${index}`);
      const first = await door.upstream(
        sseScript([chatChunk({ role: "assistant", content: "" }), ...texts.map((content) => chatChunk({ content }))], {
          end: "reset",
        }),
      );
      const second = await door.upstream(chatScript(fromSecond));
      const answer = await readAnswer(await door.chat(await door.route([first, second]), { stream: true }));
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(texts.join(""));
      expect(answer.isDone).toBe(false);
      expect(answer.parsed.at(-1)?.error).toMatchObject({ code: "upstream_stream_interrupted" });
      expect(answer.parsed.filter(({ error }) => error)).toHaveLength(1);
      expect(second.requests).toHaveLength(0);
      const row = await callRow(door.sluice, answer.requestId);
      expect(row).toMatchObject({
        outcome: "interrupted",
        attempts: 1,
        error: { code: "upstream_stream_interrupted" },
      });
      expect(row.receipt.stop).toBe("bytes_already_sent");
      expect(row.usage?.source).toBe("estimate");
      expect(row.usage?.output).toBeGreaterThanOrEqual(count);
      expect(row.usage?.output).toBeLessThanOrEqual(count * 5);
      expect(row.usage?.input).toBeGreaterThan(0);
    });
  }

  it("U-13 a finish reason without [DONE] is complete, and the missing mark is added", async () => {
    const forgetful = await door.upstream(sseScript(chatStreamItems(fromSecond, { usage: false }), { end: "eof" }));
    const answer = await readAnswer(await door.chat(await door.route([forgetful]), { stream: true }));
    expect(answer.text).toBe(secondText);
    expect(answer.isDone).toBe(true);
    const row = await callRow(door.sluice, answer.requestId);
    expect(row.outcome).toBe("ok");
    expect(row.flags).toContain("done_missing");
  });

  it("L9 a stream that ends without a finish reason or [DONE] is interrupted, not complete", async () => {
    const cut = await door.upstream(
      sseScript([chatChunk({ role: "assistant", content: "" }), chatChunk({ content: "Half an" })], { end: "eof" }),
    );
    const answer = await readAnswer(await door.chat(await door.route([cut]), { stream: true }));
    expect(answer.text).toBe("Half an");
    expect(answer.isDone).toBe(false);
    expect(answer.error?.code).toBe("upstream_stream_interrupted");
  });

  it("U-29 one JSON answer to a streamed request is emitted as a stream with the same text and usage", async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
    const unstreamed = await door.upstream(jsonScript(200, chatCompletion({ content: secondText, usage })));
    const route = await door.route([unstreamed]);
    const answer = await readAnswer(await door.chat(route, { stream: true, stream_options: { include_usage: true } }));
    expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(answer.text).toBe(secondText);
    expect(answer.isDone).toBe(true);
    expect(answer.parsed.some(({ choices }) => choices?.[0]?.finish_reason === "stop")).toBe(true);
    expect(answer.parsed.filter((event) => event.usage).map((event) => event.usage)).toEqual([usage]);
    const row = await callRow(door.sluice, answer.requestId);
    expect(row).toMatchObject({ outcome: "ok", usage: { input: 3, output: 4, source: "provider" } });
  });

  it("U-35 after 429 with retry-after the provider is left alone for that long, then asked again", async () => {
    const limited = await door.upstream(
      jsonScript(429, { error: { message: "slow down", type: "requests" } }, { "retry-after": "3" }),
      chatScript(["The first is back."]),
    );
    const second = await door.upstream(chatScript(fromSecond));
    const route = await door.route([limited, second]);
    expect((await readAnswer(await door.chat(route))).text).toBe(secondText);
    const limitedAt = performance.now();
    const parallel = await Promise.all(Array.from({ length: 20 }, async () => readAnswer(await door.chat(route))));
    expect(parallel.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, () => secondText));
    expect(limited.requests).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 3200 - (performance.now() - limitedAt)));
    expect((await readAnswer(await door.chat(route))).text).toBe("The first is back.");
  });

  it("U-40 a deployment whose provider does not know the model is flagged", async () => {
    const unknowing = await door.upstream(
      jsonScript(404, { error: { message: "The model does not exist", code: "model_not_found" } }),
    );
    const second = await door.upstream(chatScript(fromSecond));
    const route = await door.route([unknowing, second]);
    await readAnswer(await door.chat(route));
    const state = await door.sluice.admin<{ state: { state: string; reason: string | null } | null }>(
      "GET",
      `/deployments/${route.members[0]?.deploymentId}`,
    );
    expect(state.state).toMatchObject({ reason: "http_4xx" });
    expect(state.state?.state).not.toBe("ready");
  });

  it("U-41 when all are rate limited the answer is 503 with the shortest wait", async () => {
    const limits = await Promise.all(
      ["40", "20"].map((seconds) =>
        door.upstream(
          jsonScript(429, { error: { message: "slow down", type: "requests" } }, { "retry-after": seconds }),
        ),
      ),
    );
    const route = await door.route(limits);
    for (const expectedCalls of [1, 1]) {
      const answer = await readAnswer(await door.chat(route));
      expect(answer.status).toBe(503);
      expect(answer.error?.code).toBe("upstream_unavailable");
      const retryAfter = Number(answer.headers.get("retry-after"));
      expect(retryAfter).toBeGreaterThanOrEqual(18);
      expect(retryAfter).toBeLessThanOrEqual(20);
      expect(answer.headers.get("x-should-retry")).toBe("true");
      expect(limits.map(({ requests }) => requests.length)).toEqual([expectedCalls, expectedCalls]);
    }
  });

  it("U-58 usage is always asked for, and its chunk reaches only a client that asked", async () => {
    const upstream = await door.upstream(chatScript(fromSecond));
    const route = await door.route([upstream]);
    const plain = await readAnswer(await door.chat(route, { stream: true }));
    expect(upstream.requests[0]?.json()).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(plain.parsed.every(({ choices }) => choices?.length === 1)).toBe(true);
    expect(plain.isDone).toBe(true);
    expect(await callRow(door.sluice, plain.requestId)).toMatchObject({
      usage: { input: 9, output: 12, source: "provider" },
    });
    const asked = await readAnswer(await door.chat(route, { stream: true, stream_options: { include_usage: true } }));
    expect(asked.parsed.filter(({ choices }) => choices?.length === 0).map(({ usage }) => usage)).toEqual([
      { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 },
    ]);
  });

  it("U-55 of provisional and final usage the last counts, once", async () => {
    const items = [
      chatChunk({ role: "assistant", content: "" }),
      JSON.stringify({ ...(JSON.parse(chatChunk({ content: "x" })) as object), usage: null }),
      chatUsageChunk({ prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }),
      chatChunk({}, "stop"),
      chatUsageChunk({ prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 }),
    ];
    const answer = await readAnswer(
      await door.chat(await door.route([await door.upstream(sseScript(items))]), { stream: true }),
    );
    expect(await callRow(door.sluice, answer.requestId)).toMatchObject({
      usage: { input: 5, output: 6, source: "provider" },
    });
  });

  it("S-23 a malformed event among good ones is dropped and counted", async () => {
    const items = chatStreamItems(fromSecond);
    const upstream = await door.upstream(sseScript([...items.slice(0, 2), "{not json", ...items.slice(2)]));
    const answer = await readAnswer(await door.chat(await door.route([upstream]), { stream: true }));
    expect(answer.text).toBe(secondText);
    expect(answer.isDone).toBe(true);
    expect((await callRow(door.sluice, answer.requestId)).flags).toContain("malformed_events");
  });

  it("a redirect is never followed: the second provider answers", async () => {
    const elsewhere = await door.upstream(chatScript(["stolen"]));
    const first = await door.upstream(bodyScript(307, "", { location: `${elsewhere.origin}/v1/chat/completions` }));
    const second = await door.upstream(chatScript(fromSecond));
    const answer = await readAnswer(await door.chat(await door.route([first, second])));
    expect(answer.text).toBe(secondText);
    expect(elsewhere.requests).toHaveLength(0);
    expect((await callRow(door.sluice, answer.requestId)).attemptReasons).toEqual(["redirect_refused", "ok"]);
  });

  it("N-16 the client's own headers stay here and the provider's credential is sent", async () => {
    const upstream = await door.upstream(chatScript(fromSecond));
    const route = await door.route([upstream]);
    const headers = { cookie: "a=1", "x-forwarded-for": "1.2.3.4", "x-evil": "1", "openai-organization": "org-1" };
    await readAnswer(await door.chat(route, {}, { headers }));
    const sent = upstream.requests[0]?.headers ?? {};
    expect(sent["authorization"]).toBe(`Bearer ${route.members[0]?.apiKey}`);
    expect(upstream.requests[0]?.head).not.toContain(route.key);
    for (const name of ["cookie", "x-forwarded-for", "x-evil"]) expect(sent[name], name).toBeUndefined();
  });
});
