import { readUsagePiece, type UsagePiece } from "../usage.ts";
import { type AnswerFormat, heldBytesUsually, isObject } from "./answer-format.ts";
import { createPlainEventReader } from "./plain-events.ts";

type Json = Record<string, unknown>;
type BytesParts = { mayBeEmpty: boolean; usageIn?(json: Json): UsagePiece | null };

/** Answers of any content type: sound, files, text, whatever a relayed path gives. */
function bytesFormat({ mayBeEmpty, usageIn = readUsagePiece }: BytesParts): AnswerFormat {
  return {
    kind: "bytes",
    mayBeEmpty,
    usageIn,
    streamEnd: "body",
    namesEvents: true,
    pings: false,
    heldBytesMost: heldBytesUsually,
    createEventReader: () => createPlainEventReader(usageIn),
  };
}

export const speechFormat = bytesFormat({ mayBeEmpty: false });
/** A recording of silence has an empty transcript. */
export const transcriptFormat = bytesFormat({ mayBeEmpty: true });
export const relayFormat = bytesFormat({ mayBeEmpty: true });
/** A response that is fetched tells the usage of the call that made it. */
export const storedResponseFormat = bytesFormat({ mayBeEmpty: true, usageIn: usageOfBackground });

/** Only one made in the background was not there yet, and so not paid for, when it was asked for. */
function usageOfBackground(json: Json): UsagePiece | null {
  const response = isObject(json.response) ? json.response : json;
  return response.background === true ? readUsagePiece(json) : null;
}
