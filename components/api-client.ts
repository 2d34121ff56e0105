"use client";

import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import type { FieldProblem, FieldProblemCode } from "@/lib/schemas/problems";
import { useErrorCodeText } from "./format";
import { setSessionLost } from "./lost-session";
import { type ToastOptions, useToast } from "./ui/toast";

/** One field at fault, as the management API names it in `error.details.fields[]`. */
export type FieldFault = { path: string; code: string; params: FieldProblem["params"] };

/** An answer of the management API that is not a success. `code` is a word of lib/errors, or `network`. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  readonly fields: readonly FieldFault[];
  readonly details: unknown;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(parts: {
    status: number;
    code: string;
    message: string;
    param: string | null;
    details: unknown;
    requestId: string | null;
    retryAfterSeconds: number | null;
  }) {
    super(parts.message);
    this.name = "ApiError";
    this.status = parts.status;
    this.code = parts.code;
    this.param = parts.param;
    this.details = parts.details;
    this.fields = fieldFaults(parts.details, parts.param, parts.code);
    this.requestId = parts.requestId;
    this.retryAfterSeconds = parts.retryAfterSeconds;
  }
}

export function isApiError(value: unknown): value is ApiError {
  return value instanceof Error && value.name === "ApiError";
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const textOr = <Other>(value: unknown, other: Other): string | Other => (typeof value === "string" ? value : other);

function fieldFaults(details: unknown, param: string | null, code: string): FieldFault[] {
  const listed = isRecord(details) && Array.isArray(details.fields) ? details.fields : [];
  const faults = listed.filter(isRecord).flatMap((field): FieldFault[] => {
    if (typeof field.path !== "string") return [];
    const params = isRecord(field.params) ? (field.params as FieldProblem["params"]) : {};
    return [{ path: field.path, code: textOr(field.code, "bad_value"), params }];
  });
  return faults.length > 0 || param === null ? faults : [{ path: param, code, params: {} }];
}

async function send<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      // Declared on every change, also without a body: the server takes it as proof that no form sent it.
      headers: { accept: "application/json", ...(method !== "GET" && { "content-type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (cause) {
    throw new ApiError({
      status: 0,
      code: "network",
      message: String(cause),
      param: null,
      details: null,
      requestId: null,
      retryAfterSeconds: null,
    });
  }
  const text = await response.text();
  const parsed = parseJson(text);
  if (response.ok) return parsed as Answer;
  const error = isRecord(parsed) && isRecord(parsed.error) ? parsed.error : {};
  const retryAfter = Number(response.headers.get("retry-after"));
  const code = textOr(error.code, response.status === 401 ? "unauthorized" : "internal_error");
  if (code === "unauthorized") setSessionLost(true);
  throw new ApiError({
    status: response.status,
    code,
    message: textOr(error.message, response.statusText),
    param: textOr(error.param, null),
    details: error.details ?? null,
    requestId: response.headers.get("x-request-id"),
    retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  });
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The console's own API. Every method throws ApiError on anything but a 2xx. Name the answer: `api.get<Page>(…)`. */
export const api = {
  get: <Answer>(path: string) => send<Answer>("GET", path),
  post: <Answer>(path: string, body: unknown = {}) => send<Answer>("POST", path, body),
  put: <Answer>(path: string, body: unknown) => send<Answer>("PUT", path, body),
  patch: <Answer>(path: string, body: unknown) => send<Answer>("PATCH", path, body),
  delete: <Answer = void>(path: string, body?: unknown) => send<Answer>("DELETE", path, body),
};

/** The sentence for any failure, in the reader's language. */
export function useErrorText(): (error: unknown) => string {
  const t = useTranslations("errors");
  const codeText = useErrorCodeText();
  return useCallback(
    (error) => {
      if (!isApiError(error)) return t("code.internal_error");
      if (error.code === "network") return t("network");
      return codeText(error.code) ?? t("code.internal_error");
    },
    [t, codeText],
  );
}

/**
 * The sentence for the field at `path` (`name`, `quota.total`, `members[0].weight`), or undefined when it is not at
 * fault. A path also speaks for what lies below it, so `aliases` shows the fault of `aliases[2]`.
 */
export function useFieldErrors(error: unknown): (path: string) => string | undefined {
  const t = useTranslations("errors.field");
  const codeText = useErrorCodeText();
  return (path) => {
    if (!isApiError(error)) return undefined;
    const fault = error.fields.find(
      (field) => field.path === path || field.path.startsWith(`${path}.`) || field.path.startsWith(`${path}[`),
    );
    if (fault === undefined) return undefined;
    const key = fault.code as FieldProblemCode;
    if (!t.has(key)) return codeText(fault.code) ?? t("bad_value");
    return t(key, { minimum: 0, maximum: 0, allowed: "", field: "", blank: "", ...numbersAndText(fault.params) });
  };
}

function numbersAndText(params: FieldProblem["params"]): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === "boolean" ? String(value) : value]),
  );
}

/**
 * A change through the management API. On success: an optional toast, the named queries are fetched again and the
 * server parts of the page are rendered again. On failure: a toast, unless the error names fields (the form shows
 * those through {@link useFieldErrors}) or `quiet` is set. That the session has ended is told by the shell.
 */
export function useApiMutation<Input = void, Answer = unknown>({
  mutationFn,
  invalidate = [],
  success,
  onSuccess,
  failure,
  quiet = false,
  refresh = true,
}: {
  mutationFn: (input: Input) => Promise<Answer>;
  invalidate?: readonly QueryKey[];
  success?: (answer: Answer, input: Input) => ToastOptions | string;
  onSuccess?: (answer: Answer, input: Input) => void;
  /** Words for errors that mean something of their own here; undefined = the general sentence. */
  failure?: (error: Error) => string | undefined;
  quiet?: boolean;
  refresh?: boolean;
}): UseMutationResult<Answer, Error, Input> {
  const queryClient = useQueryClient();
  const router = useRouter();
  const toast = useToast();
  const t = useTranslations("errors");
  const errorText = useErrorText();
  return useMutation<Answer, Error, Input>({
    mutationFn,
    onSuccess: (answer, input) => {
      onSuccess?.(answer, input);
      for (const queryKey of invalidate) void queryClient.invalidateQueries({ queryKey });
      if (refresh) router.refresh();
      const told = success?.(answer, input);
      if (told !== undefined) toast(typeof told === "string" ? { title: told } : told);
    },
    onError: (error) => {
      // A dialog over the page says it, and leaves alone what was typed.
      if (isApiError(error) && error.code === "unauthorized") return;
      if (quiet || (isApiError(error) && error.fields.length > 0)) return;
      toast({ title: t("title"), description: failure?.(error) ?? errorText(error), tone: "danger" });
    },
  });
}
