import type { CallRequest } from "../gateway/call-request.ts";
import { readChatRequest } from "../gateway/chat-request.ts";
import { systemClock } from "../gateway/clock.ts";
import type { Endpoint } from "../gateway/endpoints.ts";
import { readPlainRequest } from "../gateway/json-requests.ts";
import { outgoingCall } from "../gateway/outgoing.ts";
import { servesEndpoint } from "../gateway/protocol-rules.ts";
import { chatFormat } from "../gateway/protocols/choices-format.ts";
import { embeddingsFormat } from "../gateway/protocols/json-answers.ts";
import type { Transport } from "../gateway/transport.ts";
import type { CatalogDeployment, CatalogGroup, CatalogProvider, GatewaySettings } from "../gateway/types.ts";
import { Attempt, type AttemptResult } from "../gateway/upstream.ts";
import { timeoutsFor, upstreamRequest } from "../gateway/upstream-request.ts";
import { newId } from "../id.ts";

const probeTotalMs = 30_000;

/** No group tightens the clocks of a test. */
export const noGroup = { timeouts: {} } as CatalogGroup;

type Probed = { transport: Transport; provider: CatalogProvider; model: string; settings: GatewaySettings };
type ProbeCall = Pick<Endpoint, "name" | "format" | "pathFor"> & { read(bytes: Buffer): CallRequest; body: object };

/** The cheapest real calls: one message for a few tokens (Responses take no fewer than 16), one word to embed. */
const chat: ProbeCall = {
  name: "chat.completions",
  format: chatFormat,
  pathFor: () => "/chat/completions",
  read: readChatRequest,
  body: { messages: [{ role: "user", content: "ping" }], max_tokens: 16 },
};
const embedding: ProbeCall = {
  name: "embeddings",
  format: embeddingsFormat,
  pathFor: () => "/embeddings",
  read: (bytes) => readPlainRequest("embeddings", bytes),
  body: { input: "ping" },
};

/**
 * One cheap call to a provider in the format it speaks. A model that takes no chat may be one that embeds; what is told
 * is the chat's answer unless the other is good.
 */
export async function probe(probed: Probed): Promise<AttemptResult> {
  const result = await tryOnce(probed, chat);
  const refused = result.kind === "failed" && ["client_fault", "model_missing"].includes(result.failure.kind);
  if (!refused || !servesEndpoint(probed.provider, "embeddings")) return result;
  const second = await tryOnce(probed, embedding);
  return second.kind === "answered" ? second : result;
}

/** Goes through the same attempt as every call. */
function tryOnce({ transport, provider, model, settings }: Probed, call: ProbeCall): Promise<AttemptResult> {
  const timeouts = timeoutsFor(settings, provider, noGroup);
  const asked = call.read(Buffer.from(JSON.stringify({ model, ...call.body })));
  const supports = { stream: true, nonStream: true, tools: true, vision: true, jsonSchema: true };
  const deployment = { id: "", model, supports } as CatalogDeployment;
  const outgoing = outgoingCall(
    call,
    asked,
    { deployment, provider },
    {
      lacksResponses: false,
      newId: () => newId("").replace(/^_/, ""),
      now: systemClock.now,
    },
  );
  const attempt = new Attempt({
    clock: systemClock,
    transport,
    request: upstreamRequest({
      provider,
      credential: provider.credentials.find(({ enabled }) => enabled) ?? null,
      method: "POST",
      path: outgoing.path,
      auth: outgoing.auth,
      body: outgoing.body,
      contentType: outgoing.contentType,
      accept: "application/json",
      stream: outgoing.stream,
      clientHeaders: {},
      connectMs: timeouts.connectMs,
    }),
    timeouts,
    callDeadline: systemClock.monotonic() + probeTotalMs,
    endpoint: call.name,
    missing: outgoing.missing,
    flags: [],
    answer: {
      format: outgoing.format,
      translation: outgoing.translation,
      rewrite: null,
      clientStream: false,
      includeUsage: false,
      acceptsHtml: false,
      whole: true,
      keywords: null,
      holdbackCharacters: 0,
      holdbackMs: 0,
      asksJson: () => false,
    },
    relay: { commit() {}, write: () => true, onDrain: null },
  });
  return attempt.start().result;
}
