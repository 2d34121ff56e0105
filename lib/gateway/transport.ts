import type { StreamBody } from "./request-body.ts";

/**
 * How bytes reach an upstream and come back. The core knows only this shape; the network lives in lib/server, the demo
 * provider answers in-process, tests script it.
 */
export type UpstreamRequest = {
  /** Scheme, host and port. */
  origin: string;
  /** Path and query. */
  path: string;
  method: string;
  /** Names and values in turn, as they go on the wire. */
  headers: string[];
  /** A stream is opened once the socket is connected; how it breaks is told by whoever gave it, not as a fault. */
  body: Buffer | StreamBody | null;
  connectMs: number;
};

export type UpstreamHeaders = Record<string, string | string[] | undefined>;

/** Why the network gave no (more) answer. */
export type NetworkFault = {
  reason: "dns" | "connect" | "connect_refused" | "tls" | "timeout_connect" | "stream_broken" | "egress_denied";
  message: string;
  /** The request went out on a kept-alive socket that had served an answer before, and said nothing to this one. */
  reusedSocket: boolean;
};

export type UpstreamHandler = {
  /** The request is being written to a connected socket. */
  onConnected(): void;
  /** Final status and headers; never 1xx. */
  onHead(status: number, headers: UpstreamHeaders): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  /** Exactly one of onEnd and onFault comes, unless the handle was aborted. */
  onFault(fault: NetworkFault): void;
};

export type UpstreamHandle = { abort(): void; pause(): void; resume(): void };

export type Transport = { send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamHandle };

/** How providers are reached: over the network, or within this process. */
export type Transports = { http: Transport; demo: Transport };
