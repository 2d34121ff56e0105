import { shellQuoted } from "@/lib/format";
import type { CallDetailView } from "@/lib/schemas/logs";

const paths: Readonly<Record<string, string>> = {
  "chat.completions": "/v1/chat/completions",
  completions: "/v1/completions",
  embeddings: "/v1/embeddings",
  moderations: "/v1/moderations",
  rerank: "/v1/rerank",
  responses: "/v1/responses",
  messages: "/v1/messages",
  "messages.count_tokens": "/v1/messages/count_tokens",
  "images.generations": "/v1/images/generations",
  "audio.speech": "/v1/audio/speech",
};

/**
 * The command that asks the same again; null for an endpoint whose request is no JSON, or whose path is not known from
 * the call. The key is the variable `SLUICE_API_KEY`: no secret is ever in it.
 */
export function curlOf(
  call: Pick<CallDetailView, "endpoint" | "model" | "stream" | "bodies">,
  origin: string,
): string | null {
  const path = Object.hasOwn(paths, call.endpoint) ? paths[call.endpoint] : undefined;
  if (path === undefined) return null;
  const stored = call.bodies?.request ?? null;
  const body = stored ?? JSON.stringify({ model: call.model ?? "MODEL", ...(call.stream && { stream: true }) });
  return [
    `curl ${call.stream ? "-N " : ""}${shellQuoted(`${origin}${path}`)}`,
    `  -H "authorization: Bearer $SLUICE_API_KEY"`,
    `  -H 'content-type: application/json'`,
    `  -d ${shellQuoted(body)}`,
  ].join(" \\\n");
}
