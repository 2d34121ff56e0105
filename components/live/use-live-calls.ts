"use client";

import type { Page } from "@/lib/schemas/common";
import type { CallView } from "@/lib/schemas/logs";
import { api } from "../api-client";
import type { LiveState } from "./connection";
import { useLiveEvents } from "./use-live-events";

/** What is read from the log while the stream stays away. */
const polledCalls = 100;

/**
 * Calls as they finish, filtered by the server. `query` is a filter of the call log as a query string. `onCalls` gets
 * them in batches, at most ten times a second; a call may come twice.
 */
export function useLiveCalls({
  query,
  enabled,
  onCalls,
}: {
  query: string;
  enabled: boolean;
  onCalls: (calls: CallView[]) => void;
}): LiveState {
  return useLiveEvents({
    topics: ["calls"],
    filter: query,
    enabled,
    onEvents: (events) => {
      const calls = events.flatMap((event) => (event.type === "call" ? [event.data] : []));
      if (calls.length > 0) onCalls(calls);
    },
    onPoll: () => {
      api.get<Page<CallView>>(`/api/admin/logs?${query}${query === "" ? "" : "&"}limit=${polledCalls}`).then(
        (page) => onCalls(page.items.toReversed()),
        () => undefined,
      );
    },
  });
}
