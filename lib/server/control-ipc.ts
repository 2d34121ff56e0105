import type { ChildProcess } from "node:child_process";
import { type ErrorCode, isSluiceError, SluiceError } from "../errors.ts";
import type { CallRecord } from "../gateway/types.ts";
import type { Control } from "./control.ts";

/** {@link Control} between the data plane and its console process: requests one way, answers and finished calls back. */
type Method = Exclude<keyof Control, "subscribe">;
type Request = { kind: "request"; id: number; method: Method; input: unknown };
type Watch = { kind: "watch"; on: boolean };
type Answer = {
  kind: "answer";
  id: number;
  value?: unknown;
  error?: { code: ErrorCode; message: string; param: string | null; details?: unknown };
};
type Finished = { kind: "finished"; calls: CallRecord[] };

const finishedBatchMs = 50;
const finishedMost = 1000;

/** Data plane side: answers the console's requests, and sends finished calls while it watches. */
export function serveControl(child: ChildProcess, control: Control): void {
  let unsubscribe: (() => void) | null = null;
  let batch: CallRecord[] = [];
  let flushing = false;

  function send(message: Answer | Finished): void {
    if (child.connected) child.send(message, () => {});
  }
  function flush(): void {
    flushing = false;
    const calls = batch;
    batch = [];
    send({ kind: "finished", calls });
  }
  function watch(on: boolean): void {
    unsubscribe?.();
    unsubscribe = on
      ? control.subscribe((call) => {
          // A tail is for reading along: past what a person can follow, the list itself is the better view.
          if (batch.length < finishedMost) batch.push({ ...call, bodies: null });
          if (flushing) return;
          flushing = true;
          setTimeout(flush, finishedBatchMs);
        })
      : null;
  }
  child.on("message", (message: Request | Watch) => {
    if (message.kind === "watch") return watch(message.on);
    if (message.kind !== "request") return;
    const { id, method, input } = message;
    const call = control[method] as (input: unknown) => Promise<unknown>;
    call(input).then(
      (value) => send({ kind: "answer", id, value }),
      (error: unknown) => send({ kind: "answer", id, error: describe(error) }),
    );
  });
  child.on("disconnect", () => watch(false));
}

function describe(error: unknown): NonNullable<Answer["error"]> {
  if (isSluiceError(error)) {
    const { code, message, param, details } = error;
    return { code, message, param, details };
  }
  return { code: "internal_error", message: "The gateway could not do this.", param: null };
}

/** Console side: the control of the data plane this process was forked from. */
export function ipcControl(): Control {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Set<(call: CallRecord) => void>();
  let lastId = 0;

  process.on("message", (message: Answer | Finished) => {
    if (message.kind === "finished") {
      for (const call of message.calls) for (const listener of listeners) listener(call);
      return;
    }
    if (message.kind !== "answer") return;
    const open = waiting.get(message.id);
    waiting.delete(message.id);
    const { error } = message;
    if (error) open?.reject(new SluiceError(error.code, error.message, { param: error.param, details: error.details }));
    else open?.resolve(message.value);
  });

  function ask<T>(method: Method, input?: unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      process.send?.({ kind: "request", id, method, input } satisfies Request, (error: Error | null) => {
        if (!error) return;
        waiting.delete(id);
        reject(new SluiceError("storage_unavailable", "The gateway process is not there.", { cause: error }));
      });
    });
  }

  return {
    reload: () => ask("reload"),
    states: () => ask("states"),
    groupStats: () => ask("groupStats"),
    groupProviders: (input) => ask("groupProviders", input),
    credentialsSetAside: () => ask("credentialsSetAside"),
    simulate: (input) => ask("simulate", input),
    probe: (input) => ask("probe", input),
    listModels: (input) => ask("listModels", input),
    resetHealth: (input) => ask("resetHealth", input),
    metrics: () => ask("metrics"),
    status: () => ask("status"),
    demoFaults: () => ask("demoFaults"),
    orderDemoFault: (input) => ask("orderDemoFault", input),
    rewindDemo: () => ask("rewindDemo"),
    demoTurns: (input) => ask("demoTurns", input),
    running: () => ask("running"),
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) process.send?.({ kind: "watch", on: true } satisfies Watch);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) process.send?.({ kind: "watch", on: false } satisfies Watch);
      };
    },
  };
}
