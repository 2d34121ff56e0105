const sniffedBytes = 64;

/** What a body is; `unknown` while too few of its bytes are here. */
export type BodyKind = "unknown" | "json" | "events";

/**
 * Some servers lie about the content type; the first bytes do not. `isLie` = it is a stream of events although the
 * content type says otherwise.
 */
export function sniffBody(begun: Buffer, contentType: string | null): { kind: BodyKind; isLie: boolean } {
  const text = begun.subarray(0, sniffedBytes).toString("latin1");
  const start = text.replace(/^(\xef\xbb\xbf)?\s*/, "");
  if (/^(\xef\xbb?)?$/.test(start) && text.length < sniffedBytes) return { kind: "unknown", isLie: false };
  if (contentType && /event-stream/i.test(contentType))
    return { kind: /^[{[<]/.test(start) ? "json" : "events", isLie: false };
  if (/^(data|event|id|retry)?:/.test(start)) return { kind: "events", isLie: true };
  const mayBecomeEvents = ["data:", "event:", "id:", "retry:"].some((field) => field.startsWith(start));
  return { kind: mayBecomeEvents ? "unknown" : "json", isLie: false };
}
