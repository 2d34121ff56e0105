import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { encodingOf, roughTokens, type TokenCounter } from "../gateway/tokens.ts";
import type { TokenAnswer, TokenJob } from "./token-worker-protocol.ts";

export type TokenCounterOptions = {
  /** Longer texts are reckoned by their size, in UTF-16 units. */
  longestText?: number;
  /** So much text may wait for the thread, in UTF-16 units; what comes on top is reckoned. */
  waitingMost?: number;
  /** After this a text is reckoned, and a thread that is still at it is ended. */
  timeoutMs?: number;
  /** The thread ended by an error; counting goes on with a new one. */
  onProblem?: (error: Error) => void;
};

export type RunningTokenCounter = TokenCounter & {
  /** Ends the thread; what still waits is reckoned. */
  close(): Promise<void>;
};

const workerFile = join(/* turbopackIgnore: true */ process.cwd(), "lib", "server", "token-worker.ts");

type Waiting = {
  job: TokenJob;
  size: number;
  timer: NodeJS.Timeout;
  resolve(tokens: number): void;
};

/**
 * Counts tokens in a thread, so that a long prompt costs the calls nothing. The thread starts with the first text and
 * does not keep the process alive. It gets one text at a time: a text that takes too long (a tokenizer's time may grow
 * with the square of it) costs that thread, which is then replaced, and never the count of another text.
 */
export function createTokenCounter({
  longestText = 1024 * 1024,
  waitingMost = 16 * 1024 * 1024,
  timeoutMs = 1000,
  onProblem = () => {},
}: TokenCounterOptions = {}): RunningTokenCounter {
  let worker: Worker | null = null;
  let closed = false;
  let ids = 0;
  let waitingSize = 0;
  let running: Waiting | null = null;
  const queue: Waiting[] = [];

  function count(texts: readonly string[], model: string): Promise<number> {
    const size = texts.reduce((sum, text) => sum + text.length, 0);
    if (size === 0) return Promise.resolve(0);
    if (closed || size > longestText || waitingSize + size > waitingMost) return Promise.resolve(reckon(texts));
    return new Promise((resolve) => {
      const job = { id: ++ids, texts, encoding: encodingOf(model) };
      const waiting: Waiting = { job, size, resolve, timer: setTimeout(() => giveUp(waiting), timeoutMs) };
      waiting.timer.unref();
      waitingSize += size;
      queue.push(waiting);
      next();
    });
  }

  function next(): void {
    if (running) return;
    const waiting = queue.shift();
    if (!waiting) return;
    running = waiting;
    worker ??= start();
    worker.postMessage(waiting.job);
  }

  function start(): Worker {
    const started = new Worker(workerFile, { execArgv: [] });
    started.unref();
    started.on("message", ({ id, tokens }: TokenAnswer) => {
      if (running?.job.id === id) settle(running, tokens);
    });
    started.on("error", (error) => {
      onProblem(error instanceof Error ? error : new Error(String(error)));
      if (worker === started) endWorker();
    });
    return started;
  }

  /** Whatever it was at is reckoned; the next text starts another thread. */
  function endWorker(): Promise<unknown> {
    const ended = worker?.terminate();
    worker = null;
    if (running) settle(running, reckon(running.job.texts));
    return ended ?? Promise.resolve();
  }

  function giveUp(waiting: Waiting): void {
    if (waiting === running) void endWorker();
    else settle(waiting, reckon(waiting.job.texts));
  }

  function settle(waiting: Waiting, tokens: number): void {
    clearTimeout(waiting.timer);
    waitingSize -= waiting.size;
    if (waiting === running) running = null;
    else queue.splice(queue.indexOf(waiting), 1);
    waiting.resolve(tokens);
    next();
  }

  return {
    count,
    async close() {
      closed = true;
      for (const waiting of [...queue]) settle(waiting, reckon(waiting.job.texts));
      await endWorker();
    },
  };
}

function reckon(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + roughTokens(text), 0);
}
