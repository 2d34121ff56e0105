import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Transport, UpstreamHandler, UpstreamRequest } from "../gateway/transport.ts";
import type { CatalogProvider } from "../gateway/types.ts";
import { listModels } from "./list-models.ts";

const provider = (changes: Partial<CatalogProvider> = {}): CatalogProvider => ({
  ...{ id: "prv_1", name: "one", protocol: "openai", baseUrl: "https://llm.example/v1", apiVersion: null },
  ...{ wireApi: "auto", preset: null, headers: {}, timeouts: {}, retries: 0, maxInFlight: null, enabled: true },
  credentials: [
    { id: "crd_1", name: "off", preview: "…", secret: "sk-off", enabled: false },
    { id: "crd_2", name: "on", preview: "…", secret: "sk-on", enabled: true },
  ],
  ...changes,
});

type Asked = UpstreamRequest & { aborted: boolean };

/** A network on which `answer` speaks; what was asked is kept. */
function network(answer: (request: UpstreamRequest, handler: UpstreamHandler) => void) {
  const asked: Asked[] = [];
  const transport: Transport = {
    send(request, handler) {
      const entry = { ...request, aborted: false };
      asked.push(entry);
      queueMicrotask(() => answer(request, handler));
      return {
        abort: () => {
          entry.aborted = true;
        },
        pause() {},
        resume() {},
      };
    },
  };
  return { transport, asked };
}

const says = (status: number, body: unknown) => (_request: UpstreamRequest, handler: UpstreamHandler) => {
  handler.onHead(status, {});
  handler.onData(Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));
  handler.onEnd();
};

describe("listing a provider's models", () => {
  it("asks below its base URL with its first credential that is on", async () => {
    const { transport, asked } = network(says(200, { data: [{ id: "a" }] }));
    expect((await listModels(transport, provider(), 1000)).models).toHaveLength(1);
    expect(asked).toMatchObject([{ origin: "https://llm.example", path: "/v1/models", method: "GET" }]);
    expect(asked[0]?.headers.join(" ")).toContain("authorization Bearer sk-on");
  });

  it("asks Azure for what it could deploy where its deployments are not told, or are none", async () => {
    const azure = provider({ protocol: "azure", baseUrl: "https://mine.openai.azure.com" });
    const models = says(200, { data: [{ id: "gpt-4o" }] });
    for (const first of [says(404, ""), says(200, { data: [] })]) {
      const { transport, asked } = network((request, handler) =>
        (request.path.startsWith("/openai/deployments") ? first : models)(request, handler),
      );
      expect((await listModels(transport, azure, 1000)).models).toMatchObject([{ id: "gpt-4o" }]);
      expect(asked).toHaveLength(2);
    }
    const { transport } = network(says(200, { data: [] }));
    expect(await listModels(transport, azure, 1000)).toMatchObject({ models: [], complete: true });
  });

  it.each([
    [401, "{}", "upstream_auth_failed", "key_refused"],
    [403, "{}", "upstream_auth_failed", "key_refused"],
    [302, "", "upstream_error", "redirect"],
    [404, "{}", "upstream_error", "no_list"],
    [500, "{}", "upstream_error", "server_error"],
    [200, "<html>", "upstream_error", "not_a_list"],
    [200, "", "upstream_error", "not_a_list"],
    [200, '{"data":{}}', "upstream_error", "not_a_list"],
  ])("fails with %i and %j as %s, and names the problem: %s", async (status, body, code, problem) => {
    const { transport } = network(says(status, body));
    await expect(listModels(transport, provider(), 1000)).rejects.toMatchObject({ code, details: { problem } });
  });

  it.each([
    ["dns", "unknown_host"],
    ["connect_refused", "refused"],
    ["connect", "unreachable"],
    ["timeout_connect", "slow"],
    ["tls", "certificate"],
    ["egress_denied", "egress_denied"],
    ["stream_broken", "unreachable"],
  ] as const)("names the problem of a network that says %s: %s", async (reason, problem) => {
    const { transport } = network((_request, handler) =>
      handler.onFault({ reason, message: reason, reusedSocket: false }),
    );
    await expect(listModels(transport, provider(), 1000)).rejects.toMatchObject({ details: { problem } });
  });

  it("fails where nobody can be reached, and hangs up on an answer that is too large", async () => {
    const silent = network((_request, handler) =>
      handler.onFault({ reason: "connect_refused", message: "connection refused", reusedSocket: false }),
    );
    await expect(listModels(silent.transport, provider(), 1000)).rejects.toThrow(/connection refused/);
    const endless = network((_request, handler) => {
      handler.onHead(200, {});
      for (let megabytes = 0; megabytes < 9; megabytes += 1) handler.onData(Buffer.alloc(1024 * 1024, " "));
    });
    await expect(listModels(endless.transport, provider(), 1000)).rejects.toThrow(/too large/);
    expect(endless.asked[0]?.aborted).toBe(true);
  });
});

describe("a slow list", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is given up after half a minute without a page", async () => {
    const { transport, asked } = network(() => {});
    const listing = expect(listModels(transport, provider(), 1000)).rejects.toMatchObject({ code: "upstream_timeout" });
    await vi.advanceTimersByTimeAsync(30_000);
    await listing;
    expect(asked[0]?.aborted).toBe(true);
  });

  it("is given up after two minutes, however many pages came", async () => {
    let page = 0;
    const { transport, asked } = network((request, handler) => {
      page += 1;
      const answer = says(200, { data: [{ id: `m-${page}` }], has_more: true, last_id: `m-${page}` });
      setTimeout(() => answer(request, handler), 25_000);
    });
    const anthropic = provider({ protocol: "anthropic" });
    const listing = expect(listModels(transport, anthropic, 1000)).rejects.toMatchObject({ code: "upstream_timeout" });
    await vi.advanceTimersByTimeAsync(130_000);
    await listing;
    expect(asked).toHaveLength(5);
    expect(asked.at(-1)?.aborted).toBe(true);
  });
});
