import { afterEach, describe, expect, it, vi } from "vitest";
import { heldBackOnTheWay, streamChat } from "./stream-chat";

const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;

function answer(pieces: string[], init: ResponseInit = {}): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      controller.close();
    },
  });
  return new Response(body, { headers: { "x-request-id": "req_1", "content-type": "text/event-stream" }, ...init });
}

async function ask(response: Response) {
  const fetchMock = vi.fn(async (_path: string, _init: RequestInit) => response);
  vi.stubGlobal("fetch", fetchMock);
  let text = "";
  const result = await streamChat({
    key: "sk-sluice-1",
    model: "demo-chat",
    message: "Hi",
    signal: new AbortController().signal,
    onText: (piece) => {
      text += piece;
    },
  });
  return { result, text, request: fetchMock.mock.calls[0] };
}

afterEach(() => vi.unstubAllGlobals());

describe("streamChat", () => {
  it("sends the key alone and gives each piece as it comes, whatever the cuts", async () => {
    const stream = [chunk("Hel"), `${chunk("lo ")}da`, chunk("日本").slice(2), "data: [DONE]\n\n"];
    const { result, text, request } = await ask(answer(stream));
    expect(text).toBe("Hello 日本");
    expect(result).toEqual({ requestId: "req_1", status: 200, error: null, inOnePiece: false });
    expect(request?.[1]).toMatchObject({ credentials: "omit", headers: { authorization: "Bearer sk-sluice-1" } });
  });

  it("notices an answer that comes in one piece", async () => {
    const { result } = await ask(answer([Array.from({ length: 30 }, (_, index) => chunk(`${index}`)).join("")]));
    expect(result.inOnePiece).toBe(true);
  });

  it("tells an error answer and an error inside the stream", async () => {
    const refused = await ask(
      new Response('{"error":{"code":"rate_limit_exceeded","message":"slow down"}}', { status: 429 }),
    );
    expect(refused.result).toMatchObject({ status: 429, error: { code: "rate_limit_exceeded", message: "slow down" } });
    const cut = await ask(
      answer([chunk("Hel"), 'data: {"error":{"code":"upstream_stream_interrupted","message":"cut"}}\n\n']),
    );
    expect(cut.result.error?.code).toBe("upstream_stream_interrupted");
    expect(cut.text).toBe("Hel");
  });
});

describe("heldBackOnTheWay", () => {
  it("blames a proxy only for what the gateway had sent over a while", () => {
    expect(heldBackOnTheWay(true, { firstTokenMs: 200, totalMs: 1200 })).toBe(true);
    expect(heldBackOnTheWay(true, { firstTokenMs: 1190, totalMs: 1200 })).toBe(false);
    expect(heldBackOnTheWay(false, { firstTokenMs: 200, totalMs: 1200 })).toBe(false);
  });
});
