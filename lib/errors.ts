/**
 * Every error a client of the data plane or of the management API can meet, with its HTTP status, its OpenAI
 * `type` and whether the same request may be sent again. Codes are final names (gateway.md §6 and §10).
 */
const table = {
  invalid_json: [400, "invalid_request_error", false],
  invalid_multipart: [400, "invalid_request_error", false],
  invalid_type: [400, "invalid_request_error", false],
  missing_required: [400, "invalid_request_error", false],
  unknown_field: [400, "invalid_request_error", false],
  json_too_complex: [400, "invalid_request_error", false],
  invalid_path: [400, "invalid_request_error", false],
  context_length_exceeded: [400, "invalid_request_error", false],
  unsupported_capability: [400, "invalid_request_error", false],
  conflicting_api_keys: [400, "invalid_request_error", false],
  egress_denied: [400, "invalid_request_error", false],
  missing_api_key: [401, "authentication_error", false],
  invalid_api_key: [401, "authentication_error", false],
  api_key_revoked: [401, "authentication_error", false],
  api_key_expired: [401, "authentication_error", false],
  unauthorized: [401, "authentication_error", false],
  forbidden: [403, "permission_error", false],
  csrf: [403, "permission_error", false],
  ip_not_allowed: [403, "permission_error", false],
  model_not_found: [404, "invalid_request_error", false],
  provider_not_found: [404, "invalid_request_error", false],
  not_found: [404, "invalid_request_error", false],
  method_not_allowed: [405, "invalid_request_error", false],
  request_timeout: [408, "invalid_request_error", false],
  conflict: [409, "invalid_request_error", false],
  request_too_large: [413, "invalid_request_error", false],
  unsupported_media_type: [415, "invalid_request_error", false],
  rate_limit_exceeded: [429, "rate_limit_error", true],
  insufficient_quota: [429, "insufficient_quota", false],
  client_left: [499, "client_error", false],
  internal_error: [500, "api_error", false],
  upstream_error: [502, "api_error", false],
  upstream_auth_failed: [502, "api_error", false],
  upstream_stream_interrupted: [502, "api_error", false],
  event_too_large: [502, "api_error", false],
  upstream_unavailable: [503, "api_error", true],
  draining: [503, "api_error", true],
  overloaded: [503, "api_error", true],
  storage_unavailable: [503, "api_error", false],
  setup_required: [503, "api_error", false],
  upstream_timeout: [504, "api_error", false],
} as const satisfies Record<string, readonly [status: number, type: string, retry: boolean]>;

export type ErrorCode = keyof typeof table;

export const errorCodes = Object.keys(table) as ErrorCode[];

export type SluiceErrorOptions = {
  /** JSON path of the member at fault, as OpenAI's `param`. */
  param?: string | null;
  /** Seconds for `retry-after`. */
  retryAfterSeconds?: number;
  /** False where sending the same again can never help, although it does for others of this code. */
  retryable?: boolean;
  /** Extra answer headers, lower-case names. */
  headers?: Record<string, string>;
  /** Machine-readable extras for the management API, for instance field errors. Never secrets. */
  details?: unknown;
  /** An upstream's refusal that is passed on: its own status, type and code are shown instead of ours. */
  upstream?: { status: number; type: string; code: string | null };
  cause?: unknown;
};

/**
 * An error with a code that is safe to show. `message` is for the client; the cause is for the log only.
 * Recognise it with {@link isSluiceError}: the console bundle and the server each have a copy of this class.
 */
export class SluiceError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly type: string;
  readonly retryable: boolean;
  readonly param: string | null;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Record<string, string>;
  readonly details: unknown;
  /** The code a client sees: ours, or the upstream's where its refusal is passed on. */
  readonly shownCode: string | null;

  constructor(code: ErrorCode, message: string, options: SluiceErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "SluiceError";
    const [status, type, retryable] = table[code];
    this.code = code;
    this.status = options.upstream?.status ?? status;
    this.type = options.upstream?.type ?? type;
    this.shownCode = options.upstream ? options.upstream.code : code;
    this.retryable = options.retryable ?? retryable;
    this.param = options.param ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
    this.details = options.details;
  }
}

export function isSluiceError(value: unknown): value is SluiceError {
  return value instanceof Error && value.name === "SluiceError" && "code" in value;
}

/** The OpenAI error body: `{"error":{message,type,param,code}}` plus `details` where the management API adds them. */
export function errorBody(error: SluiceError): { error: Record<string, unknown> } {
  const body: Record<string, unknown> = {
    message: error.message,
    type: error.type,
    param: error.param,
    code: error.shownCode,
  };
  if (error.details !== undefined) body.details = error.details;
  return { error: body };
}
