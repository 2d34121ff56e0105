import { describe, expect, it } from "vitest";
import { systemClock } from "../gateway/clock.ts";
import { createDemoTransport } from "../gateway/demo.ts";
import { embeddingsAnswer, responseAnswer } from "../gateway/testing/endpoint-answers.ts";
import { makeGateway, routeOver } from "../gateway/testing/gateway-kit.ts";
import { createScriptedTransport, json, type Play } from "../gateway/testing/scripted-transport.ts";
import { chatCompletion } from "../gateway/testing/scripted-upstream.ts";
import type { CatalogProvider } from "../gateway/types.ts";
import { localControl } from "./control-local.ts";
import { createMetrics } from "./process-metrics.ts";

function probing(...plays: Play[]) {
  return probingA({}, ...plays);
}

function probingA(provider: Partial<CatalogProvider>, ...plays: Play[]) {
  const transport = createScriptedTransport(systemClock);
  transport.on("p1", ...plays);
  const { gateway } = makeGateway(routeOver(["P1"], { provider }));
  const control = localControl({
    gateway,
    transports: { http: transport, demo: createDemoTransport(systemClock.setTimeout, systemClock.clearTimeout) },
    demoTrail: { of: () => [] },
    reload: async () => {},
    journal: { pendingBytes: () => 0, healthy: () => true },
    metrics: createMetrics(() => ({ inFlight: 0, draining: false, journalBytes: 0, deployments: [] })),
  });
  return { transport, gateway, probe: () => control.probe({ providerId: "prv_P1", deploymentId: "dep_P1" }) };
}

const paths = ({ sent }: { sent: { request: { path: string } }[] }) => sent.map(({ request }) => request.path);

describe("the test of a provider", () => {
  it("is one small chat", async () => {
    const { probe, transport } = probing(json(200, chatCompletion()));
    expect(await probe()).toMatchObject({ ok: true, reason: "ok", httpStatus: 200, message: null });
    expect(paths(transport)).toEqual(["/v1/chat/completions"]);
    expect(transport.sent[0]?.json()).toMatchObject({ model: "model-p1", max_tokens: 16 });
  });

  it.each([
    [
      { protocol: "anthropic" },
      "/v1/messages",
      "x-api-key",
      { content: [{ type: "text", text: "p" }], stop_reason: "max_tokens" },
    ],
    [
      { protocol: "gemini" },
      "/v1/models/model-p1:generateContent",
      "x-goog-api-key",
      { candidates: [{ content: { parts: [] }, finishReason: "MAX_TOKENS" }] },
    ],
    [
      { protocol: "azure", apiVersion: "v" },
      "/v1/openai/deployments/model-p1/chat/completions?api-version=v",
      "api-key",
      chatCompletion(),
    ],
    [{ wireApi: "responses" }, "/v1/responses", "authorization", responseAnswer("p", "incomplete")],
  ] as const)("of %j speaks its format at %s, known by %s", async (provider, path, header, answer) => {
    const { probe, transport } = probingA(provider, json(200, answer));
    expect(await probe()).toMatchObject({ ok: true, reason: "ok" });
    expect(paths(transport)).toEqual([path]);
    expect(transport.sent[0]?.header(header)).toContain("secret-of-p1");
    expect(JSON.stringify(transport.sent[0]?.json())).toContain("16");
  });

  it("of one that has no vectors is not asked for any", async () => {
    const { probe, transport } = probingA({ protocol: "anthropic" }, json(404, { error: { message: "no" } }));
    expect(await probe()).toMatchObject({ ok: false, httpStatus: 404 });
    expect(transport.sent).toHaveLength(1);
  });

  it.each([400, 404])("of a model that only embeds asks for a vector after a %i", async (status) => {
    const { probe, transport, gateway } = probing(
      json(status, { error: { message: "This is not a chat model" } }),
      json(200, embeddingsAnswer),
    );
    expect(await probe()).toMatchObject({ ok: true });
    expect(paths(transport)).toEqual(["/v1/chat/completions", "/v1/embeddings"]);
    expect(gateway.states()[0]?.reason).toBeNull();
  });

  it("tells what the chat was told where neither is answered, with the secret taken out", async () => {
    const { probe } = probing(
      json(404, { error: { message: "no model-p1 for secret-of-p1" } }),
      json(400, { error: { message: "something else" } }),
    );
    const result = await probe();
    expect(result).toMatchObject({ ok: false, httpStatus: 404, reason: "http_4xx" });
    expect(result.message).toContain("no model-p1 for");
    expect(result.message).not.toContain("secret-of-p1");
  });

  it("asks once where the provider is away or the credential is wrong", async () => {
    for (const status of [401, 503]) {
      const { probe, transport } = probing(json(status, { error: { message: "no" } }));
      expect((await probe()).ok).toBe(false);
      expect(transport.sent).toHaveLength(1);
    }
  });
});
