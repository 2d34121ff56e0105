"use client";

import { useEffect, useRef, useState } from "react";
import type { LiveEvent, LiveTopic } from "@/lib/schemas/live";
import type { Clock, LiveState } from "./connection";
import { openEventStream } from "./event-stream";
import { joinLive, type Platform } from "./sharing";

/** How long a tab may be hidden before it lets go of the stream. */
const hiddenMs = 60_000;
const pollMs = 15_000;

const clock: Clock = {
  now: () => Date.now(),
  setTimeout: (act, ms) => setTimeout(act, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

function browser(): Platform {
  const hasLocks = typeof navigator.locks?.request === "function";
  return {
    clock,
    channel: typeof BroadcastChannel === "function" ? (name) => new BroadcastChannel(name) : null,
    turn: hasLocks
      ? (name, signal, act) => {
          navigator.locks
            .request(name, { signal }, () => {
              act();
              return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
            })
            .catch(() => undefined);
        }
      : null,
    onNetwork(listener) {
      const online = () => listener(true);
      const offline = () => listener(false);
      window.addEventListener("online", online);
      window.addEventListener("offline", offline);
      return () => {
        window.removeEventListener("online", online);
        window.removeEventListener("offline", offline);
      };
    },
  };
}

const off: LiveState = { status: "off", attempts: 0 };

/**
 * What happens in the gateway, as it happens. `filter` is a filter of the call log as a query string. `onEvents` gets
 * events together, at most ten times a second; a call may come twice. Tabs that follow the same share one connection. A
 * tab that was hidden for a minute lets go of it and catches up when it is looked at again. While the stream stays away
 * for more than a minute, `onPoll` is called every 15 seconds.
 */
export function useLiveEvents({
  topics,
  filter = "",
  onEvents,
  onPoll,
  enabled = true,
}: {
  topics: readonly LiveTopic[];
  filter?: string;
  onEvents: (events: LiveEvent[]) => void;
  onPoll?: () => void;
  enabled?: boolean;
}): LiveState {
  const [state, setState] = useState<LiveState>(off);
  const deliver = useRef(onEvents);
  const poll = useRef(onPoll);
  useEffect(() => {
    deliver.current = onEvents;
    poll.current = onPoll;
  });
  const query = new URLSearchParams({ topics: topics.toSorted().join(","), ...(filter !== "" && { filter }) });
  const url = `/api/admin/events?${query.toString()}`;

  useEffect(() => {
    if (!enabled) return;
    let leave: (() => string | null) | null = null;
    let lastEventId: string | null = null;
    let hiddenTimer: ReturnType<typeof setTimeout> | undefined;
    const join = () => {
      leave = joinLive({
        name: `sluice-live:${url}`,
        open: (lastId, handlers) => openEventStream(url, lastId, handlers),
        lastEventId,
        onEvents: (events) => deliver.current(events),
        onState: setState,
        platform: browser(),
      });
    };
    const letGo = () => {
      lastEventId = leave?.() ?? lastEventId;
      leave = null;
    };
    const onVisibility = () => {
      clearTimeout(hiddenTimer);
      if (document.hidden) hiddenTimer = setTimeout(letGo, hiddenMs);
      else if (leave === null) join();
    };
    if (document.hidden) hiddenTimer = setTimeout(letGo, hiddenMs);
    join();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      clearTimeout(hiddenTimer);
      letGo();
      setState(off);
    };
  }, [url, enabled]);

  const polling = state.status === "polling";
  useEffect(() => {
    if (!polling) return;
    poll.current?.();
    const timer = setInterval(() => poll.current?.(), pollMs);
    return () => clearInterval(timer);
  }, [polling]);

  return state;
}
