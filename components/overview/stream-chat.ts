import { createParser } from "eventsource-parser";

export type StreamedAnswer = {
  /** `x-request-id`: the call in the log. */
  requestId: string | null;
  status: number;
  /** Set when the gateway answered with an error, or when the stream told of one. */
  error: { code: string; message: string } | null;
  /** The whole answer came in one piece although it had many events. Whether somebody held it back, the call's times tell. */
  inOnePiece: boolean;
};

/** An answer this small always comes in one piece. */
const eventsThatMatter = 10;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** One streamed chat call with the reader's own key, as any OpenAI client would make it. `onText` gets each piece. */
export async function streamChat({
  key,
  model,
  message,
  signal,
  onText,
}: {
  key: string;
  model: string;
  message: string;
  signal: AbortSignal;
  onText: (piece: string) => void;
}): Promise<StreamedAnswer> {
  const body = { model, stream: true, messages: [{ role: "user", content: message }] };
  const { requestId, status, error, inOnePiece } = await callChat({ key, body, signal, onText });
  return { requestId, status, error, inOnePiece };
}

export type ChatAnswer = StreamedAnswer & {
  /** Tokens as the answer tells them; null = it does not. */
  usage: { input: number; output: number } | null;
};

/** Who answers, as the head of the answer says. */
export type ChatHead = { requestId: string | null; provider: string | null; model: string | null };

/** One chat call, streamed or whole, as `body` says. */
export async function callChat({
  key,
  body,
  headers,
  signal,
  onText,
  onHead,
}: {
  key: string;
  body: Record<string, unknown>;
  headers?: Record<string, string>;
  signal: AbortSignal;
  onText: (piece: string) => void;
  onHead?: (head: ChatHead) => void;
}): Promise<ChatAnswer> {
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    // The key alone must do: this is what an app outside will send.
    credentials: "omit",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal,
  });
  const requestId = response.headers.get("x-request-id");
  const name = (header: string) => {
    const value = response.headers.get(header);
    return value === null ? null : decodedName(value);
  };
  onHead?.({ requestId, provider: name("x-sluice-provider"), model: name("x-sluice-model") });
  const answer = { requestId, status: response.status, error: null, inOnePiece: false, usage: null };
  if (!response.ok || !response.body) return { ...answer, error: errorOf(await response.text()) ?? unknownError };
  if (!/event-stream/.test(response.headers.get("content-type") ?? "")) {
    const text = await response.text();
    onText(pieceOf(text, "message"));
    return { ...answer, error: errorOf(text), usage: usageOf(text) };
  }
  let error: StreamedAnswer["error"] = null;
  let usage: ChatAnswer["usage"] = null;
  let events = 0;
  let reads = 0;
  const parser = createParser({
    onEvent: ({ data }) => {
      events++;
      if (data === "[DONE]") return;
      error = errorOf(data) ?? error;
      usage = usageOf(data) ?? usage;
      const piece = pieceOf(data, "delta");
      if (piece !== "") onText(piece);
    },
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    reads++;
    parser.feed(value);
  }
  return { ...answer, error, usage, inOnePiece: reads <= 2 && events > eventsThatMatter };
}

const unknownError = { code: "internal_error", message: "" };

/** Names that no header can carry come percent-encoded. */
function decodedName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function errorOf(text: string): StreamedAnswer["error"] {
  const error = parsed(text)?.["error"];
  if (!isRecord(error)) return null;
  return {
    code: typeof error["code"] === "string" ? error["code"] : "internal_error",
    message: String(error["message"] ?? ""),
  };
}

function usageOf(text: string): ChatAnswer["usage"] {
  const usage = parsed(text)?.["usage"];
  if (!isRecord(usage)) return null;
  const { prompt_tokens: input, completion_tokens: output } = usage;
  return typeof input === "number" && typeof output === "number" ? { input, output } : null;
}

function pieceOf(text: string, part: "delta" | "message"): string {
  const choices = parsed(text)?.["choices"];
  const first: unknown = Array.isArray(choices) ? choices[0] : null;
  const said = isRecord(first) ? first[part] : null;
  return isRecord(said) && typeof said["content"] === "string" ? said["content"] : "";
}

/** Between the first words and the end the gateway must have taken this long before one piece looks wrong. */
const spreadMs = 400;

/**
 * Whether something between the gateway and the browser held the stream back: the gateway sent it over a while, yet it
 * came at once. An answer that the gateway itself held back for the fail keywords is none of a proxy's doing.
 */
export function heldBackOnTheWay(inOnePiece: boolean, call: { firstTokenMs: number | null; totalMs: number }): boolean {
  return inOnePiece && call.firstTokenMs !== null && call.totalMs - call.firstTokenMs > spreadMs;
}
