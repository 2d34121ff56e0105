import type { ClientAuthMode } from "./client-auth.ts";
import type { Clock } from "./clock.ts";
import type { Counter } from "./counter.ts";
import type { Spool } from "./request-body.ts";
import type { TokenCounter } from "./tokens.ts";
import type { Transports } from "./transport.ts";
import type { AttemptReason, CallJournal } from "./types.ts";

/** One client request, as a door hands it over. Header names are lower case. */
export type GatewayRequest = {
  method: string;
  /** Path without query, as the client sent it. */
  path: string;
  /** What follows the question mark, without it; empty when there is none. */
  query: string;
  headers: Record<string, string | undefined>;
  remoteAddress: string | null;
  /** Monotonic time at which the request arrived. */
  receivedAt: number;
  /** The whole body, bounded. Throws request_too_large, request_timeout or client_left. */
  readBody(): Promise<Buffer>;
  /**
   * The body piece by piece, for uploads; once, and instead of {@link readBody}. Bounded, and given up after 30 s of
   * waiting for the client. Throws request_too_large, unsupported_media_type, request_timeout or client_left.
   */
  openBody(): AsyncIterable<Buffer>;
};

/** A call turns to a deployment; `from` is who failed before, null for the first. */
export type CallTurn = {
  requestId: string;
  /** What the client asked for. */
  model: string;
  provider: string;
  deployment: string;
  attempt: number;
  from: { provider: string; reason: AttemptReason } | null;
};

export type GatewayDependencies = {
  clock: Clock;
  /** Where limits are counted; seeded with what earlier processes counted. */
  counter: Counter;
  /** IANA zone in which the periods of quotas and budgets begin and end. */
  timeZone: string;
  random: () => number;
  journal: CallJournal;
  transports: Transports;
  /** Where an upload is kept for a second provider. */
  spool: Spool;
  /** For usage no provider told. */
  tokens: TokenCounter;
  clientAuth: ClientAuthMode;
  newId(prefix: string, nowMs?: number): string;
  /** HMAC of a client key, hex. */
  hashKey(key: string): string;
  /** Removes these secrets, and whatever looks like one, from a text. */
  redact(text: string, secrets: readonly string[]): string;
  /** Told of every turn before its attempt begins, for a log. */
  onTurn?(turn: CallTurn): void;
  /** A bug in us: goes to the log with the request id. */
  onBug(error: unknown, requestId: string): void;
};
