import type { ClientAuthMode } from "./client-auth.ts";
import type { Clock } from "./clock.ts";
import type { Transport } from "./transport.ts";
import type { CallJournal, Protocol } from "./types.ts";

/** One client request, as a door hands it over. Header names are lower case. */
export type GatewayRequest = {
  method: string;
  /** Path without query, as the client sent it. */
  path: string;
  headers: Record<string, string | undefined>;
  remoteAddress: string | null;
  /** Monotonic time at which the request arrived. */
  receivedAt: number;
  /** The whole body, bounded. Throws request_too_large, request_timeout or client_left. */
  readBody(): Promise<Buffer>;
};

export type GatewayDependencies = {
  clock: Clock;
  random: () => number;
  journal: CallJournal;
  transports: Record<Protocol, Transport>;
  clientAuth: ClientAuthMode;
  newId(prefix: string, nowMs?: number): string;
  /** HMAC of a client key, hex. */
  hashKey(key: string): string;
  /** Removes these secrets, and whatever looks like one, from a text. */
  redact(text: string, secrets: readonly string[]): string;
  /** A bug in us: goes to the log with the request id. */
  onBug(error: unknown, requestId: string): void;
};
