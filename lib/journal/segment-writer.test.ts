import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SegmentFiles, SegmentWriter } from "./segment-writer.ts";
import { linesOf, listSegments, parseLine, segmentPath } from "./segments.ts";
import { callBegin, callRecord } from "./testing/records.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-segments-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What whole lines are on disk, segment by segment: `B` or `F` and the id. */
function onDisk(): string[][] {
  return listSegments(folder).map((number) =>
    [...linesOf(readFileSync(segmentPath(folder, number)))].map(({ text }) => {
      const line = parseLine(text);
      return line.kind === "damaged" ? `?${line.text.slice(0, 20)}` : `${text[0]}${line.call.id}`;
    }),
  );
}

/** Real files whose Nth write and later ones fail until `space` is called; a failing write takes `partly` bytes first. */
function fullDisk(options: { atWrite: number; partlyBytes?: number }) {
  let writes = 0;
  let full = false;
  let partly = options.partlyBytes ?? 0;
  const files: SegmentFiles = {
    open: (path) => openSync(path, "ax"),
    write(file, bytes) {
      if (++writes === options.atWrite) full = true;
      if (!full) return writeSync(file, bytes);
      if (partly > 0 && partly < bytes.length) {
        const taken = writeSync(file, bytes.subarray(0, partly));
        partly = 0;
        return taken;
      }
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    },
    close: () => {},
  };
  return {
    files,
    space: () => {
      full = false;
    },
  };
}

test("a record is on disk when finish resolves, and all of one turn take one write", async () => {
  let writes = 0;
  const writer = new SegmentWriter({ folder, firstSegment: 1, onWrite: () => writes++ });
  writer.begin(callBegin("a"));
  await Promise.all([writer.finish(callRecord("a")), writer.finish(callRecord("b")), writer.finish(callRecord("c"))]);
  expect(onDisk()).toEqual([["Ba", "Fa", "Fb", "Fc"]]);
  expect(writes).toBe(1);
  writer.close();
});

test("a new segment starts with the calls that are still open", async () => {
  const writer = new SegmentWriter({ folder, firstSegment: 7, segmentBytes: 100 });
  writer.begin(callBegin("open"));
  writer.begin(callBegin("done"));
  await writer.finish(callRecord("done"));
  await writer.finish(callRecord("next"));
  await writer.finish(callRecord("open"));
  await writer.finish(callRecord("last"));
  writer.close();
  expect(listSegments(folder)).toEqual([7, 8, 9, 10]);
  expect(onDisk()).toEqual([["Bopen", "Bdone", "Fdone"], ["Bopen", "Fnext"], ["Fopen"], ["Flast"]]);
});

test("a full disk keeps nobody waiting, and every record arrives whole and in order once there is space", async () => {
  for (const partlyBytes of [0, 1, 500]) {
    for (const atWrite of [1, 2, 3]) {
      rmSync(folder, { recursive: true });
      folder = mkdtempSync(join(tmpdir(), "sluice-segments-"));
      const disk = fullDisk({ atWrite, partlyBytes });
      const writer = new SegmentWriter({ folder, firstSegment: 1, retryMs: 5, files: disk.files });
      for (const id of ["a", "b", "c", "d"]) {
        writer.begin(callBegin(id));
        await writer.finish(callRecord(id));
      }
      expect(writer.healthy).toBe(false);
      expect(writer.waitingBytes).toBeGreaterThan(0);
      disk.space();
      await expect.poll(() => writer.healthy).toBe(true);
      expect(writer.waitingBytes).toBe(0);
      expect(onDisk()).toEqual([["Ba", "Fa", "Bb", "Fb", "Bc", "Fc", "Bd", "Fd"]]);
      writer.close();
    }
  }
});

test("memory for waiting records is bounded, and what did not fit is counted", async () => {
  const disk = fullDisk({ atWrite: 1 });
  const writer = new SegmentWriter({ folder, firstSegment: 1, memoryBytes: 10_000, retryMs: 5, files: disk.files });
  for (let i = 0; i < 50; i++) await writer.finish(callRecord(`c${i}`));
  expect(writer.lostCalls).toBeGreaterThan(30);
  expect(writer.waitingBytes).toBeLessThan(20_000);
  disk.space();
  await expect.poll(() => writer.healthy).toBe(true);
  expect(onDisk().flat().length + writer.lostCalls).toBe(50);
  writer.close();
});

test("a line begun before the writer closed is written whole into the next segment", async () => {
  const disk = fullDisk({ atWrite: 2, partlyBytes: 100 });
  const writer = new SegmentWriter({ folder, firstSegment: 1, retryMs: 1000, files: disk.files });
  await writer.finish(callRecord("a"));
  await writer.finish(callRecord("b"));
  writer.close();
  disk.space();
  await writer.finish(callRecord("c"));
  await expect.poll(() => writer.healthy, { timeout: 3000 }).toBe(true);
  expect(onDisk()).toEqual([["Fa"], ["Fb", "Fc"]]);
  writer.close();
});
