import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { CallBegin, CallRecord } from "../gateway/types.ts";

/**
 * The journal on disk: numbered files ("segments") of lines. `B{…}` says that a call began, `F{…}` that it finished.
 * Only the newest segment grows; a line counts once its line feed is there, so a torn end is no line.
 */

/** A new segment is begun once this many bytes are in the current one. */
export const segmentBytes = 16 * 1024 * 1024;

const lineFeed = 0x0a;

export function journalFolder(dataDir: string): string {
  return join(dataDir, "journal");
}

export function makeJournalFolder(dataDir: string): string {
  const folder = journalFolder(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** `7` → `000000000007`: names sort as numbers do. */
export function segmentName(number: number): string {
  return String(number).padStart(12, "0");
}

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${segmentName(number)}.ndjson`);
}

/** The numbers of the segments in a folder, oldest first. */
export function listSegments(folder: string): number[] {
  const numbers = readdirSync(folder).flatMap((name) => {
    const match = /^(\d{12})\.ndjson$/.exec(name);
    return match ? [Number(match[1])] : [];
  });
  return numbers.sort((a, b) => a - b);
}

export function beginLine(call: CallBegin): string {
  return `B${JSON.stringify(call)}\n`;
}

export function finishLine(call: CallRecord): string {
  return `F${JSON.stringify(call)}\n`;
}

export type JournalLine =
  | { kind: "begin"; call: CallBegin }
  | { kind: "finish"; call: CallRecord }
  | { kind: "damaged"; text: string };

/** A line without its line feed. Only a damaged disk makes one that cannot be read. */
export function parseLine(text: string): JournalLine {
  try {
    const call: unknown = JSON.parse(text.slice(1));
    if (typeof call === "object" && call !== null && "id" in call && typeof call.id === "string") {
      if (text.startsWith("B")) return { kind: "begin", call: call as CallBegin };
      if (text.startsWith("F")) return { kind: "finish", call: call as CallRecord };
    }
  } catch {
    // Not JSON: damaged, as anything else that is no line of ours.
  }
  return { kind: "damaged", text };
}

/** The whole lines at the start of `bytes`, each with the offset just behind it. */
export function* linesOf(bytes: Buffer): Generator<{ text: string; end: number }> {
  let start = 0;
  for (let feed = bytes.indexOf(lineFeed); feed >= 0; feed = bytes.indexOf(lineFeed, start)) {
    yield { text: bytes.toString("utf8", start, feed), end: feed + 1 };
    start = feed + 1;
  }
}
