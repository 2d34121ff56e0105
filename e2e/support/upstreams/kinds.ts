import type { Script, ScriptedUpstream } from "../../../lib/gateway/testing/scripted-upstream.ts";
import type { RouteMember } from "../routes.ts";
import { anthropic } from "./anthropic.ts";
import { gemini } from "./gemini.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiResponses } from "./openai-responses.ts";
import { type Family, type Play, proofs, strictUpstream } from "./play.ts";

/** Every way in which a provider is asked for a conversation. */
export const kinds = ["chat", "responses", "anthropic", "gemini", "azure", "azure-versioned"] as const;
export type Kind = (typeof kinds)[number];

const apiKey = { header: "api-key", prefix: "" };
const apiVersion = "2024-10-21";

const known: Record<Kind, { family: Family; model: string; provider: Record<string, unknown>; base: string }> = {
  chat: { family: openaiChat(), model: "gpt-4o", provider: { protocol: "openai", wireApi: "chat" }, base: "/v1" },
  responses: {
    family: openaiResponses(),
    model: "gpt-5.2",
    provider: { protocol: "openai", wireApi: "responses" },
    base: "/v1",
  },
  anthropic: { family: anthropic, model: "claude-sonnet-4-5", provider: { protocol: "anthropic" }, base: "/v1" },
  gemini: { family: gemini, model: "gemini-3-pro-preview", provider: { protocol: "gemini" }, base: "/v1beta" },
  azure: {
    family: openaiChat("/openai/v1/chat/completions", apiKey),
    model: "gpt-4o",
    provider: { protocol: "azure", wireApi: "chat" },
    base: "",
  },
  "azure-versioned": {
    family: openaiChat(`/openai/deployments/gpt-4o/chat/completions?api-version=${apiVersion}`, apiKey),
    model: "gpt-4o",
    provider: { protocol: "azure", wireApi: "chat", apiVersion },
    base: "",
  },
};

export function familyOf(kind: Kind): Family {
  return known[kind].family;
}

/** What a strict upstream of this kind does, play by play; the last one stays. */
export function scriptsOf(kind: Kind, plays: Play[]): Script[] {
  return plays.map((play) => strictUpstream(familyOf(kind), play));
}

/** A member of a route whose provider is of this kind. Costs are told, so that the log can say what a call cost. */
export function memberOf(kind: Kind, { origin }: Pick<ScriptedUpstream, "origin">): RouteMember {
  const { model, provider, base } = known[kind];
  return {
    origin,
    model,
    provider: { ...provider, baseUrl: `${origin}${base}` },
    deployment: { inputPrice: 3, cachedInputPrice: "0.3", outputPrice: 15 },
  };
}

/** What the provider calls its model. */
export function modelOf(kind: Kind): string {
  return known[kind].model;
}

/** With what it signs its thoughts; null = it does not show any. */
export function proofOf(kind: Kind): string | null {
  if (kind === "responses") return proofs.openai;
  return kind === "anthropic" || kind === "gemini" ? proofs[kind] : null;
}
