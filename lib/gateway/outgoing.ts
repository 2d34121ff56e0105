import type { CallRequest, UpstreamBody } from "./call-request.ts";
import type { Endpoint } from "./endpoints.ts";
import { conversationPlace, openaiPlace, protocolRules, type UpstreamPlace, upstreamWire } from "./protocol-rules.ts";
import type { AnswerFormat } from "./protocols/answer-format.ts";
import type { WireName } from "./protocols/conversation.ts";
import type { Feature } from "./protocols/features.ts";
import { type Translation, translationOf } from "./protocols/translation.ts";
import type { AnswerContext } from "./protocols/wire.ts";
import { wires } from "./protocols/wires.ts";
import type { CatalogDeployment, CatalogProvider } from "./types.ts";

/** How an answer becomes what the client asked for. */
export type TranslationOffer = {
  /** Another format is spoken there. False = only a stream where none was asked for, or the other way round, needs it. */
  isForeign: boolean;
  /** Null = it cannot be done. */
  make(): Translation | null;
};

/** All that goes to one upstream in one attempt, and how its answer is to be read. */
export type OutgoingCall = UpstreamBody &
  UpstreamPlace & {
    /** The upstream's. */
    format: AnswerFormat;
    /** Null = what comes is passed on, by the means of its own format. */
    translation: TranslationOffer | null;
    /** What was asked for and is left out in this format. */
    dropped: readonly Feature[];
    /** What a 404 is about. */
    missing: "model" | "endpoint";
    /** Responses may be missing there, and the same can be asked as a chat. */
    mayFallBack: boolean;
  };

export type OutgoingContext = {
  /** The provider was found to have none, lately or just now. */
  lacksResponses: boolean;
  newId(): string;
  now(): number;
};

/** What a call sends to one candidate. It fits: {@link CallRequest.needs} were looked at before. */
export function outgoingCall(
  endpoint: Pick<Endpoint, "format" | "pathFor" | "isNative">,
  asked: CallRequest,
  { deployment, provider }: { deployment: CatalogDeployment; provider: CatalogProvider },
  context: OutgoingContext,
): OutgoingCall {
  const { conversation } = asked;
  if (!conversation) {
    const path = endpoint.pathFor(deployment);
    return {
      ...asked.bodyFor(deployment),
      ...(endpoint.isNative
        ? { path, auth: protocolRules[provider.protocol].auth }
        : openaiPlace(provider, path, deployment.model)),
      format: endpoint.format,
      translation: null,
      dropped: [],
      missing: "endpoint",
      mayFallBack: false,
    };
  }
  const wire = upstreamWire(provider, conversation.wire, context.lacksResponses);
  const isForeign = wire !== conversation.wire;
  const body = isForeign ? writtenIn(wire, asked, deployment) : asked.bodyFor(deployment);
  const format = isForeign ? wires[wire].format : endpoint.format;
  const canBeChat = wire === "openai-responses" && provider.wireApi === "auto";
  return {
    ...body,
    ...conversationPlace(provider, wire, deployment.model, body.stream),
    format,
    translation: isForeign || !converts(format) ? offer(wire, asked, context) : null,
    dropped: conversation.droppedIn(wire),
    missing: wire === "openai-responses" ? "endpoint" : "model",
    mayFallBack: canBeChat && conversation.wire === "openai-responses",
  };
}

function converts(format: AnswerFormat): boolean {
  return format.kind === "json" && format.convert !== null;
}

/** Whether an upstream is asked for a stream. Whoever cannot give what the client wants gives the other. */
export function asksForStream(clientStream: boolean, { supports }: CatalogDeployment): boolean {
  return clientStream ? supports.stream || !supports.nonStream : supports.stream && !supports.nonStream;
}

function writtenIn(wire: WireName, asked: CallRequest, deployment: CatalogDeployment): UpstreamBody {
  const conversation = asked.conversation?.read();
  if (!conversation) throw new Error("a request that cannot be read was planned for another format");
  const stream = asksForStream(asked.stream, deployment);
  const written = wires[wire].writeRequest(conversation, { model: deployment.model, stream });
  return { body: Buffer.from(JSON.stringify(written)), contentType: "application/json", stream };
}

function offer(from: WireName, asked: CallRequest, { newId, now }: OutgoingContext): TranslationOffer {
  const to = asked.conversation?.wire ?? from;
  return {
    isForeign: from !== to,
    make() {
      const conversation = asked.conversation?.read();
      if (!conversation) return null;
      const { model, includeUsage } = asked;
      const context: AnswerContext = { conversation, model, includeUsage, newId, now };
      return translationOf(wires[from], wires[to], context);
    },
  };
}
