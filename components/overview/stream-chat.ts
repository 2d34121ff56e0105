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
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    // The key alone must do: this is what an app outside will send.
    credentials: "omit",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model, stream: true, messages: [{ role: "user", content: message }] }),
    signal,
  });
  const requestId = response.headers.get("x-request-id");
  if (!response.ok || !response.body) {
    return { requestId, status: response.status, error: errorOf(await response.text()), inOnePiece: false };
  }
  let error: StreamedAnswer["error"] = null;
  let events = 0;
  let reads = 0;
  const parser = createParser({
    onEvent: ({ data }) => {
      events++;
      if (data === "[DONE]") return;
      error = errorOf(data) ?? error;
      const piece = pieceOf(data);
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
  return { requestId, status: response.status, error, inOnePiece: reads <= 2 && events > eventsThatMatter };
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

function pieceOf(text: string): string {
  const choices = parsed(text)?.["choices"];
  const first: unknown = Array.isArray(choices) ? choices[0] : null;
  const delta = isRecord(first) ? first["delta"] : null;
  return isRecord(delta) && typeof delta["content"] === "string" ? delta["content"] : "";
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
