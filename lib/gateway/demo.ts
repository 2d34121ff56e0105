import type { Transport, UpstreamHandle, UpstreamHandler, UpstreamRequest } from "./transport.ts";

/**
 * The built-in demo provider: an upstream that needs no network and no account. Its three models play the three parts
 * of a rescue. `demo-flaky` fails twice and then recovers, `demo-polite-error` answers 200 with an excuse a fail keyword
 * catches, `demo-steady` answers. Deterministic: the same sequence of calls gives the same answers.
 */
export function createDemoTransport(
  schedule: (callback: () => void, delayMs: number) => unknown,
  cancel: (handle: unknown) => void,
): Transport {
  let flakyCalls = 0;
  return {
    send(request, handler) {
      const script = scriptFor(request, () => ++flakyCalls);
      return play(script, handler, schedule, cancel);
    },
  };
}

type Step = { delayMs: number; run(handler: UpstreamHandler): void };

/** Slow enough that the reply is still coming when the fail keywords have had their look, so one sees it stream. */
const pieceMs = 60;

const excuse = "I am sorry, but your quota is used up for today. Please try again tomorrow.";

const replies: { matches: RegExp; words: string }[] = [
  {
    matches: /[\u3040-\u30ff]/,
    words:
      "こんにちは。Sluice に組み込まれたデモプロバイダーです。この回答は、ネットワークもアカウントも使わず、このサーバーの中で作られました。コールログを開くと、どのプロバイダーが呼ばれ、どれが失敗し、なぜここが回答したのかを確認できます。",
  },
  {
    matches: /[\uac00-\ud7af]/,
    words:
      "안녕하세요. Sluice에 내장된 데모 공급자입니다. 이 답변은 네트워크나 계정 없이 이 서버 안에서 만들어졌습니다. 호출 로그를 열면 어떤 공급자가 호출되었고 무엇이 실패했으며 왜 이 공급자가 응답했는지 확인할 수 있습니다.",
  },
  {
    matches: /[這個們嗎說請謝樣為麼對時]/,
    words:
      "你好，這裡是 Sluice 內建的示範供應商。這則回覆在這台伺服器上產生，不需要網路，也不需要帳號。開啟呼叫記錄，就能看到呼叫過哪些供應商、哪些失敗了，以及為什麼由這一個回覆。",
  },
  {
    matches: /[\u4e00-\u9fff]/,
    words:
      "你好，这里是 Sluice 内置的演示供应商。这条回答在这台服务器上生成，不需要网络，也不需要账号。打开调用日志，就能看到调用过哪些供应商、哪些失败了，以及为什么由这一个回答。",
  },
];
const defaultReply =
  "Hello from the demo provider built into Sluice. This answer was made on this server, without a network and without an account. Open the call logs to see which providers were asked, which failed, and why this one answered.";

function scriptFor({ path, body }: UpstreamRequest, nextFlakyCall: () => number): Step[] {
  if (path.endsWith("/models")) {
    const data = demoModels.map((id) => ({ id, object: "model", created: 0, owned_by: "sluice" }));
    return jsonAnswer(10, 200, { object: "list", data });
  }
  const { model, stream, text } = readRequest(body);
  if (model === "demo-flaky" && nextFlakyCall() % 3 !== 0)
    return jsonAnswer(120, 503, {
      error: { message: "The demo provider is overloaded.", type: "server_error", code: "overloaded" },
    });
  if (!demoModels.includes(model))
    return jsonAnswer(10, 404, {
      error: { message: `The model ${model} does not exist.`, type: "invalid_request_error", code: "model_not_found" },
    });
  const words =
    model === "demo-polite-error" ? excuse : (replies.find(({ matches }) => matches.test(text))?.words ?? defaultReply);
  return stream ? streamAnswer(model, text, words) : wholeAnswer(model, text, words);
}

export const demoModels = ["demo-flaky", "demo-polite-error", "demo-steady"];

function readRequest(body: UpstreamRequest["body"]): { model: string; stream: boolean; text: string } {
  const json = JSON.parse((Buffer.isBuffer(body) && body.toString("utf8")) || "{}") as {
    model?: string;
    stream?: boolean;
    messages?: { content?: unknown }[];
  };
  const text = (json.messages ?? [])
    .map(({ content }) => (typeof content === "string" ? content : JSON.stringify(content ?? "")))
    .join("\n");
  return { model: json.model ?? "", stream: json.stream === true, text };
}

/** One token per word or per CJK character: good enough for a demo that wants believable numbers. */
function piecesOf(words: string): string[] {
  return words.match(/[\u3040-\u30ff\u4e00-\u9fff]{1,2}|[^\s\u3040-\u30ff\u4e00-\u9fff]+\s*|\s+/g) ?? [words];
}

function usageOf(text: string, words: string) {
  const prompt = Math.max(1, piecesOf(text).length);
  const completion = piecesOf(words).length;
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function jsonAnswer(delayMs: number, status: number, body: unknown): Step[] {
  return [
    {
      delayMs,
      run(handler) {
        handler.onHead(status, { "content-type": "application/json" });
        handler.onData(Buffer.from(JSON.stringify(body)));
        handler.onEnd();
      },
    },
  ];
}

function wholeAnswer(model: string, text: string, words: string): Step[] {
  return jsonAnswer(180, 200, {
    id: "chatcmpl-demo",
    object: "chat.completion",
    created: 0,
    model,
    choices: [{ index: 0, message: { role: "assistant", content: words }, finish_reason: "stop", logprobs: null }],
    usage: usageOf(text, words),
  });
}

function streamAnswer(model: string, text: string, words: string): Step[] {
  const base = { id: "chatcmpl-demo", object: "chat.completion.chunk", created: 0, model };
  const event = (value: unknown) =>
    Buffer.from(`data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`);
  const choice = (delta: object, finish: string | null) =>
    event({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] });
  return [
    {
      delayMs: 150,
      run(handler) {
        handler.onHead(200, { "content-type": "text/event-stream" });
        handler.onData(choice({ role: "assistant", content: "" }, null));
      },
    },
    ...piecesOf(words).map(
      (content): Step => ({ delayMs: pieceMs, run: (handler) => handler.onData(choice({ content }, null)) }),
    ),
    {
      delayMs: 10,
      run(handler) {
        handler.onData(choice({}, "stop"));
        handler.onData(event({ ...base, choices: [], usage: usageOf(text, words) }));
        handler.onData(event("[DONE]"));
        handler.onEnd();
      },
    },
  ];
}

function play(
  steps: Step[],
  handler: UpstreamHandler,
  schedule: (callback: () => void, delayMs: number) => unknown,
  cancel: (handle: unknown) => void,
): UpstreamHandle {
  let position = 0;
  let paused = false;
  let aborted = false;
  let timer: unknown = schedule(() => {
    if (aborted) return;
    handler.onConnected();
    next();
  }, 0);
  function next(): void {
    const step = steps[position];
    if (aborted || paused || !step) return;
    timer = schedule(() => {
      if (aborted) return;
      position++;
      step.run(handler);
      next();
    }, step.delayMs);
  }
  return {
    abort() {
      aborted = true;
      cancel(timer);
    },
    pause() {
      paused = true;
      cancel(timer);
    },
    resume() {
      if (!paused) return;
      paused = false;
      next();
    },
  };
}
