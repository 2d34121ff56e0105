import { createSseReader } from "../../lib/gateway/sse.ts";

type Choice = {
  message?: { content?: string | null };
  delta?: { content?: string | null; role?: string };
  finish_reason?: string | null;
};
export type ChatJson = {
  id?: string;
  model?: string;
  choices?: Choice[];
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number } | null;
  error?: { message: string; type: string; param: string | null; code: string | null };
};

/** An answer as a client of either kind understands it. */
export type Answer = {
  status: number;
  headers: Headers;
  requestId: string | null;
  /** The raw body. */
  body: string;
  /** The text of the first choice, put together. */
  text: string;
  /** Streams only: the data of each event, `[DONE]` included. */
  events: string[];
  /** Events or the whole answer, parsed. */
  parsed: ChatJson[];
  isDone: boolean;
  error: ChatJson["error"] | null;
};

/** Reads a chat answer to its end, whether it is JSON or a stream. */
export async function readAnswer(response: Response): Promise<Answer> {
  const body = await response.text();
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  const events: string[] = [];
  if (isStream) {
    const reader = createSseReader({ onEvent: ({ data }) => events.push(data), onTooLarge: () => undefined });
    reader.push(Buffer.from(body));
    if (reader.end().truncated) throw new Error(`the stream ended inside an event: ${body.slice(-300)}`);
  }
  const parsed = (isStream ? events.filter((data) => data !== "[DONE]") : [body]).map(
    (text) => JSON.parse(text) as ChatJson,
  );
  return {
    status: response.status,
    headers: response.headers,
    requestId: response.headers.get("x-request-id"),
    body,
    text: parsed.map(({ choices }) => choices?.[0]?.delta?.content ?? choices?.[0]?.message?.content ?? "").join(""),
    events,
    parsed,
    isDone: events.at(-1) === "[DONE]",
    error: parsed.find(({ error }) => error)?.error ?? null,
  };
}
