import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chatScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { pages } from "../support/console.ts";
import { callRow } from "../support/routes.ts";
import { type Sluice, startSluice } from "../support/start-sluice.ts";

const username = "keeper";
const password = "a-password-nobody-may-see-7";
const upstreamSecret = "sk-upstream-0123456789abcdefghijklmnop";
const headerSecret = "header-secret-0123456789abcdefghij";

type Created = { id: string; deployments: { id: string }[] };

/** Everything in a folder that is text or may hold text, as one string. */
function textIn(folder: string): string {
  return readdirSync(folder)
    .map((name) => path.join(folder, name))
    .map((file) => (statSync(file).isDirectory() ? textIn(file) : readFileSync(file, "latin1")))
    .join("\n");
}

describe("secrets", () => {
  let sluice: Sluice;
  let cookie = "";
  let ids: Record<string, string> = {};
  const secrets = new Map<string, string>([
    ["the password", password],
    ["a provider's key", upstreamSecret],
    ["a provider's secret header", headerSecret],
  ]);

  beforeAll(async () => {
    sluice = await startSluice({
      door: "node",
      env: { ADMIN_USERNAME: username, ADMIN_PASSWORD: password, LOG_LEVEL: "debug", DEMO: "on" },
    });
    secrets.set("the admin token of the environment", sluice.adminToken);
    const upstream = await startScriptedUpstream();
    upstream.respond(chatScript(["hello"]));
    const provider = await sluice.admin<Created>("POST", "/providers", {
      name: "secretive",
      protocol: "openai",
      baseUrl: `${upstream.origin}/v1`,
      apiKey: upstreamSecret,
      headers: { "x-api-token": headerSecret },
      deployments: [{ model: "m" }],
    });
    const group = await sluice.admin<{ id: string }>("POST", "/groups", {
      name: "secretive",
      storeBodies: true,
      members: [{ deploymentId: provider.deployments[0]?.id }],
    });
    const key = await sluice.admin<{ id: string; key: string }>("POST", "/keys", {
      name: "app",
      groups: ["secretive"],
    });
    const token = await sluice.admin<{ id: string; token: string }>("POST", "/tokens", { name: "automation" });
    secrets.set("a client's key", key.key);
    secrets.set("an admin token", token.token);
    const rotated = await sluice.admin<{ key: string }>("POST", `/keys/${key.id}/rotate`, { graceHours: 24 });
    secrets.set("a rotated key", rotated.key);
    const answer = await fetch(`${sluice.baseUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key.key}` },
      body: JSON.stringify({ model: "secretive", messages: [{ role: "user", content: "Say hello." }] }),
    });
    await answer.text();
    expect(answer.status).toBe(200);
    const call = await callRow(sluice, answer.headers.get("x-request-id"));
    await sluice.admin("PATCH", `/providers/${provider.id}`, { timeouts: { connectMs: 4000 } });
    ids = { providers: provider.id, groups: group.id, keys: key.id, logs: String(call["id"]) };
    ids["deployments"] = String(provider.deployments[0]?.id);
    cookie = await signedIn(sluice);
    await upstream.close();
  }, 120_000);
  afterAll(() => sluice?.dispose());

  const read = async (where: string, headers: Record<string, string>) => {
    const answer = await fetch(`${sluice.baseUrl}${where}`, { headers, signal: AbortSignal.timeout(20_000) });
    return { status: answer.status, text: await answer.text() };
  };
  const shown = (text: string) => [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name);

  it("stand in no answer of the management API, its exports and its audit log", async () => {
    const { text } = await read("/api/openapi.json", {});
    const { paths } = JSON.parse(text) as { paths: Record<string, { get?: { responses: Record<string, unknown> } }> };
    const routes = Object.entries(paths).flatMap(([route, { get }]) => {
      if (!get || !route.startsWith("/api/admin/") || JSON.stringify(get.responses).includes("text/event-stream"))
        return [];
      const [, kind = ""] = /^\/api\/admin\/([^/]+)\/\{id\}/.exec(route) ?? [];
      if (route.includes("{") && !ids[kind]) return [];
      return [route.replace("{id}", ids[kind] ?? "")];
    });
    expect(routes.length).toBeGreaterThan(25);
    const authorization = `Bearer ${sluice.adminToken}`;
    let answered = 0;
    for (const route of [...routes, "/api/admin/logs/export?format=ndjson", "/api/admin/audit?limit=200"]) {
      const { status, text } = await read(route, { authorization });
      if (status === 200) answered++;
      expect(shown(text), `${status} ${route}`).toEqual([]);
    }
    expect(answered).toBeGreaterThan(25);
  });

  it("stand in no page of the console", async () => {
    const objects = ["providers", "groups", "keys", "logs"].map((kind) => `/${kind}/${ids[kind]}`);
    for (const page of [...pages, ...objects]) {
      const { status, text } = await read(page, { cookie });
      expect(status, page).toBe(200);
      expect(shown(text), page).toEqual([]);
    }
  });

  it("stand in no line the process printed and in no file it keeps", async () => {
    const { code } = await sluice.term();
    expect(code).toBe(0);
    expect(shown(sluice.output())).toEqual([]);
    expect(shown(textIn(sluice.dataDir))).toEqual([]);
  });
});

async function signedIn({ baseUrl }: Sluice): Promise<string> {
  const jar = new Map<string, string>();
  const keep = (answer: Response) => {
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      jar.set(pair.slice(0, pair.indexOf("=")), pair);
    }
  };
  const csrf = await fetch(`${baseUrl}/api/auth/csrf`);
  keep(csrf);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const answer = await fetch(`${baseUrl}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: [...jar.values()].join("; "), origin: baseUrl },
    body: new URLSearchParams({ username, password, csrfToken, callbackUrl: "/", json: "true" }),
  });
  keep(answer);
  return [...jar.values()].join("; ");
}
