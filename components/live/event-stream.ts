import { setSessionLost } from "../lost-session";

/** One event of a stream of server-sent events. */
export type StreamEvent = { id: string; type: string; data: string };

/** Takes the text of a stream as it comes and returns the events that are complete by then. Comments are left out. */
export function eventStreamParser(): (text: string) => StreamEvent[] {
  let rest = "";
  let id = "";
  let type = "";
  let data: string[] = [];

  return (text) => {
    const events: StreamEvent[] = [];
    const lines = (rest + text).split(/\r\n|\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) events.push({ id, type: type || "message", data: data.join("\n") });
        type = "";
        data = [];
        continue;
      }
      const colon = line.indexOf(":");
      if (colon === 0) continue;
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (name === "id") id = value;
      else if (name === "event") type = value;
      else if (name === "data") data.push(value);
    }
    return events;
  };
}

export type StreamHandlers = {
  opened(): void;
  /** Something came, if only a comment: the stream is alive. */
  alive(): void;
  event(event: StreamEvent): void;
  /** Refused, ended or broken. Told once, and not after the stream was closed from here. */
  closed(): void;
};

/**
 * Opens a stream with `fetch`: other than an `EventSource` it shows comments, so that a connection which died silently
 * is noticed. Returns what closes it.
 */
export function openEventStream(url: string, lastEventId: string | null, handlers: StreamHandlers): () => void {
  const abort = new AbortController();
  async function read(): Promise<void> {
    try {
      const response = await fetch(url, {
        headers: { accept: "text/event-stream", ...(lastEventId !== null && { "last-event-id": lastEventId }) },
        credentials: "same-origin",
        cache: "no-store",
        signal: abort.signal,
      });
      if (response.status === 401) setSessionLost(true);
      if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
      handlers.opened();
      const parse = eventStreamParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || abort.signal.aborted) break;
        handlers.alive();
        for (const event of parse(value)) handlers.event(event);
      }
    } catch {
      // However it ended, what is left to do is the same: open it again.
    }
    if (!abort.signal.aborted) handlers.closed();
    abort.abort();
  }
  void read();
  return () => abort.abort();
}
