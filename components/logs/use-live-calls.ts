"use client";

import { useEffect, useRef, useState } from "react";
import type { Page } from "@/lib/schemas/common";
import type { CallView } from "@/lib/schemas/logs";
import { api } from "../api-client";

export type LiveStatus = "off" | "connecting" | "open" | "paused";

/** How long a tab may be hidden before its stream is closed. */
const hiddenMs = 60_000;
/** Pause before a stream that the server refused is opened again. */
const reopenMs = 10_000;
/** What is read from the log after a stream was closed for a while. */
const catchUpLimit = 100;

/**
 * Calls as they finish, filtered by the server. `query` is a filter of the call log as a query string. `onCalls` gets
 * them in batches, at most once per animation frame; a call may come twice.
 */
export function useLiveCalls({
  query,
  enabled,
  onCalls,
}: {
  query: string;
  enabled: boolean;
  onCalls: (calls: CallView[]) => void;
}): LiveStatus {
  const [status, setStatus] = useState<LiveStatus>("off");
  const deliver = useRef(onCalls);
  useEffect(() => {
    deliver.current = onCalls;
  });

  useEffect(() => {
    if (!enabled) {
      setStatus("off");
      return;
    }
    let source: EventSource | null = null;
    let batch: CallView[] = [];
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;

    const flush = () => {
      frame = 0;
      const calls = batch;
      batch = [];
      if (calls.length > 0) deliver.current(calls);
    };
    const add = (calls: readonly CallView[]) => {
      if (ended) return;
      batch.push(...calls);
      frame ||= requestAnimationFrame(flush);
    };
    const open = () => {
      const opened = new EventSource(`/api/admin/logs/stream${query === "" ? "" : `?${query}`}`);
      source = opened;
      opened.addEventListener("open", () => setStatus("open"));
      opened.addEventListener("call", (event: MessageEvent<string>) => add([JSON.parse(event.data) as CallView]));
      opened.addEventListener("error", () => {
        setStatus("paused");
        // The browser connects again by itself and names the last event; only a refusal ends its attempts.
        if (opened.readyState === EventSource.CLOSED && !ended) timer = setTimeout(reopen, reopenMs);
      });
    };
    const close = () => {
      clearTimeout(timer);
      source?.close();
      source = null;
    };
    // A new stream does not know what the old one had told, so the log fills the gap.
    const reopen = () => {
      close();
      open();
      api.get<Page<CallView>>(`/api/admin/logs?${query}${query === "" ? "" : "&"}limit=${catchUpLimit}`).then(
        (page) => add(page.items.toReversed()),
        () => undefined,
      );
    };
    const onVisibility = () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(close, hiddenMs);
      else if (source === null) reopen();
    };

    setStatus("connecting");
    open();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      ended = true;
      document.removeEventListener("visibilitychange", onVisibility);
      cancelAnimationFrame(frame);
      close();
    };
  }, [query, enabled]);

  return status;
}
