import { type AnswerFormat, heldBytesUsually } from "./answer-format.ts";
import { createPlainEventReader } from "./plain-events.ts";

/** Answers of any content type: sound, files, text, whatever a relayed path gives. */
function bytesFormat({ mayBeEmpty }: { mayBeEmpty: boolean }): AnswerFormat {
  return {
    kind: "bytes",
    mayBeEmpty,
    streamEnd: "body",
    namesEvents: true,
    pings: false,
    heldBytesMost: heldBytesUsually,
    createEventReader: createPlainEventReader,
  };
}

export const speechFormat = bytesFormat({ mayBeEmpty: false });
/** A recording of silence has an empty transcript. */
export const transcriptFormat = bytesFormat({ mayBeEmpty: true });
export const relayFormat = bytesFormat({ mayBeEmpty: true });
