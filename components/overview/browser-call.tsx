"use client";

import { useQuery } from "@tanstack/react-query";
import { Send, Square } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useRef, useState } from "react";
import type { CallDetailView } from "@/lib/schemas/logs";
import { api, isApiError, useErrorText } from "../api-client";
import { rescueStory } from "../calls/decision";
import { OutcomeBadge } from "../calls/outcome-badge";
import { Waterfall } from "../calls/waterfall";
import { useErrorCodeText } from "../format";
import { Button, ButtonLink } from "../ui/button";
import { Field } from "../ui/field";
import { Textarea } from "../ui/input";
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
  keyFor: () => Promise<string>;
  hasKey: boolean;
  onCall: (requestId: string) => void;
}) {
  const t = useTranslations("overview.first");
  const [call, setCall] = useState<Call>({ phase: "idle" });
  const [text, setText] = useState("");
  const running = useRef<AbortController | null>(null);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (call.phase === "sending" || message.trim() === "") return;
    const controller = new AbortController();
    running.current = controller;
    setText("");
    setCall({ phase: "sending" });
    let key: string;
    try {
      key = await keyFor();
    } catch {
      // The mutation has told it already.
      setCall({ phase: "idle" });
      return;
    }
    try {
      const answer = await streamChat({
        key,
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
  return (
    <section className="flex min-w-0 flex-col gap-3 border-t pt-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <OutcomeBadge outcome={call.outcome} />
        <p className="min-w-0 flex-1 basis-64 font-medium text-body">{t(key, numbers)}</p>
        <ButtonLink href={`/logs?sel=${call.id}`} size="compact">
          {t("openCall")}
        </ButtonLink>
      </div>
      {heldBackOnTheWay(inOnePiece, call) && <p className="text-small text-warning">{t("buffered")}</p>}
      <Waterfall at={call.at} totalMs={call.totalMs} receipt={call.receipt} />
    </section>
  );
}
