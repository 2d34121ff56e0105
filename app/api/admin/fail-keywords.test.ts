import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST as restoreKeyword } from "@/app/api/admin/fail-keywords/[id]/restore/route";
import { DELETE as deleteKeyword, PATCH as patchKeyword } from "@/app/api/admin/fail-keywords/[id]/route";
import { PUT as orderKeywords } from "@/app/api/admin/fail-keywords/order/route";
import { GET as readReplay } from "@/app/api/admin/fail-keywords/replay/[id]/route";
import { POST as beginReplay } from "@/app/api/admin/fail-keywords/replay/route";
import { POST as addKeyword, GET as listKeywords } from "@/app/api/admin/fail-keywords/route";
import { POST as tryKeywords } from "@/app/api/admin/fail-keywords/test/route";
import type { FailKeywordView } from "@/lib/schemas/fail-keywords";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const post = (route: typeof addKeyword, body: unknown) => admin.send(route, { method: "POST", body });
const add = async (body: unknown): Promise<FailKeywordView> => (await post(addKeyword, body)).body;
const inOrder = async (): Promise<string[]> =>
  (await admin.send(listKeywords, { query: "?limit=500" })).body.items.map((one: FailKeywordView) => one.id);

describe("rules on answers", () => {
  it("stand in the order in which they were added, or in another one", async () => {
    const first = await add({ keyword: "one" });
    const second = await add({ keyword: "two" });
    const third = await add({ keyword: "three", position: 0 });
    expect(await inOrder()).toEqual([third.id, first.id, second.id]);
    const ids = [second.id, third.id, first.id];
    expect((await admin.send(orderKeywords, { method: "PUT", body: { ids } })).status).toBe(200);
    expect(await inOrder()).toEqual(ids);
    const stale = await admin.send(orderKeywords, { method: "PUT", body: { ids: ids.slice(1) } });
    expect([stale.status, await inOrder()]).toEqual([409, ids]);
  });

  it("come back as they were after they were deleted, to their place", async () => {
    const [before] = await inOrder();
    const id = before ?? "";
    await admin.send(deleteKeyword, { method: "DELETE", id });
    expect(await inOrder()).not.toContain(id);
    const { status, body } = await admin.send(restoreKeyword, { method: "POST", id, body: {} });
    expect([status, body.id, body.keyword]).toEqual([200, id, "two"]);
    expect((await inOrder())[0]).toBe(id);
    expect((await admin.send(restoreKeyword, { method: "POST", id, body: {} })).status).toBe(409);
  });

  it("keep only what their kind has a use for, and say what is missing", async () => {
    const empty = await add({ match: "empty", keyword: "left over", part: "start" });
    expect(empty).toMatchObject({ keyword: "", part: "whole", verdict: "failover", coolSeconds: null });
    expect(await add({ keyword: "x", verdict: "cool" })).toMatchObject({ verdict: "cool", coolSeconds: 60 });
    expect(await add({ match: "any", statuses: ["5xx"] })).toMatchObject({ statuses: ["5xx"] });
    expect(await add({ match: "short", minCharacters: 20, finishReasons: ["stop"] })).toMatchObject({
      ...{ minCharacters: 20, finishReasons: [], keyword: "" },
    });
    expect(await add({ match: "finish_reason", finishReasons: ["length"], minCharacters: 3 })).toMatchObject({
      ...{ minCharacters: null, finishReasons: ["length"] },
    });
    for (const [body, param] of [
      [{ match: "short" }, "minCharacters"],
      [{ match: "finish_reason" }, "finishReasons"],
      [{ match: "finish_reason", finishReasons: ["eos"] }, "finishReasons[0]"],
      [{}, "keyword"],
      [{ match: "any" }, "statuses"],
      [{ keyword: "x", statuses: ["6xx"] }, "statuses[0]"],
      [{ keyword: "x", scope: "deployment", targetId: "dep_none" }, "targetId"],
    ] as const) {
      const { status, body: answer } = await post(addKeyword, body);
      expect([status, answer.error?.param]).toEqual([400, param]);
    }
    const turned = await admin.send(patchKeyword, { method: "PATCH", id: empty.id, body: { match: "contains" } });
    expect([turned.status, turned.body.error.param]).toEqual([400, "keyword"]);
  });
});

describe("trying rules", () => {
  const sse = (...items: unknown[]) => items.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("");
  const excuse = "Your quota is used up";
  it.each([
    ["text", excuse, "text", false],
    ["a chat", JSON.stringify({ choices: [{ message: { content: excuse } }] }), "openai-chat", false],
    [
      "a message",
      JSON.stringify({ type: "message", content: [{ type: "text", text: excuse }] }),
      "anthropic-messages",
      false,
    ],
    ["Gemini's", JSON.stringify({ candidates: [{ content: { parts: [{ text: excuse }] } }] }), "gemini", false],
    [
      "a response",
      JSON.stringify({ object: "response", output: [{ type: "message", content: [{ text: excuse }] }] }),
      "openai-responses",
      false,
    ],
    [
      "a stream",
      sse({ choices: [{ delta: { content: "Your quota " } }] }, { choices: [{ delta: { content: "is used up" } }] }),
      "openai-chat",
      true,
    ],
  ])("reads %s as the gateway would", async (_name, answer, format, stream) => {
    const keywords = [{ keyword: "nothing" }, { keyword: "used up", verdict: "tag" }, { keyword: "quota" }];
    const { body } = await post(tryKeywords, { answer, keywords });
    expect(body.results).toMatchObject([{ text: excuse, format, stream, matched: true, winner: 1 }]);
    expect(body.results[0].trials).toMatchObject([{ matched: false }, { start: 14, end: 21 }, { start: 5, end: 10 }]);
  });

  it("tells what is found only behind what is held back of a stream", async () => {
    const { body } = await post(tryKeywords, { answer: `${"x".repeat(5000)} quota`, keywords: [{ keyword: "quota" }] });
    expect(body.results[0].trials).toMatchObject([{ matched: true, inStream: false }]);
  });
});

describe("trying rules on the end of answers", () => {
  const chat = (content: string, finish_reason: string) =>
    JSON.stringify({ choices: [{ index: 0, message: { content }, finish_reason }] });
  const keywords = [
    { match: "finish_reason", finishReasons: ["length"] },
    { match: "short", minCharacters: 10 },
    { match: "not_json" },
  ];
  const fitting = async (answer: string) =>
    (await post(tryKeywords, { answer, keywords })).body.results[0].trials.map(
      ({ matched }: { matched: boolean }) => matched,
    );

  it("reads them from the answer as it came, and takes JSON for asked for", async () => {
    expect(await fitting(chat('{"a": "long enough', "length"))).toEqual([true, false, true]);
    expect(await fitting(chat('{"a": 1}', "stop"))).toEqual([false, true, false]);
    expect(await fitting(JSON.stringify({ error: { message: "no" } }))).toEqual([false, false, false]);
  });

  it("says that a long live stream is past saving at its end, unless the rule only tags", async () => {
    const answer = chat("x ".repeat(3000), "length");
    const { body } = await post(tryKeywords, { answer, keywords: [keywords[0], { ...keywords[0], verdict: "tag" }] });
    expect(body.results[0].trials).toMatchObject([{ inStream: false }, { inStream: true }]);
  });
});

describe("a replay", () => {
  it("finds the stored answers a rule would have caught, and tells those that look good", async () => {
    const answer = (id: string, response: string | null) =>
      admin.store({
        ...finishedCall(),
        ...{
          id: `call_${id}`,
          requestId: `req_${id}`,
          at: Date.now() - 60_000,
          provider: { id: "prv_1", name: "One" },
        },
        bodies: response === null ? null : { request: "{}", response, truncated: false },
      });
    answer("excuse", "Sorry, the flux is used up.");
    answer("good", `About the flux: ${"a long and good answer ".repeat(40)}`);
    answer("other", "Something else.");
    answer("unknown", null);
    const { status, body } = await post(beginReplay, { rule: { keyword: "flux" } });
    expect(status).toBe(202);
    await expect
      .poll(async () => (await admin.send(readReplay, { id: body.id })).body)
      .toMatchObject({ state: "done", answers: 4, stored: 3, looked: 3, caught: 2, good: 1 });
    const { found } = (await admin.send(readReplay, { id: body.id })).body;
    expect(found.map((one: { callId: string }) => one.callId).sort()).toEqual(["call_excuse", "call_good"]);
    expect((await post(beginReplay, { rule: { match: "empty" } })).body.error.param).toBe("rule.match");
    expect((await admin.send(readReplay, { id: "rpl_none" })).status).toBe(404);
  });

  it("of a rule on JSON looks only at answers to requests that asked for it, and of one on length at all", async () => {
    const answer = (id: string, request: unknown, response: string) =>
      admin.store({
        ...finishedCall(),
        ...{ id: `call_${id}`, requestId: `req_${id}`, at: Date.now() - 30_000, stream: false },
        provider: { id: "prv_1", name: "One" },
        bodies: { request: JSON.stringify(request), response, truncated: false },
      });
    const messages = [{ role: "user", content: "x" }];
    answer("prose", { model: "m", messages }, "ok");
    answer("broken", { model: "m", messages, response_format: { type: "json_object" } }, '{"a": ');
    answer("whole", { model: "m", messages, response_format: { type: "json_object" } }, '{"a": 1}');
    const foundBy = async (rule: unknown) => {
      const { body } = await post(beginReplay, { rule });
      await expect.poll(async () => (await admin.send(readReplay, { id: body.id })).body.state).toBe("done");
      const { found } = (await admin.send(readReplay, { id: body.id })).body;
      return found.map((one: { callId: string }) => one.callId).sort();
    };
    expect(await foundBy({ match: "not_json" })).toEqual(["call_broken"]);
    expect(await foundBy({ match: "short", minCharacters: 3 })).toEqual(["call_prose"]);
  });
});
