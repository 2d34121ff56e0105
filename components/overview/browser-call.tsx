"use client";

import { useQuery } from "@tanstack/react-query";
import { Send, Square } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useRef, useState } from "react";
import type { KeyWithSecret } from "@/lib/schemas/keys";
import type { CallDetailView } from "@/lib/schemas/logs";
import { api, isApiError, useErrorText } from "../api-client";
import { rescueStory } from "../calls/decision";
import { OutcomeBadge } from "../calls/outcome-badge";
import { Waterfall } from "../calls/waterfall";
import { useErrorCodeText } from "../format";
import { Button, ButtonLink } from "../ui/button";
import { Field } from "../ui/field";
import { Textarea } from "../ui/input";
import { LiveTurns } from "./live-turns";
import { heldBackOnTheWay, type StreamedAnswer, streamChat } from "./stream-chat";

type Call =
  | { phase: "idle" }
  | { phase: "sending" }
  | { phase: "done"; answer: StreamedAnswer }
  | { phase: "stopped" }
  | { phase: "failed"; error: unknown };

/** Sends one streamed call from the browser with a real key, shows the answer as it comes, then what happened behind it. */
export function BrowserCall({
  group,
  message,
  onMessage,
  keyFor,
  hasKey,
  onCall,
}: {
  group: string;
  message: string;
  onMessage: (message: string) => void;
  /** The key to send with; makes one on the first press. */
  keyFor: () => Promise<KeyWithSecret>;
  hasKey: boolean;
  onCall: (requestId: string) => void;
}) {
  const t = useTranslations("overview.first");
  const [call, setCall] = useState<Call>({ phase: "idle" });
  const [text, setText] = useState("");
  const [keyId, setKeyId] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (call.phase === "sending" || message.trim() === "") return;
    const controller = new AbortController();
    running.current = controller;
    setText("");
    setCall({ phase: "sending" });
    let key: KeyWithSecret;
    try {
      key = await keyFor();
      setKeyId(key.id);
    } catch {
      // The mutation has told it already.
      setCall({ phase: "idle" });
      return;
    }
    try {
      const answer = await streamChat({
        key: key.key,
        model: group,
        message,
        signal: controller.signal,
        onText: (piece) => setText((before) => before + piece),
      });
      if (answer.requestId !== null) onCall(answer.requestId);
      setCall({ phase: "done", answer });
    } catch (error) {
      setCall(controller.signal.aborted ? { phase: "stopped" } : { phase: "failed", error });
    }
  };

  const sending = call.phase === "sending";
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <form onSubmit={(event) => void send(event)} className="flex min-w-0 flex-col gap-3">
        <p className="text-small">
          <span className="text-muted-foreground">{t("group")}</span> <code>{group}</code>
        </p>
        <Field label={t("message")}>
          <Textarea rows={2} value={message} onValueChange={onMessage} />
        </Field>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Button type="submit" variant="primary" icon={Send} pending={sending}>
            {call.phase === "idle" || sending ? t("send") : t("sendAgain")}
          </Button>
          {sending && (
            <Button icon={Square} onClick={() => running.current?.abort()}>
              {t("stop")}
            </Button>
          )}
          {!hasKey && <p className="text-muted-foreground text-small">{t("keyNote")}</p>}
        </div>
      </form>
      {sending && keyId !== null && <LiveTurns keyId={keyId} streaming={text !== ""} />}
      {call.phase !== "idle" && <Answer call={call} text={text} />}
      {call.phase === "done" && call.answer.requestId !== null && (
        <Behind requestId={call.answer.requestId} inOnePiece={call.answer.inOnePiece} />
      )}
    </div>
  );
}

function Answer({ call, text }: { call: Exclude<Call, { phase: "idle" }>; text: string }) {
  const t = useTranslations("overview.first");
  const errorText = useErrorText();
  const codeText = useErrorCodeText();
  const failure =
    call.phase === "failed"
      ? errorText(call.error)
      : call.phase === "done" && call.answer.error
        ? (codeText(call.answer.error.code) ?? t("failedStatus", { status: call.answer.status }))
        : null;
  return (
    <section aria-label={t("answer")} className="min-w-0">
      <h3 className="mb-1 text-caption text-muted-foreground">{t("answer")}</h3>
      <p
        aria-live="polite"
        aria-busy={call.phase === "sending"}
        className="min-h-10 whitespace-pre-wrap break-words text-body"
      >
        {text === "" && call.phase === "sending" ? (
          <span className="animate-pulse text-muted-foreground">{t("waitingAnswer")}</span>
        ) : (
          text
        )}
      </p>
      {call.phase === "stopped" && <p className="text-muted-foreground text-small">{t("stopped")}</p>}
      {failure !== null && (
        <p role="alert" className="text-danger text-small">
          {failure}
        </p>
      )}
    </section>
  );
}

const receiptTries = 30;

/** The call's own record: what happened before the answer. */
function Behind({ requestId, inOnePiece }: { requestId: string; inOnePiece: boolean }) {
  const t = useTranslations("overview.first");
  const query = useQuery({
    queryKey: ["call", requestId],
    queryFn: () => api.get<CallDetailView>(`/api/admin/logs/${encodeURIComponent(requestId)}`),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    // The log is written a moment after the answer ends.
    retry: (count, error) => count < receiptTries && isApiError(error) && error.status === 404,
    retryDelay: 300,
  });
  if (!query.data) {
    return query.isError ? null : (
      <p role="status" className="animate-pulse text-muted-foreground text-small">
        {t("waitingReceipt")}
      </p>
    );
  }
  const call = query.data;
  const { key, ...numbers } = rescueStory(call.receipt);
  const matched = call.receipt.attempts.find((attempt) => attempt.matched !== null)?.matched ?? null;
  return (
    <section className="flex min-w-0 flex-col gap-3 border-t pt-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <OutcomeBadge outcome={call.outcome} />
        <p className="min-w-0 flex-1 basis-64 font-medium text-body">{t(key, numbers)}</p>
        <ButtonLink href={`/logs?sel=${call.id}`} size="compact">
          {t("openRequest")}
        </ButtonLink>
      </div>
      {matched !== null && (
        <p className="break-words text-small">
          <span className="text-muted-foreground">{t("matched")}</span>{" "}
          <mark className="rounded-xs bg-warning-surface px-1 py-0.5 text-warning">{matched}</mark>
        </p>
      )}
      {heldBackOnTheWay(inOnePiece, call) && <Buffered />}
      <Waterfall at={call.at} totalMs={call.totalMs} receipt={call.receipt} />
    </section>
  );
}

/** The settings of nginx; what they are called elsewhere follows from the words beside them. */
const bufferingSettings = [
  { setting: "proxy_buffering off;", what: "bufferedOff" },
  { setting: "gzip off;", what: "bufferedCompression" },
] as const;

function Buffered() {
  const t = useTranslations("overview.first");
  return (
    <div role="alert" className="rounded-control bg-warning-surface px-3 py-2 text-small text-warning">
      <p className="font-medium">{t("bufferedTitle")}</p>
      <p>{t("buffered")}</p>
      <ul className="mt-1 flex flex-col gap-0.5">
        {bufferingSettings.map(({ setting, what }) => (
          <li key={setting}>
            <code>{setting}</code> <span className="ms-2">{t(what)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
