import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  chatChunk,
  chatScript,
  type ScriptedUpstream,
  silentScript,
  sseScript,
  startScriptedUpstream,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import type { CallView } from "../../lib/schemas/logs.ts";
import { type Answer, readAnswer } from "../support/answers.ts";
import { callRow, createRoute, type Route } from "../support/routes.ts";
import { doors, type Sluice, startSluice } from "../support/start-sluice.ts";

/** Why the drain is the Node door's promise alone. */
const ownShutdown = "next start ends its HTTP server by itself on SIGTERM";

const messages = [{ role: "user", content: "Say hello." }];
const killCount = Number(process.env["SLUICE_KILLS"] ?? 20);

function chat(sluice: Sluice, route: Route, body: Record<string, unknown> = {}): Promise<Response> {
  return fetch(`${sluice.baseUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${route.key}` },
    body: JSON.stringify({ model: route.model, messages, ...body }),
  });
}

/** Whether the client has the whole answer in hand, as any application would judge it. */
const isComplete = (answer: Answer) =>
  answer.status === 200 && answer.error === null && (answer.events.length === 0 || answer.isDone);

/** Calls without pause on several connections until told to stop; the request ids of complete answers. */
function startLoad(
  sluice: Sluice,
  route: Route,
  workers: number,
): { readonly completedCount: number; stop(): Promise<string[]> } {
  const completed: string[] = [];
  let running = true;
  const work = async (worker: number) => {
    for (let n = 0; running; n++) {
      try {
        const answer = await readAnswer(await chat(sluice, route, { stream: (n + worker) % 2 === 0 }));
        if (isComplete(answer) && answer.requestId) completed.push(answer.requestId);
      } catch {
        // Cut off by the kill.
        await wait(5);
      }
    }
  };
  const all = Array.from({ length: workers }, (_, worker) => work(worker));
  return {
    get completedCount() {
      return completed.length;
    },
    async stop() {
      running = false;
      await Promise.all(all);
      return completed;
    },
  };
}

/** Request ids of every row of a key. */
async function allRows(sluice: Sluice, route: Route): Promise<CallView[]> {
  const rows: CallView[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: CallView[]; nextCursor: string | null } = await sluice.admin(
      "GET",
      `/logs?key=${route.keyId}&limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    );
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return rows;
}

for (const door of doors) {
  const kills = door === "node" ? killCount : Math.min(killCount, 5);

  describe(`${door} door`, () => {
    let sluice: Sluice;
    let upstream: ScriptedUpstream;
    beforeAll(async () => {
      upstream = await startScriptedUpstream();
      upstream.respond(chatScript(["All", " is", " well."]));
      sluice = await startSluice({ door });
    });
    afterAll(async () => {
      await sluice?.dispose();
      await upstream?.close();
    });

    it(
      `D-14 over ${kills} SIGKILLs under load no completed call loses its row, and none has two`,
      async () => {
        const route = await createRoute(sluice.admin, [upstream]);
        const completed: string[] = [];
        for (let kill = 0; kill < kills; kill++) {
          const load = startLoad(sluice, route, 8);
          // Under way, then at another moment each time.
          await expect.poll(() => load.completedCount, { timeout: 20_000, interval: 5 }).toBeGreaterThan(10);
          await wait((kill * 97) % 400);
          await sluice.kill();
          completed.push(...(await load.stop()));
          await sluice.restart();
        }
        expect(completed.length).toBeGreaterThan(kills * 10);
        let rows: CallView[] = [];
        const missing = () => {
          const known = new Set(rows.map(({ requestId }) => requestId));
          return completed.filter((requestId) => !known.has(requestId));
        };
        await expect
          .poll(
            async () => {
              rows = await allRows(sluice, route);
              return missing().length;
            },
            { timeout: 20_000, interval: 500 },
          )
          .toBe(0);
        expect(new Set(rows.map(({ requestId }) => requestId)).size).toBe(rows.length);
        const done = new Set(completed);
        const outcomes = rows
          .filter(({ requestId }) => done.has(requestId))
          .map(({ outcome, status }) => `${outcome} ${status}`);
        expect([...new Set(outcomes)]).toEqual(["ok 200"]);
      },
      kills * 15_000 + 60_000,
    );

    it("D-14 a call in flight at a SIGKILL is logged interrupted after the next start", async () => {
      const silent = await startScriptedUpstream();
      try {
        silent.respond(silentScript);
        const route = await createRoute(sluice.admin, [silent]);
        const call = chat(sluice, route, { stream: true }).then(
          () => "answered",
          () => "cut",
        );
        await silent.nthRequest(1);
        await wait(300);
        await sluice.kill();
        expect(await call).toBe("cut");
        await sluice.restart();
        await expect
          .poll(async () => (await allRows(sluice, route)).map(({ outcome }) => outcome), { timeout: 15_000 })
          .toEqual(["interrupted"]);
      } finally {
        await silent.close();
      }
    });

    it("D-16 SIGTERM: not ready at once, new calls 503 draining, open streams finish, rows are there, exit 0", async (context) => {
      if (door === "next") context.skip(ownShutdown);
      const slow = await startScriptedUpstream();
      try {
        const pieces = Array.from({ length: 20 }, (_, index) => chatChunk({ content: ` ${index}` }));
        slow.respond(
          sseScript([chatChunk({ role: "assistant", content: "" }), ...pieces, chatChunk({}, "stop")], {
            delayMs: 100,
          }),
        );
        const route = await createRoute(sluice.admin, [slow]);
        const streams = Array.from({ length: 10 }, async () => readAnswer(await chat(sluice, route, { stream: true })));
        await slow.nthRequest(10);
        await wait(300);
        const ending = sluice.term();
        await expect
          .poll(async () => (await fetch(`${sluice.baseUrl}/api/ready`)).status, { timeout: 1000, interval: 20 })
          .toBe(503);
        const refused = await readAnswer(await chat(sluice, route));
        expect([refused.status, refused.error?.code]).toEqual([503, "draining"]);
        expect(refused.headers.get("retry-after")).toBe("1");
        expect(refused.headers.get("x-should-retry")).toBe("true");
        const answers = await Promise.all(streams);
        for (const answer of answers) {
          expect(answer.isDone).toBe(true);
          expect(answer.text).toBe(pieces.map((_, index) => ` ${index}`).join(""));
        }
        const ended = await ending;
        expect(ended.code).toBe(0);
        expect(ended.ms).toBeLessThan(10_000);
        await sluice.restart();
        for (const { requestId } of answers) expect((await callRow(sluice, requestId)).outcome).toBe("ok");
      } finally {
        await slow.close();
      }
    });

    it("D-17 SIGTERM: streams longer than the grace end with one error and no [DONE], exit 0", async (context) => {
      if (door === "next") context.skip(ownShutdown);
      const endless = await startScriptedUpstream();
      const brief = await startSluice({ door, env: { DRAIN_SECONDS: "1" } });
      try {
        endless.respond(
          sseScript([chatChunk({ role: "assistant", content: "" }), chatChunk({ content: "On and" })], {
            end: "hang",
          }),
        );
        const route = await createRoute(brief.admin, [endless]);
        const response = await chat(brief, route, { stream: true });
        const ending = brief.term();
        const answer = await readAnswer(response);
        expect(answer.text).toBe("On and");
        expect(answer.isDone).toBe(false);
        expect(answer.error).not.toBeNull();
        const ended = await ending;
        expect(ended.code).toBe(0);
        expect(ended.ms).toBeLessThan(8000);
        await brief.restart();
        expect((await callRow(brief, answer.requestId)).outcome).toBe("interrupted");
      } finally {
        await brief.dispose();
        await endless.close();
      }
    });
  });
}
