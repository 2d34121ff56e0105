import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { completionAnswer, embeddingsAnswer } from "../../lib/gateway/testing/endpoint-answers.ts";
import { chatScript, jsonScript, type Script } from "../../lib/gateway/testing/scripted-upstream.ts";
import { readAnswer } from "../support/answers.ts";
import { ask, asked } from "../support/client-calls.ts";
import { onEachDoor } from "../support/each-door.ts";
import { callRow, createRoute, uniqueName } from "../support/routes.ts";

const messages = [{ role: "user", content: "Say hello." }];
const failing = (status: number): Script => jsonScript(status, { error: { message: `status ${status}` } });
const withAdmin = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

onEachDoor(
  (door) => {
    const admin = () => withAdmin(door.sluice.adminToken);
    const providersOf = async (model: string) => {
      const { json } = await asked(door, `/admin/providers/${encodeURIComponent(model)}`, admin());
      return json as unknown as Record<string, unknown>[];
    };

    it("G36: Prometheus reads what calls did with an admin token, and on the same machine without", async () => {
      const bad = await door.upstream(failing(500));
      const good = await door.upstream(chatScript(["rescued"]));
      const route = await door.route([{ origin: bad.origin, retries: 0 }, good]);
      await (await door.chat(route)).text();
      const told = async (init?: RequestInit) => {
        const answer = await fetch(`${door.sluice.baseUrl}/metrics`, init);
        return { status: answer.status, text: await answer.text() };
      };
      const { status, text } = await told(admin());
      expect(status).toBe(200);
      expect(text).toContain(
        `sluice_calls_total{endpoint="chat.completions",group="${route.model}",outcome="rescued",status="200"} 1`,
      );
      expect(text).toMatch(/^sluice_attempts_total\{.*outcome="failed",reason="http_5xx"\} 1$/m);
      // Next alone does not know where a request came from.
      expect((await told()).status).toBe(door.door === "node" ? 200 : 401);
      expect((await told({ headers: { "x-forwarded-for": "203.0.113.7" } })).status).toBe(401);
    });

    it("G1, G2, G3, G13, S62, C7: inside the best priority the weight decides at random, and lower priorities only wait", async () => {
      const a = await door.upstream(chatScript(["a"]));
      const b = await door.upstream(chatScript(["b"]));
      const c = await door.upstream(chatScript(["c"]));
      const route = await door.route([
        { origin: a.origin, priority: 1 },
        { origin: b.origin, priority: 1 },
        { origin: c.origin, priority: 2 },
      ]);
      for (let n = 0; n < 40; n++) await (await door.chat(route)).text();
      expect(c.requests).toHaveLength(0);
      expect(a.requests.length).toBeGreaterThan(4);
      expect(b.requests.length).toBeGreaterThan(4);
      expect(a.requests.length + b.requests.length).toBe(40);
    });

    it("G4, G45, S63, C8: 5xx is tried again on the same provider, then the next one is asked", async () => {
      const bad = await door.upstream(failing(500));
      const good = await door.upstream(chatScript(["rescued"]));
      const route = await door.route([{ origin: bad.origin, retries: 1 }, good]);
      expect((await readAnswer(await door.chat(route))).text).toBe("rescued");
      expect(bad.requests).toHaveLength(2);
    });

    it.each([401, 403, 429])("G45: %i switches at once", async (status) => {
      const bad = await door.upstream(failing(status));
      const good = await door.upstream(chatScript(["rescued"]));
      const route = await door.route([{ origin: bad.origin, retries: 3 }, good]);
      expect((await readAnswer(await door.chat(route))).text).toBe("rescued");
      expect(bad.requests).toHaveLength(1);
    });

    it("G45: any other 4xx is the client's own and comes back without a switch", async () => {
      const bad = await door.upstream(failing(422));
      const other = await door.upstream(chatScript());
      const route = await door.route([bad, other]);
      const answer = await readAnswer(await door.chat(route));
      expect([answer.status, answer.error?.message]).toEqual([422, "status 422"]);
      expect(other.requests).toHaveLength(0);
    });

    it("G45, S64, C9: when nobody is left it is 502, with who was asked in the message", async () => {
      const route = await door.route([await door.upstream(failing(500)), await door.upstream(failing(503))]);
      const answer = await readAnswer(await door.chat(route));
      expect(answer.status).toBe(502);
      for (const { providerName } of route.members) expect(answer.error?.message).toContain(providerName);
    });

    it("G5, S65, C11: requests and tokens are limited at once, and failures cost nothing", async () => {
      const upstream = await door.upstream(chatScript(["Hello."]));
      const quota = { requestsPerPeriod: 2, tokensPerPeriod: 1_000_000 };
      const route = await door.route([{ origin: upstream.origin, deployment: { quota } }]);
      expect((await door.chat(route)).status).toBe(200);
      expect((await door.chat(route)).status).toBe(200);
      const refused = await readAnswer(await door.chat(route));
      expect([refused.status, refused.error?.code]).toEqual([429, "insufficient_quota"]);
      expect(upstream.requests).toHaveLength(2);
      expect(await providersOf(route.model)).toMatchObject([
        { status: "rate_limited", status_reason: "Request limit exceeded: 2/2" },
      ]);
    });

    it("G39: a quota that is used up can be reset by hand", async () => {
      const upstream = await door.upstream(chatScript(["Hello."]));
      const route = await door.route([{ origin: upstream.origin, deployment: { quota: { requestsPerPeriod: 1 } } }]);
      expect((await door.chat(route)).status).toBe(200);
      expect((await door.chat(route)).status).toBe(429);
      await door.sluice.admin("POST", `/deployments/${route.members[0]?.deploymentId}/reset-quota`, {});
      expect((await door.chat(route)).status).toBe(200);
    });

    it.each(["0 0 * * *", "0 */6 * * *", "0 0 * * 0", "0 0 * * 1", "0 0 1 * *", "*/30 * * * *"])(
      "G6, G20: the schedule %s is understood and its next reset is told",
      async (periodCron) => {
        const upstream = await door.upstream(chatScript());
        const quota = { requestsPerPeriod: 5, periodCron };
        const route = await door.route([{ origin: upstream.origin, deployment: { quota } }]);
        const state = await door.sluice.admin<{ quotaUse: { resetsAt: string } }>(
          "GET",
          `/deployments/${route.members[0]?.deploymentId}`,
        );
        const leftMs = Date.parse(state.quotaUse.resetsAt) - Date.now();
        expect(leftMs).toBeGreaterThan(0);
        expect(leftMs).toBeLessThan(32 * 86_400_000);
      },
    );

    it("G7, G41, S66, C16: a provider that only streams serves whole answers, and one that never streams serves streams", async () => {
      const streaming = await door.upstream(chatScript(["Hel", "lo."]));
      const onlyStream = await door.route([
        { origin: streaming.origin, deployment: { supports: { stream: true, nonStream: false } } },
      ]);
      const whole = await asked(door, "/v1/chat/completions", {
        key: onlyStream.key,
        body: { model: onlyStream.model, messages },
      });
      expect(whole.json).toMatchObject({
        object: "chat.completion",
        choices: [{ message: { content: "Hello." }, finish_reason: "stop" }],
      });
      const silent = await door.upstream(chatScript(["Hello."]));
      const neverStreams = await door.route([
        { origin: silent.origin, deployment: { supports: { stream: false, nonStream: true } } },
      ]);
      const stream = await readAnswer(await door.chat(neverStreams, { stream: true }));
      expect([stream.text, stream.isDone]).toEqual(["Hello.", true]);
      expect(silent.requests[0]?.json()).not.toMatchObject({ stream: true });
      expect(stream.headers.get("cache-control")).toContain("no-cache");
      expect(stream.headers.get("x-accel-buffering")).toBe("no");
    });

    it("G9, G26: GET /admin/stats counts by model and provider, with limits and the last reset", async () => {
      const upstream = await door.upstream(chatScript(["Hello."]));
      const quota = { requestsPerPeriod: 100, tokensPerPeriod: 601_000 };
      const limited = await door.route([{ origin: upstream.origin, deployment: { quota } }]);
      const free = await door.route([upstream]);
      for (const route of [limited, limited, free]) await (await door.chat(route)).text();
      const { status, json } = await asked(door, "/admin/stats", admin());
      expect(status).toBe(200);
      const stats = json as Record<string, Record<string, unknown>>;
      expect(stats[limited.model]).toEqual({
        [limited.members[0]?.providerName ?? ""]: {
          requests: 2,
          tokens: expect.any(Number),
          last_reset: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
          limit_requests: 100,
          limit_tokens: 601_000,
        },
      });
      expect(stats[free.model]?.[free.members[0]?.providerName ?? ""]).toMatchObject({
        requests: 1,
        limit_requests: null,
        limit_tokens: null,
      });
    });

    it("G10, G27, G38: POST /admin/reload says that the configuration is loaded, and nothing needs a restart", async () => {
      const upstream = await door.upstream(chatScript());
      const route = await door.route([upstream]);
      const { status, json } = await asked(door, "/admin/reload", { method: "POST", ...admin() });
      expect([status, json]).toMatchObject([200, { status: "ok", message: "Configuration reloaded" }]);
      expect((await door.chat(route)).status).toBe(200);
    });

    it("G11, G16, G25: GET /health needs no key and says healthy with the version", async () => {
      const { status, json } = await asked(door, "/health");
      expect([status, json]).toEqual([200, { status: "healthy", version: expect.stringMatching(/^\d+\.\d+\.\d+/) }]);
    });

    it("G12: every request can be traced: which providers, which answers, how long", async () => {
      const route = await door.route([await door.upstream(failing(500)), await door.upstream(chatScript())]);
      const response = await door.chat(route);
      await response.text();
      const { receipt } = await callRow(door.sluice, response.headers.get("x-request-id"));
      expect(receipt.attempts).toMatchObject([
        { reason: "http_5xx", httpStatus: 500, next: "next_member" },
        { outcome: "ok", endMs: expect.any(Number) },
      ]);
    });

    it("G18: headers of a provider's own go with every request", async () => {
      const upstream = await door.upstream(chatScript());
      const route = await door.route([upstream]);
      await door.sluice.admin("PATCH", `/providers/${route.members[0]?.providerId}`, { headers: { "x-team": "red" } });
      await (await door.chat(route)).text();
      expect(upstream.requests[0]?.headers["x-team"]).toBe("red");
    });

    it("G19: a prompt that is longer than a provider's context goes to one that takes it", async () => {
      const small = await door.upstream(chatScript(["small"]));
      const large = await door.upstream(chatScript(["large"]));
      const route = await door.route([
        { origin: small.origin, deployment: { contextWindow: 200 } },
        { origin: large.origin, deployment: { contextWindow: 200_000 } },
      ]);
      expect((await readAnswer(await door.chat(route))).text).toBe("small");
      const long = [{ role: "user", content: "word ".repeat(2000) }];
      expect((await readAnswer(await door.chat(route, { messages: long }))).text).toBe("large");
    });

    it("G21, C19: GET /v1/models lists the names a client may use, not those of the providers", async () => {
      const route = await door.route([await door.upstream(chatScript())]);
      const { json } = await asked(door, "/v1/models", { key: route.key });
      expect(json).toMatchObject({ object: "list", data: [{ id: route.model, object: "model", owned_by: "sluice" }] });
      expect((json["data"] as { created: unknown }[])[0]?.created).toEqual(expect.any(Number));
    });

    it("G22, G23, G24: chat with its parameters, completions and embeddings", async () => {
      const upstream = await door.upstream(
        chatScript(),
        jsonScript(200, completionAnswer()),
        jsonScript(200, embeddingsAnswer),
      );
      const route = await door.route([upstream]);
      expect((await door.chat(route, { temperature: 0.7, top_p: 0.5 })).status).toBe(200);
      expect((await door.post(route, "/completions", { prompt: "Once" })).status).toBe(200);
      expect((await door.post(route, "/embeddings", { input: "a" })).status).toBe(200);
      expect(upstream.requests[0]?.json()).toMatchObject({ temperature: 0.7, top_p: 0.5 });
    });

    it("G28, S61: GET /admin/providers/{model} shows each provider and its state, also for names with slashes", async () => {
      const name = `vendor/${uniqueName("model")}`;
      const upstream = await door.upstream(chatScript());
      const route = await createRoute(door.sluice.admin, [upstream, upstream], {
        group: { name },
        key: { groups: ["*"] },
      });
      await door.sluice.admin("PATCH", `/deployments/${route.members[1]?.deploymentId}`, { enabled: false });
      const [first, second] = route.members.map(({ providerName }) => providerName);
      for (const path of [`/admin/providers/${name}`, `/admin/providers/${encodeURIComponent(name)}`]) {
        const { status, json } = await asked(door, path, admin());
        expect([status, json]).toEqual([
          200,
          [
            {
              name: first,
              priority: 1,
              weight: 1,
              enabled: true,
              status: "available",
              status_reason: "",
              stream_support: true,
              non_stream_support: true,
            },
            expect.objectContaining({ name: second, priority: 2, enabled: false, status: "disabled" }),
          ],
        ]);
      }
      const unknown = await asked(door, "/admin/providers/nobody", admin());
      expect([unknown.status, unknown.json]).toEqual([404, { error: "Model not found" }]);
    });

    it("C6: the /admin paths take an admin token and nothing else, unless a switch opens them", async () => {
      const route = await door.route([await door.upstream(chatScript())]);
      for (const [method, path] of [
        ["GET", "/admin/stats"],
        ["POST", "/admin/reload"],
        ["GET", `/admin/providers/${route.model}`],
      ] as const) {
        expect((await ask(door, path, { method })).status, path).toBe(401);
        expect((await ask(door, path, { method, key: route.key })).status, path).toBe(401);
        expect((await ask(door, path, { method, ...admin() })).status, path).toBe(200);
      }
    });

    it("G37, G40: the log names the provider that was selected, each switch, and ERROR where nobody answered", async () => {
      const bad = await door.upstream(failing(500));
      const good = await door.upstream(chatScript());
      const rescued = await door.route([bad, good]);
      const lost = await door.route([bad]);
      const first = (await door.chat(rescued)).headers.get("x-request-id") ?? "";
      const second = (await door.chat(lost)).headers.get("x-request-id") ?? "";
      const linesOf = (id: string) =>
        door.sluice
          .output()
          .split("\n")
          .filter((line) => line.includes(id))
          .map((line) => JSON.parse(line) as Record<string, unknown>);
      for (let n = 0; n < 50 && linesOf(second).length < 2; n++) await wait(50);
      const [names0, names1] = rescued.members.map(({ providerName }) => providerName);
      expect(linesOf(first)).toMatchObject([
        { level: "INFO", msg: "Selected provider", provider: names0, model: rescued.model },
        { level: "WARN", msg: "Switching provider", from: names0, provider: names1, reason: "http_5xx" },
        { level: "INFO", msg: "Call answered", status: 200, attempts: 2 },
      ]);
      expect(linesOf(second)).toMatchObject([
        { msg: "Selected provider" },
        { level: "ERROR", msg: "Call failed", status: 502 },
      ]);
    });

    it("G37: the log says when usage was reset", async () => {
      const upstream = await door.upstream(chatScript());
      const route = await door.route([{ origin: upstream.origin, deployment: { quota: { requestsPerPeriod: 1 } } }]);
      await wait(1500);
      await door.sluice.admin("POST", `/deployments/${route.members[0]?.deploymentId}/reset-quota`, {});
      const isSaid = () =>
        door.sluice
          .output()
          .split("\n")
          .some((line) => line.includes("Reset usage") && line.includes(route.members[0]?.providerName ?? "?"));
      for (let n = 0; n < 60 && !isSaid(); n++) await wait(50);
      expect(isSaid()).toBe(true);
    });

    it("log_requests: without it calls leave no lines, failures still do", async () => {
      await door.sluice.admin("PATCH", "/settings", { logRequests: false });
      try {
        const good = await door.route([await door.upstream(chatScript())]);
        const bad = await door.route([await door.upstream(failing(500))]);
        const quiet = (await door.chat(good)).headers.get("x-request-id") ?? "?";
        const loud = (await door.chat(bad)).headers.get("x-request-id") ?? "?";
        for (let n = 0; n < 50 && !door.sluice.output().includes(loud); n++) await wait(50);
        expect(door.sluice.output()).toContain(loud);
        expect(door.sluice.output()).not.toContain(quiet);
      } finally {
        await door.sluice.admin("PATCH", "/settings", { logRequests: null });
      }
    });

    it("S60: errors have OpenAI's shape: no key, a wrong key, broken JSON, an empty body, no model", async () => {
      const route = await door.route([await door.upstream(chatScript())]);
      const post = (body: string, key?: string) =>
        fetch(`${door.sluice.baseUrl}/v1/chat/completions`, {
          method: "POST",
          headers: { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) },
          body,
        });
      const cases = [
        [await post("{}"), 401, "missing_api_key"],
        [await post("{}", "wrong"), 401, "invalid_api_key"],
        [await post("{", route.key), 400, "invalid_json"],
        [await post("", route.key), 400, "invalid_json"],
        [await post('{"messages":[]}', route.key), 400, "missing_required"],
      ] as const;
      for (const [response, status, code] of cases) {
        const { error } = (await response.json()) as { error: Record<string, unknown> };
        expect([response.status, error["code"]]).toEqual([status, code]);
        expect(Object.keys(error).sort()).toEqual(["code", "message", "param", "type"]);
      }
    });
  },
  { LOG_LEVEL: "INFO" },
);
