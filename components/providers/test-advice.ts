import type { ProbeResult } from "@/lib/gateway/types";

export const adviceNames = ["key", "address", "host", "server", "tls", "slow", "rate", "redirect", "later"] as const;
export type Advice = (typeof adviceNames)[number];

const byReason: Partial<Record<ProbeResult["reason"], Advice>> = {
  auth_invalid: "key",
  dns: "host",
  connect: "server",
  connect_refused: "server",
  tls: "tls",
  timeout_connect: "server",
  timeout_first_token: "slow",
  timeout_total: "slow",
  redirect_refused: "redirect",
  bad_json: "address",
  empty_answer: "address",
  http_429: "rate",
  http_5xx: "later",
  upstream_unavailable: "later",
};

/** What to look at first after a test call that failed; null = the answer itself says more than we could. */
export function adviceFor({
  ok,
  reason,
  httpStatus,
}: Pick<ProbeResult, "ok" | "reason" | "httpStatus">): Advice | null {
  if (ok) return null;
  if (httpStatus === 401 || httpStatus === 403) return "key";
  // The wrong path and the wrong model look alike: most servers answer both with 404.
  if (httpStatus === 404 || httpStatus === 405) return "address";
  return byReason[reason] ?? null;
}
