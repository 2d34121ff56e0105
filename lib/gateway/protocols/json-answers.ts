import { scanJsonObject } from "../json-scan.ts";
import { readUsagePiece } from "../usage.ts";
import { type AnswerFormat, heldBytesUsually, type Json, readFault, type WholeAnswer } from "./answer-format.ts";
import { createPlainEventReader } from "./plain-events.ts";

const openBracket = 0x5b;
const closeBracket = 0x5d;
const deepest = 1000;

/**
 * Answers that are one JSON object with a list of results: vectors, verdicts, ranks, images. Their lists are long and
 * of no concern to us, so only the members around them are parsed; where an endpoint can stream (images), its events
 * are passed on as they come.
 */
function listFormat({ lists, mayBeEmpty }: { lists: readonly string[]; mayBeEmpty: boolean }): AnswerFormat {
  return {
    kind: "json",
    asAsked: false,
    streamEnd: "body",
    namesEvents: true,
    pings: false,
    heldBytesMost: heldBytesUsually,
    createEventReader: () => createPlainEventReader(),
    readAnswer: (body) => readList(body, lists, mayBeEmpty),
    convert: null,
  };
}

/** Null = not a JSON object. */
function readList(body: Buffer, lists: readonly string[], mayBeEmpty: boolean): WholeAnswer | null {
  const scan = scanJsonObject(body, { maxDepth: deepest });
  if (!scan.ok) return null;
  const around: Json = {};
  let usable = false;
  for (const { key, valueStart, valueEnd } of scan.members) {
    if (lists.includes(key)) usable ||= isList(body, valueStart, valueEnd, mayBeEmpty);
    else if (key === "usage" || key === "meta" || key === "error") {
      try {
        around[key] = JSON.parse(body.toString("utf8", valueStart, valueEnd));
      } catch {
        return null;
      }
    }
  }
  return { text: "", usable, usage: readUsagePiece(around), error: readFault(around) };
}

function isList(body: Buffer, start: number, end: number, mayBeEmpty: boolean): boolean {
  if (body[start] !== openBracket) return false;
  if (mayBeEmpty) return true;
  let at = start + 1;
  while (at < end && (body[at] as number) <= 0x20) at++;
  return body[at] !== closeBracket;
}

export const embeddingsFormat = listFormat({ lists: ["data"], mayBeEmpty: false });
export const moderationsFormat = listFormat({ lists: ["results"], mayBeEmpty: false });
export const imagesFormat = listFormat({ lists: ["data"], mayBeEmpty: false });
/** There is no one standard: Cohere, Jina and vLLM say `results`, Voyage `data`. No document may be good enough. */
export const rerankFormat = listFormat({ lists: ["results", "data"], mayBeEmpty: true });
