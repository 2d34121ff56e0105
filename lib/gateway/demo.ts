import { answerTo, type Cues, type DemoRequest, type Step } from "./demo-answers.ts";
import { createDemoFaults, type DemoFaults } from "./demo-faults.ts";
import { boundaryOf, MultipartScanner } from "./multipart.ts";
import { parseObject } from "./protocols/answer-format.ts";
import type { Transport, UpstreamHandle, UpstreamHandler, UpstreamRequest } from "./transport.ts";

/**
 * The built-in demo provider: an upstream that needs no network and no account, with something to say on every endpoint.
 * Its three models play the three parts of a rescue. `demo-flaky` fails twice and then recovers, `demo-polite-error`
 * answers 200 with an excuse a fail keyword catches, `demo-steady` answers. Deterministic: the same sequence of calls
 * gives the same answers, but for faults that were ordered.
 */
export function createDemoTransport(
  schedule: (callback: () => void, delayMs: number) => unknown,
  cancel: (handle: unknown) => void,
): DemoTransport {
  let flakyCalls = 0;
  const faults = createDemoFaults();
  const cues: Cues = { isBroken: () => ++flakyCalls % 3 !== 0, take: faults.take };
  return {
    faults,
    rewind() {
      flakyCalls = 0;
    },
    send(request, handler) {
      const play = new Play(handler, schedule, cancel);
      play.begin(request, cues);
      return play;
    },
  };
}

export type DemoTransport = Transport & {
  /** What was ordered for the next calls. */
  readonly faults: DemoFaults;
  /** The play begins again: the next call is the first of three. */
  rewind(): void;
};

class Play implements UpstreamHandle {
  readonly #handler: UpstreamHandler;
  readonly #schedule: (callback: () => void, delayMs: number) => unknown;
  readonly #cancel: (handle: unknown) => void;
  #steps: Step[] = [];
  #position = 0;
  #isPaused = false;
  #isAborted = false;
  #timer: unknown = null;

  constructor(
    handler: UpstreamHandler,
    schedule: (callback: () => void, delayMs: number) => unknown,
    cancel: (handle: unknown) => void,
  ) {
    this.#handler = handler;
    this.#schedule = schedule;
    this.#cancel = cancel;
  }

  begin(request: UpstreamRequest, cues: Cues): void {
    this.#timer = this.#schedule(() => {
      this.#handler.onConnected();
      const { body, path } = request;
      if (body === null || Buffer.isBuffer(body)) {
        this.#steps = answerTo({ path, fields: jsonIn(body) }, cues);
        return this.#next();
      }
      readForm(request).then(
        (fields) => {
          this.#steps = answerTo({ path, fields }, cues);
          this.#next();
        },
        () => {
          if (!this.#isAborted)
            this.#handler.onFault({ reason: "stream_broken", message: "the upload broke off", reusedSocket: false });
        },
      );
    }, 0);
  }

  #next(): void {
    const step = this.#steps[this.#position];
    if (this.#isAborted || this.#isPaused || !step) return;
    this.#timer = this.#schedule(() => {
      this.#position++;
      step.run(this.#handler);
      this.#next();
    }, step.delayMs);
  }

  abort(): void {
    this.#isAborted = true;
    this.#cancel(this.#timer);
  }

  pause(): void {
    this.#isPaused = true;
    this.#cancel(this.#timer);
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#next();
  }
}

/** Relayed bodies may be anything. */
function jsonIn(body: Buffer | null): DemoRequest["fields"] {
  return (body && parseObject(body.toString("utf8"))) ?? {};
}

/** Takes a whole upload, as any upstream would, and keeps its fields. */
async function readForm({ body, headers }: UpstreamRequest): Promise<DemoRequest["fields"]> {
  if (body === null || Buffer.isBuffer(body)) return {};
  const type = headers[headers.indexOf("content-type") + 1];
  const scanner = new MultipartScanner(
    boundaryOf(type) ?? "",
    () => true,
    () => {},
  );
  for await (const chunk of body.open()) scanner.push(chunk);
  return Object.fromEntries(scanner.parts.map(({ name, text }) => [name, text]));
}
