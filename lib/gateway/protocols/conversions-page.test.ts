import { describe, expect, it } from "vitest";
import { adaptedRequests, upstreamModels } from "../testing/conversions/adapted-requests.ts";
import {
  type AnswerFeature,
  answerFeatures,
  answers,
  answerTable,
  answerValueOf,
  proofText,
} from "../testing/conversions/answers.ts";
import { conversionsPage, verdictOf } from "../testing/conversions/conversions-page.ts";
import { featureValues } from "../testing/conversions/feature-values.ts";
import { requestNotes } from "../testing/conversions/request-notes.ts";
import { messagesClient } from "../testing/conversions/requests-anthropic-messages.ts";
import { geminiClient } from "../testing/conversions/requests-gemini.ts";
import { chatClient } from "../testing/conversions/requests-openai-chat.ts";
import { responsesClient } from "../testing/conversions/requests-openai-responses.ts";
import { type ClientSamples, requestOf, thought } from "../testing/conversions/samples.ts";
import { answerContext, collect, readEvents, requestWith, writeEvents } from "../testing/wire-kit.ts";
import type { Json } from "./answer-format.ts";
import { piecesOf } from "./answer-pieces.ts";
import type { Conversation, SignatureOrigin, WireName } from "./conversation.ts";
import { wireNames } from "./conversation.ts";
import { type Feature, features, featuresOf, judge } from "./features.ts";
import { wires } from "./wires.ts";

/** The table of docs/conversions.md, proved cell by cell, and the page itself. */

const clients: Record<WireName, ClientSamples> = {
  "openai-chat": chatClient,
  "openai-responses": responsesClient,
  "anthropic-messages": messagesClient,
  gemini: geminiClient,
};
/** Who makes the proofs that an upstream of a format looks at. A chat may be with anybody. */
const homes: Record<WireName, SignatureOrigin> = {
  "openai-chat": "anthropic",
  "openai-responses": "openai",
  "anthropic-messages": "anthropic",
  gemini: "gemini",
};
const pairs = wireNames.flatMap((client) =>
  wireNames.filter((upstream) => upstream !== client).map((upstream) => [client, upstream] as const),
);
const proof = (origin: SignatureOrigin) => ({ origin, value: proofText });
const stranger = (upstream: WireName) => proof(homes[upstream] === "openai" ? "gemini" : "openai");

function read(client: WireName, members?: Json): Conversation {
  return wires[client].readRequest(requestOf(clients[client], members));
}

function write(upstream: WireName, asked: Conversation): Json {
  return wires[upstream].writeRequest(asked, { model: upstreamModels[upstream], stream: false });
}

describe.each(pairs)("what a client of %s asks an upstream of %s for", (client, upstream) => {
  const samplesOf = (signature = proof(homes[upstream])) => clients[client].samples(signature);
  const cells = Object.keys(samplesOf()).map(
    (name) => [name as Feature, verdictOf(upstream, name as Feature)] as const,
  );

  it.each(cells)("%s is %s", (feature, verdict) => {
    const sample = samplesOf()[feature];
    const asked = read(client, sample?.asks);
    const plain = read(client, sample?.plain);
    expect(featuresOf(asked)).toContain(feature);
    expect(featuresOf(plain)).not.toContain(feature);
    const judged = judge(asked, upstream);
    expect([judged.dropped.includes(feature), judged.refused.includes(feature)]).toEqual([
      verdict === "dropped",
      verdict === "refused",
    ]);
    if (verdict === "refused") {
      expect(judge(plain, upstream).refused).toEqual([]);
      return;
    }
    expect(judged.refused).toEqual([]);
    const sent = write(upstream, asked);
    if (verdict === "dropped") expect(sent).toEqual(write(upstream, plain));
    else if (verdict === "kept") {
      const value = featureValues[feature];
      if (!value) throw new Error(`${feature} is kept, and nothing says what that means`);
      expect(value(wires[upstream].readRequest(sent))).toEqual(value(asked));
    } else if (feature in provedByProofs) provedByProofs[feature as keyof typeof provedByProofs](client, upstream);
    else {
      const holds = adaptedRequests[upstream][feature];
      if (!holds) throw new Error(`${feature} is adapted, and nothing says how`);
      holds(sent);
      expect(() => holds(write(upstream, plain))).toThrow();
    }
  });
});

/** Thoughts: what is signed goes back to its maker, and to a chat, whose server knows by the maker's name. */
const provedByProofs = {
  reasoning_blocks(client: WireName, upstream: WireName) {
    const sent = (feature: Feature, signature = proof(homes[upstream])) =>
      JSON.stringify(write(upstream, read(client, clients[client].samples(signature)[feature]?.asks)));
    expect(sent("reasoning_signatures")).toContain(thought);
    expect(sent("reasoning_blocks").includes(thought)).toBe(upstream === "openai-chat");
  },
  reasoning_signatures: (client: WireName, upstream: WireName) => findsHome(client, upstream, "reasoning_signatures"),
  sealed_reasoning: (client: WireName, upstream: WireName) => findsHome(client, upstream, "sealed_reasoning"),
};

function findsHome(client: WireName, upstream: WireName, feature: Feature): void {
  const sent = (signature: ReturnType<typeof proof>) =>
    JSON.stringify(write(upstream, read(client, clients[client].samples(signature)[feature]?.asks)));
  expect(sent(proof(homes[upstream]))).toContain(`"${proofText}"`);
  const foreign = sent(stranger(upstream));
  expect(foreign.includes(`"${proofText}"`)).toBe(upstream === "openai-chat");
  expect(foreign).not.toContain("sluice1.");
}

describe.each(pairs)("what a client of %s is told by an upstream of %s", (client, upstream) => {
  const cells = answerFeatures
    .filter((feature) => answers[upstream][feature])
    .map((feature) => [feature, answerTable[client][feature]?.verdict ?? "kept"] as const);

  it.each(cells)("%s is %s", (feature) => {
    const answer = wires[upstream].readAnswer(answers[upstream][feature] ?? {});
    const body = wires[client].writeAnswer(answer, answerContext());
    if (feature === "proof" || feature === "sealed_reasoning") {
      const next = wires[client].readRequest(requestWith(client, body));
      expect(JSON.stringify(write(upstream, next))).toContain(`"${proofText}"`);
      return;
    }
    const value = answerValueOf[feature];
    const told = answerTable[client][feature] ? answerTable[client][feature].value : value(answer);
    expect(told).toBeDefined();
    if (answerTable[client][feature]) expect(value(answer)).not.toEqual(told);
    expect(value(wires[client].readAnswer(body))).toEqual(told);
    const streamed = collect(readEvents(wires[client], writeEvents(wires[client], piecesOf(answer))));
    expect(value(streamed)).toEqual(told);
  });
});

describe("docs/conversions.md", () => {
  it("has a note for whatever is not simply kept, and for nothing else", () => {
    for (const upstream of wireNames)
      for (const feature of features)
        expect([upstream, feature, requestNotes[upstream][feature] !== undefined]).toEqual([
          upstream,
          feature,
          verdictOf(upstream, feature) !== "kept",
        ]);
  });

  it("shows every feature of requests and answers somewhere", () => {
    const asked = new Set(wireNames.flatMap((name) => Object.keys(clients[name].samples(proof("openai")))));
    expect(features.filter((feature) => !asked.has(feature))).toEqual([]);
    const told = new Set(wireNames.flatMap((name) => Object.keys(answers[name]) as AnswerFeature[]));
    expect(answerFeatures.filter((feature) => !told.has(feature))).toEqual([]);
  });

  it("is what this test proves; `npm run docs:conversions` writes it anew", async () => {
    await expect(conversionsPage(clients)).toMatchFileSnapshot("../../../docs/conversions.md");
  });
});
