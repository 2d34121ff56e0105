import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import type { EgressPolicy } from "../gateway/egress.ts";
import type { CatalogProvider } from "../gateway/types.ts";
import { checkConnection } from "./connection-check.ts";

const policy: EgressPolicy = { allowPrivate: true, allow: [], ownPort: null };
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server on this machine; returns its address. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const provider = (baseUrl: string, secret: string | null = "sk-check-1234"): CatalogProvider => ({
  ...{ id: "", name: "", protocol: "openai", preset: null, baseUrl, apiVersion: null, wireApi: "auto" },
  ...{ headers: {}, timeouts: {}, retries: 0, maxInFlight: null, enabled: true },
  credentials: secret === null ? [] : [{ id: "", name: "", preview: "", secret, enabled: true }],
});

const list = JSON.stringify({ object: "list", data: [{ id: "gpt-x", object: "model" }] });
const told = ({ stages }: Awaited<ReturnType<typeof checkConnection>>) =>
  stages.map(({ name, state, problem }) => [name, state, problem]);

it("a key that the server looks at is proven, stage by stage with times", async () => {
  const url = await serve((request, response) => {
    const known = request.headers.authorization === "Bearer sk-check-1234";
    response.writeHead(known ? 200 : 401, { "content-type": "application/json" }).end(known ? list : "{}");
  });
  const check = await checkConnection(provider(url), policy);
  expect(told(check)).toEqual([
    ["dns", "ok", null],
    ["tls", "ok", "not_encrypted"],
    ["auth", "ok", null],
    ["list", "ok", null],
  ]);
  expect(check.models).toBe(1);
  expect(check.stages.every(({ ms }) => ms !== null && ms >= 0)).toBe(true);

  const refused = await checkConnection(provider(url, "sk-other"), policy);
  expect(told(refused).slice(2)).toEqual([
    ["auth", "failed", "key_refused"],
    ["list", "skipped", null],
  ]);
  expect(told(await checkConnection(provider(url, null), policy))[2]).toEqual(["auth", "failed", "key_missing"]);
});

it("a list that anybody may read proves no key", async () => {
  const url = await serve((_request, response) => void response.writeHead(200).end(list));
  expect(told(await checkConnection(provider(url), policy))[2]).toEqual(["auth", "unproven", "key_unproven"]);
});

it("a server without a list of models is told from one that is broken", async () => {
  const without = await serve((_request, response) => void response.writeHead(404).end());
  expect(told(await checkConnection(provider(without), policy))[3]).toEqual(["list", "failed", "no_list"]);
  const broken = await serve((_request, response) => void response.writeHead(503).end());
  expect(told(await checkConnection(provider(broken), policy))[3]).toEqual(["list", "failed", "server_error"]);
  const page = await serve((_request, response) => void response.writeHead(200).end("<html></html>"));
  expect(told(await checkConnection(provider(page), policy))[3]).toEqual(["list", "failed", "not_a_list"]);
});

it("an address the egress rules forbid is never dialled", async () => {
  let dialled = 0;
  const url = await serve((_request, response) => {
    dialled += 1;
    response.end(list);
  });
  const check = await checkConnection(provider(url), { ...policy, allowPrivate: false });
  expect(told(check)).toEqual([
    ["dns", "failed", "egress_denied"],
    ["tls", "skipped", null],
    ["auth", "skipped", null],
    ["list", "skipped", null],
  ]);
  expect(dialled).toBe(0);
});

it("where nothing listens, and where no TLS is spoken, is said as such", async () => {
  const url = await serve((_request, response) => void response.end(list));
  const https = await checkConnection(provider(url.replace("http:", "https:")), policy);
  expect(told(https)[1]).toEqual(["tls", "failed", "not_tls"]);
  for (const close of closing.splice(0)) close();
  expect(told(await checkConnection(provider(url), policy))[1]).toEqual(["tls", "failed", "refused"]);
});
