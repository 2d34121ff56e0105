/**
 * The words of the data plane as plain values. Nothing here does anything: the catalog is what routing reads, the
 * call record is what the journal keeps. Times are epoch milliseconds, durations milliseconds, money nano-dollars
 * (integers; JSON numbers stay exact up to 2^53 nano-dollars, about nine million dollars a call).
 */

/** Wire formats a provider can speak. `demo` answers in this process, without a network. */
export const protocols = ["openai", "anthropic", "gemini", "azure", "demo"] as const;
export type Protocol = (typeof protocols)[number];

/** In which of OpenAI's two formats a provider of protocol `openai` or `azure` is asked for conversations. */
export const wireApis = ["auto", "chat", "responses"] as const;
export type WireApi = (typeof wireApis)[number];

export const strategies = [
  "weighted",
  "cheapest",
  "most_quota",
  "fastest",
  "least_busy",
  "round_robin",
  "smart",
] as const;
export type Strategy = (typeof strategies)[number];

/** What a client can ask for; the `endpoint` of a call. `relay` is any other path, handed to the chosen provider. */
export const endpoints = [
  "chat.completions",
  "completions",
  "embeddings",
  "moderations",
  "rerank",
  "responses",
  "messages",
  "messages.count_tokens",
  "gemini.generate",
  "gemini.count_tokens",
  "images.generations",
  "images.edits",
  "images.variations",
  "audio.speech",
  "audio.transcriptions",
  "audio.translations",
  "relay",
] as const;
export type EndpointName = (typeof endpoints)[number];

export const outcomes = ["ok", "rescued", "failed", "refused", "client_left", "interrupted"] as const;
export type Outcome = (typeof outcomes)[number];

export const verdicts = ["tried", "skipped", "not_reached"] as const;
export type Verdict = (typeof verdicts)[number];

/** Why a candidate was chosen or left out, why an attempt ended, why the walk stopped. A closed list, translated. */
export const selectionReasons = [
  "first_in_order",
  "lowest_price",
  "weighted_pick",
  "most_quota_left",
  "lowest_latency",
  "least_busy",
  "next_in_turn",
  "smart_rank",
  "sticky_session",
  "only_candidate",
  "simulated",
] as const;
export const skipReasons = [
  "disabled",
  "held",
  "circuit_open",
  "half_open_busy",
  "cooling_down",
  "rate_budget",
  "spend_budget",
  "concurrency_full",
  "key_not_allowed",
  "model_missing",
  "capability_missing",
  "context_too_long",
  "already_failed",
  "region_policy",
  "schedule",
] as const;
export const attemptReasons = [
  "ok",
  "http_4xx",
  "http_429",
  "http_5xx",
  "auth_invalid",
  "dns",
  "connect",
  "connect_refused",
  "tls",
  "timeout_connect",
  "timeout_first_token",
  "timeout_total",
  "stream_broken",
  "empty_answer",
  "bad_json",
  "keyword",
  "policy_refusal",
  "redirect_refused",
  "upstream_unavailable",
  "client_left",
  "client_too_slow",
  "simulated",
] as const;
export const stopReasons = [
  "answered",
  "not_retryable",
  "attempts_used_up",
  "deadline",
  "bytes_already_sent",
  "no_candidate_left",
] as const;
export type SelectionReason = (typeof selectionReasons)[number];
export type SkipReason = (typeof skipReasons)[number];
export type AttemptReason = (typeof attemptReasons)[number];
export type StopReason = (typeof stopReasons)[number];
export const reasons = [...new Set([...selectionReasons, ...skipReasons, ...attemptReasons, ...stopReasons])] as const;
export type Reason = SelectionReason | SkipReason | AttemptReason | StopReason;

/** The clocks of one attempt and of the whole call, in milliseconds. */
export type Timeouts = {
  connectMs: number;
  firstTokenMs: number;
  firstByteMs: number;
  idleMs: number;
  /** Over all attempts of a call. Absent = the settings decide, by whether the call streams. */
  totalMs?: number;
};

/** `jsonSchema`: answers that follow a JSON schema of the client's. */
export type Supports = { stream: boolean; nonStream: boolean; tools: boolean; vision: boolean; jsonSchema: boolean };

/** Nano-dollars per 1M tokens (`call`: per call); null = unknown. */
export type Prices = {
  input: number | null;
  output: number | null;
  cachedInput: number | null;
  cacheWrite: number | null;
  call: number | null;
};

/** A secret in the clear. Lives in memory only, never in a record. */
export type CatalogCredential = { id: string; name: string; preview: string; secret: string; enabled: boolean };

export type CatalogProvider = {
  id: string;
  name: string;
  protocol: Protocol;
  /** The vendor's preset it was made from; null = none. */
  preset: string | null;
  /**
   * Normalised, no trailing slash. For `openai` and `anthropic` it ends in the version path (`…/v1`), for `gemini` in
   * `…/v1beta`; for `azure` it is the resource alone.
   */
  baseUrl: string;
  /** Azure's `api-version`; null = its v1 path, which has none. */
  apiVersion: string | null;
  wireApi: WireApi;
  headers: Record<string, string>;
  timeouts: Partial<Timeouts>;
  retries: number;
  maxInFlight: number | null;
  enabled: boolean;
  credentials: CatalogCredential[];
};

/** Limits of a deployment in calls and tokens; null = no limit. The period follows a cron expression. */
export type Quota = {
  requestsPerPeriod: number | null;
  tokensPerPeriod: number | null;
  /** Five fields in the time zone of the instance; null = every local day. */
  periodCron: string | null;
  total: number | null;
  /** Epoch ms of the last manual reset; 0 = never. Only calls that began after it count. */
  resetAt: number;
};

export type CatalogDeployment = {
  id: string;
  providerId: string;
  name: string;
  /** The upstream's own model name. */
  model: string;
  prices: Prices;
  contextWindow: number | null;
  supports: Supports;
  quota: Quota;
  maxConcurrent: number | null;
  enabled: boolean;
  heldAt: number | null;
  heldUntil: number | null;
};

export type CatalogMember = { deploymentId: string; priority: number; weight: number; enabled: boolean };

export type CatalogGroup = {
  id: string;
  name: string;
  aliases: string[];
  strategy: Strategy;
  timeouts: Partial<Timeouts>;
  delivery: "live" | "whole";
  retryAfterWaitSeconds: number;
  affinity: "off" | "key" | "session";
  storeBodies: boolean;
  /** Thoughts in tags at the beginning of answers are taken out. */
  stripReasoning: boolean;
  enabled: boolean;
  createdAt: number;
  /** Grows with every change of the group; kept in receipts as `policyVersion`. */
  version: number;
  members: CatalogMember[];
};

export type CatalogKey = {
  id: string;
  name: string;
  preview: string;
  /** Group ids, or "*" for all. */
  groups: string[] | "*";
  allowRawModels: boolean;
  /** Its calls may have the first tier fail on purpose: the console's own keys, for the playground. */
  mayRehearse?: boolean;
  expiresAt: number | null;
  allowedIps: string[];
  storeBodies: boolean;
  enabled: boolean;
  limits: {
    budgetDayNanos: number | null;
    budgetMonthNanos: number | null;
    budgetTotalNanos: number | null;
    rpm: number | null;
    tpm: number | null;
    concurrent: number | null;
  };
};

export const keywordVerdicts = ["failover", "cool", "fail", "tag"] as const;
export type KeywordVerdict = (typeof keywordVerdicts)[number];

/** Why a model stopped, in one vocabulary for all formats. `pause`: it wants to be asked to go on. */
export const finishReasons = [
  "stop",
  "stop_sequence",
  "length",
  "tool_calls",
  "content_filter",
  "refusal",
  "pause",
  "other",
] as const;
export type FinishReason = (typeof finishReasons)[number];

/** A rule on answers. They stand in the catalog in the order in which they are asked. */
export type CatalogKeyword = {
  id: string;
  /** The text or pattern; nothing for rules that look for none. */
  keyword: string;
  /**
   * `empty`: a complete answer that says nothing. `any`: whatever it says, by its status alone. `finish_reason`: the model
   * stopped for one of `finishReasons`. `short`: a complete answer of fewer than `minCharacters`. `not_json`: a complete
   * answer that is no JSON where the request asked for it.
   */
  match: "contains" | "exact" | "regex" | "empty" | "any" | "finish_reason" | "short" | "not_json";
  finishReasons?: readonly FinishReason[];
  minCharacters?: number | null;
  caseSensitive: boolean;
  /** HTTP statuses, as `503` or `5xx`; absent or none = every status. */
  statuses?: readonly string[];
  /** `start`: only as many characters as are held back of a stream. Absent = `whole`. */
  part?: "whole" | "start";
  scope: "all" | "provider" | "group" | "deployment";
  targetId: string | null;
  /** Absent = `failover`. */
  verdict?: KeywordVerdict;
  /** How long the deployment rests, with `cool`. */
  coolSeconds?: number | null;
};

/** Settings the data plane reads. Each has its default and unit in lib/schemas/settings.ts. */
export type GatewaySettings = {
  failureThreshold: number;
  failureWindowMinutes: number;
  maxAttempts: number;
  retryBudgetPercent: number;
  pingSeconds: number;
  holdbackCharacters: number;
  holdbackMs: number;
  connectMs: number;
  firstTokenMs: number;
  firstByteMs: number;
  idleMs: number;
  totalMs: number;
  totalStreamMs: number;
  storeBodies: boolean;
  /** Calls have lines in the process's log, besides those of failures. */
  logRequests: boolean;
};

/** An immutable snapshot of everything the hot path needs. Swapped whole; never changed in place. */
export type Catalog = {
  version: number;
  providers: ReadonlyMap<string, CatalogProvider>;
  deployments: ReadonlyMap<string, CatalogDeployment>;
  groups: ReadonlyMap<string, CatalogGroup>;
  /** Group name and each alias → group id. */
  groupByName: ReadonlyMap<string, string>;
  /** Upstream model name → deployment ids, for keys that allow raw models. */
  deploymentsByModel: ReadonlyMap<string, readonly string[]>;
  /** HMAC (hex) of a client key → key and the moment that secret ends. */
  keysByHash: ReadonlyMap<string, { key: CatalogKey; validUntil: number | null }>;
  keywords: readonly CatalogKeyword[];
  settings: GatewaySettings;
};

export type UsageSource = "provider" | "estimate";

/** Token counts. `cached` and `cacheWrite` are parts of `input`, `reasoning` is part of `output`. */
export type Usage = {
  input: number;
  output: number;
  cached: number;
  cacheWrite: number;
  reasoning: number;
  source: UsageSource;
};

export type Cost = { nanos: number; source: "provider" | "catalogue" | "estimate" };

export type DeploymentRef = { id: string; name: string; provider: string };

export type CandidateRecord = {
  deployment: DeploymentRef;
  tier: number;
  weight: number;
  verdict: Verdict;
  reason: SelectionReason | SkipReason | StopReason;
  /** What was known at decision time: failures, threshold, retryAt, price, inFlight … Numbers and codes only. */
  evidence: Record<string, string | number | boolean | null>;
};

export type AttemptRecord = {
  n: number;
  deployment: DeploymentRef;
  providerId: string;
  /** Id and the last four of the credential used. */
  credential: { id: string; preview: string } | null;
  /** Epoch ms; the other times are offsets in ms from it. */
  startedAt: number;
  connectMs: number | null;
  firstByteMs: number | null;
  firstTokenMs: number | null;
  endMs: number;
  outcome: "ok" | "failed" | "client_left" | "interrupted";
  reason: AttemptReason;
  httpStatus: number | null;
  /** The upstream's own words, redacted, ≤ 500 characters. */
  message: string | null;
  keywordId: string | null;
  /** What the rule had done; absent = no rule was met, or a call of an older version. */
  keywordVerdict?: KeywordVerdict;
  /** The matched text with a little context, redacted. */
  matched: string | null;
  next: "same" | "next_key" | "next_member" | "stop";
  /** Back-off before the next attempt. */
  waitMs: number;
  usage: Usage | null;
  cost: Cost | null;
  upstreamRequestId: string | null;
};

/** What a call records about itself (gateway.md §8). */
export type Receipt = {
  strategy: Strategy;
  policyVersion: number;
  decideUs: number;
  candidates: CandidateRecord[];
  attempts: AttemptRecord[];
  outcome: Outcome;
  stop: StopReason;
  servedBy: DeploymentRef | null;
};

/**
 * What a call adds to the window of a limit, in the unit of that limit (calls, tokens, nano-dollars). The log writer
 * stores it together with the call's row, so that every window is the sum of its rows, exactly once, after any crash.
 */
export type Charge = {
  /** For instance `key/key_1/day`. */
  counter: string;
  /** Epoch ms at which the window began; 0 = the window that never ends. */
  start: number;
  amount: number;
};

/** One row of the call log, as the journal keeps it. `receipt.attempts` become rows of their own. */
export type CallRecord = {
  id: string;
  requestId: string;
  clientRequestId: string | null;
  at: number;
  endpoint: EndpointName;
  outcome: Outcome;
  status: number;
  errorCode: string | null;
  stream: boolean;
  group: { id: string; name: string } | null;
  /** What the client asked for. */
  model: string | null;
  /** The upstream model that answered. */
  servedModel: string | null;
  provider: { id: string; name: string } | null;
  deploymentId: string | null;
  key: { id: string; name: string } | null;
  firstTokenMs: number | null;
  totalMs: number;
  overheadUs: number | null;
  usage: Usage | null;
  cost: Cost | null;
  demo: boolean;
  clientIp: string | null;
  userAgent: string | null;
  sessionId: string | null;
  flags: string[];
  receipt: Receipt;
  charges: Charge[];
  bodies: { request: string | null; response: string | null; truncated: boolean } | null;
};

/** Written when a call is accepted, so that a crash leaves a trace. */
export type CallBegin = Pick<
  CallRecord,
  "id" | "requestId" | "at" | "endpoint" | "model" | "stream" | "key" | "clientIp"
>;

/**
 * Where finished calls go. `begin` never waits. `finish` resolves when the record would survive SIGKILL; the door ends
 * the answer only then.
 */
export type CallJournal = {
  begin(call: CallBegin): void;
  finish(call: CallRecord): Promise<void>;
};

/** What is left of a quota, calls under way counted as used; null = no limit. */
export type QuotaLeft = {
  requests: number | null;
  tokens: number | null;
  total: number | null;
  /** Epoch ms at which the period ends; null = no period. */
  resetsAt: number | null;
};

/** A call under way, as far as it is known by now. */
export type RunningCall = {
  id: string;
  requestId: string;
  /** Epoch ms at which it arrived. */
  at: number;
  endpoint: EndpointName;
  /** Null while the request is still being read. */
  model: string | null;
  stream: boolean | null;
  group: { id: string; name: string } | null;
  key: { id: string; name: string } | null;
  /** Attempts begun so far, the one under way among them. */
  attempts: number;
};

export const demoFaultKinds = ["fail", "delay", "text"] as const;
export type DemoFaultKind = (typeof demoFaultKinds)[number];

/** Something ordered of a model of the demo for its next call: to fail, to begin 5 s late, or to say `text`. */
export type DemoFault = { model: string; kind: DemoFaultKind; text: string | null };

/** Whom a call to the demo asked. A turn ends when the next one begins; `reason` says why. Times are epoch ms. */
export type DemoTurn = {
  deployment: string;
  provider: string;
  startedAt: number;
  /** Null = under way. */
  endedAt: number | null;
  reason: AttemptReason | null;
};

/** What the console shows about a deployment right now. */
export type DeploymentState = {
  deploymentId: string;
  state: "ready" | "degraded" | "cooling_down" | "circuit_open" | "half_open" | "held" | "not_verified" | "disabled";
  reason: AttemptReason | null;
  failures: number;
  failureThreshold: number;
  openedAt: number | null;
  retryAt: number | null;
  inFlight: number;
  firstTokenMs: number | null;
  lastFailureAt: number | null;
  lastSuccessAt: number | null;
  quota: QuotaLeft;
};

/** A credential the running gateway does not use until `retryAt`, when one call tries it, or until a person resets it. */
export type CredentialSetAside = {
  credentialId: string;
  at: number;
  retryAt: number;
  reason: AttemptReason;
  httpStatus: number | null;
};

export type SimulateInput = {
  groupId: string;
  keyId?: string;
  model?: string;
  stream?: boolean;
  inputTokens?: number;
  needs?: ("tools" | "vision" | "jsonSchema")[];
  assume?: { deploymentId: string; state: "down" | "no_quota" }[];
};

/** One cheap call to a provider, for the "test" button. */
export type ProbeResult = {
  ok: boolean;
  reason: AttemptReason;
  httpStatus: number | null;
  connectMs: number | null;
  firstByteMs: number | null;
  endMs: number;
  message: string | null;
};
