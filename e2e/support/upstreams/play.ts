import type { z } from "zod";
import {
  type Exchange,
  jsonScript,
  type Script,
  type SseItem,
  sseScript,
} from "../../../lib/gateway/testing/scripted-upstream.ts";

export type Json = Record<string, unknown>;

/** What an upstream is to answer, in words of no format. */
export type Play = {
  thought?: string;
  text?: string;
  calls?: { id: string; name: string; args: Json }[];
  /** How it ends; `calls` and `text` say so themselves. */
  end?: "length" | "filtered";
  /** A stream ends with an error after the text. */
  breaks?: boolean;
  /** Stays silent after the text until the client leaves. */
  hangs?: boolean;
};

/** What every play uses, in tokens: 30 of the input were in the cache, 10 of the output were thoughts. */
export const used = { input: 100, cached: 30, output: 40, thoughts: 10 };

/** A proof as each maker gives it to its thoughts. */
export const proofs = {
  openai: "gAAAAABo-proof-of-openai",
  anthropic: "EqQBCgIYAhIMproofOfAnthropic==",
  gemini: "CiQBgoogleProofOfGemini==",
};

/** What an upstream of one family is: its checks, its errors, its answers. */
export type Family = {
  /** The one header that holds the secret, and what stands before it. */
  auth: { header: string; prefix: string };
  /** What is wrong with a request beside its authentication; null = nothing. */
  wrongWith(exchange: Exchange["request"], body: unknown): string | null;
  errorBody(status: number, message: string): unknown;
  wantsStream(request: Exchange["request"], body: unknown): boolean;
  answer(play: Play, body: unknown): unknown;
  events(play: Play, body: unknown): SseItem[];
  /** The stream ends with `data: [DONE]`. */
  hasDone: boolean;
  headers?: Record<string, string>;
};

const authHeaders = ["authorization", "x-api-key", "x-goog-api-key", "api-key"];

/**
 * An upstream that answers as the real one of its family does, whole or streamed as it is asked, and refuses with 400
 * what the real one refuses. The secret has to be the provider's, and the client's must not have come along.
 */
export function strictUpstream(family: Family, play: Play): Script {
  return (exchange) => {
    const { request } = exchange;
    const { header, prefix } = family.auth;
    const secret = request.headers[header] ?? "";
    const others = authHeaders.filter((name) => name !== header && name in request.headers);
    if (!secret.startsWith(`${prefix}upstream-secret-`) || others.length > 0 || request.head.includes("sk-sluice"))
      return jsonScript(
        401,
        family.errorBody(401, `wrong authentication: ${[header, ...others].join(", ")}`),
      )(exchange);
    const body: unknown = JSON.parse(request.body.toString());
    const wrong = request.method === "POST" ? family.wrongWith(request, body) : `method ${request.method}`;
    if (wrong) return jsonScript(400, family.errorBody(400, wrong), family.headers)(exchange);
    if (!family.wantsStream(request, body)) return jsonScript(200, family.answer(play, body), family.headers)(exchange);
    const end = play.hangs ? "hang" : family.hasDone && !play.breaks ? "done" : "eof";
    return sseScript(family.events(play, body), { end, ...(family.headers && { headers: family.headers }) })(exchange);
  };
}

/** An upstream that refuses everything with this status, in the words of its family. */
export function failingUpstream(family: Family, status: number, message = "It broke."): Script {
  return jsonScript(status, family.errorBody(status, message), family.headers);
}

/** Where a value does not fit a schema, and how; null = it fits. */
export function misfit(schema: z.ZodType, value: unknown): string | null {
  const { success, error } = schema.safeParse(value);
  if (success) return null;
  return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}

/** A text in pieces of a few characters, as models stream it. */
export function pieces(text: string, size = 4): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${size}}`, "gu")) ?? [];
}

/** Each call of a tool has one result, and each result its call; `null` = so it is. */
export function unpaired(calls: readonly string[], results: readonly string[]): string | null {
  const lost = calls.filter((id) => !results.includes(id));
  const strange = results.filter((id) => !calls.includes(id));
  if (new Set(calls).size < calls.length) return `calls with the same id: ${calls.join(", ")}`;
  return lost.length + strange.length > 0 ? `calls without results: ${lost}; results without calls: ${strange}` : null;
}
