import { readUsagePiece, type UsagePiece } from "../usage.ts";
import { type AnswerEvent, type EventReader, parseObject, readFault, stringOrNull } from "./answer-format.ts";
import { errorEvent } from "./choices-format.ts";

/** A request for several images has several `completed` events, so those are not among them. */
const finalTypes = new Set(["speech.audio.done", "transcript.text.done", "response.completed", "response.incomplete"]);

/**
 * Events of which we know little: images that arrive in versions, speech, transcripts, whatever a relayed path sends.
 * Everything is content but an error.
 */
export function createPlainEventReader(
  usageIn: (json: Record<string, unknown>) => UsagePiece | null = readUsagePiece,
): EventReader {
  return {
    read(data, event): AnswerEvent {
      const json = parseObject(data);
      const type = (json && stringOrNull(json.type)) || event;
      const isFault = json !== null && (event === "error" || type === "error" || isOnlyError(json));
      return {
        text: json && type === "transcript.text.delta" ? (stringOrNull(json.delta) ?? "") : "",
        content: true,
        choices: 1,
        finished: finalTypes.has(type) ? 1 : 0,
        ends: false,
        usage: json && usageIn(json),
        usageOnly: false,
        error: isFault ? (readFault(json) ?? readFault({ error: json })) : null,
      };
    },
    errorText: errorEvent,
  };
}

/** An error and nothing else: objects such as a failed job or response have an `error` too, and are good answers. */
export function isOnlyError(json: Record<string, unknown>): boolean {
  return Boolean(json.error) && json.id === undefined && json.object === undefined;
}
