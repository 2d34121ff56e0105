import type { LogLevel } from "../env.ts";
import type { CallTurn } from "../gateway/gateway-request.ts";
import type { CallRecord } from "../gateway/types.ts";

/** Lines wait this long (ms), or until there are so many characters, so that a busy second is a few writes. */
const waitMs = 100;
const heldMost = 64 * 1024;
const longestText = 200;

/** A quota that begins anew. Times are epoch ms. */
export type UsageReset = { provider: string; deployment: string; since: number; byHand: boolean };

/** What the log says of calls while they run. */
export type CallLines = {
  /** `Selected provider`, or `Switching provider` when another one failed. */
  turn(turn: CallTurn): void;
  /** How a call ended; `ERROR` where nobody could answer it. */
  finished(call: CallRecord): void;
  /** `Reset usage`. */
  usageReset(reset: UsageReset): void;
  /** Writes what waits. */
  flush(): void;
};

const ranks: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * One JSON line each, as the logger writes them, but made for a hot path: they hold names, numbers and our own words
 * only, so nothing has to be searched for secrets, and many are written at once.
 * @param logsRequests whether calls that went well have lines (the setting `logRequests`); failures always have
 */
export function createCallLines(options: {
  level: LogLevel;
  write(text: string): void;
  logsRequests(): boolean;
}): CallLines {
  const least = ranks[options.level];
  let held = "";
  let timer: NodeJS.Timeout | null = null;

  function flush(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    const text = held;
    held = "";
    if (text !== "") options.write(text);
  }

  function line(level: LogLevel, msg: string, members: Record<string, unknown>): void {
    const time = new Date().toISOString();
    held += `${JSON.stringify({ level: level.toUpperCase(), time, pid: process.pid, ...members, msg })}\n`;
    if (held.length >= heldMost) flush();
    else timer ??= setTimeout(flush, waitMs).unref();
  }

  const shows = (level: LogLevel) => ranks[level] >= least;

  return {
    turn({ requestId, model, provider, deployment, attempt, from }) {
      const level = from ? "warn" : "info";
      if (!shows(level) || !options.logsRequests()) return;
      const members = { requestId, model: model.slice(0, longestText), provider, deployment, attempt };
      if (from) line(level, "Switching provider", { ...members, from: from.provider, reason: from.reason });
      else line(level, "Selected provider", members);
    },
    finished(call) {
      const isFault = call.outcome === "failed" || call.outcome === "interrupted";
      const level = isFault ? "error" : "info";
      if (!shows(level) || !(isFault || options.logsRequests())) return;
      line(level, words[call.outcome], {
        requestId: call.requestId,
        endpoint: call.endpoint,
        model: call.model?.slice(0, longestText) ?? null,
        provider: call.provider?.name ?? null,
        status: call.status,
        code: call.errorCode,
        stream: call.stream,
        attempts: call.receipt.attempts.length,
        ms: call.totalMs,
        tokens: call.usage ? call.usage.input + call.usage.output : null,
        ...(least === ranks.debug && { candidates: call.receipt.candidates.map(candidateOf) }),
      });
    },
    usageReset({ provider, deployment, since, byHand }) {
      if (shows("info"))
        line("info", "Reset usage", { provider, deployment, since: new Date(since).toISOString(), byHand });
    },
    flush,
  };
}

const words: Record<CallRecord["outcome"], string> = {
  ok: "Call answered",
  rescued: "Call answered",
  failed: "Call failed",
  refused: "Call refused",
  client_left: "Client left",
  interrupted: "Answer interrupted",
};

function candidateOf({ deployment, verdict, reason }: CallRecord["receipt"]["candidates"][number]) {
  return { provider: deployment.provider, deployment: deployment.name, verdict, reason };
}
