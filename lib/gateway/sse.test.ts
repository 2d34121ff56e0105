import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createSseReader, formatSseEvent, pushInSlices, type SseEvent, sliceBytes, ssePing } from "./sse.ts";

type Reading = { events: SseEvent[]; tooLarge: number; truncated: boolean; unfinished: SseEvent | null };

function read(chunks: Uint8Array[], maxEventBytes?: number): Reading {
  const events: SseEvent[] = [];
  let tooLarge = 0;
  const reader = createSseReader({
    ...(maxEventBytes === undefined ? {} : { maxEventBytes }),
    onEvent: (event) => events.push(event),
    onTooLarge: () => tooLarge++,
  });
  for (const chunk of chunks) reader.push(chunk);
  return { events, tooLarge, ...reader.end() };
}

/** The bytes whole, byte by byte, and (up to 300 bytes) at every pair of cuts; each must read the same. */
function readEveryWay(bytes: Buffer): Reading {
  const whole = read([bytes]);
  expect(read([...bytes].map((byte) => Buffer.of(byte)))).toEqual(whole);
  const expected = JSON.stringify(whole);
  const cutUntil = Math.min(bytes.length, 300);
  for (let first = 0; first <= cutUntil; first++) {
    for (let second = first; second <= cutUntil; second++) {
      const parts = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      if (JSON.stringify(read(parts)) !== expected) expect(read(parts), `cuts ${first}, ${second}`).toEqual(whole);
    }
  }
  return whole;
}

const BOM = "\ufeff";
const long = "x".repeat(2048);

/** faults.md §2.2: id, bytes, data of the expected events. */
const cases: [id: string, text: string, data: string[]][] = [
  ["S-01 only a leading BOM is stripped", `${BOM}data:1\n\n${BOM}data:2\n\ndata:3\n\n`, ["1", "3"]],
  ["S-02 of two BOMs one is stripped", `${BOM}${BOM}data:1\n\ndata:2\n\n`, ["2"]],
  ["S-03 CR, LF and CRLF each end a line", "data:test\r\ndata\ndata:test\r\n\r", ["test\n\ntest"]],
  ["S-03 CRLF throughout", "data:1\r\n\r\ndata:2\r\n\r\n", ["1", "2"]],
  ["S-03 CR throughout", "data:1\r\rdata:2\r\r", ["1", "2"]],
  [
    "S-04 comments are dropped",
    `data:1\r:\0\n:\r\ndata:2\n:${long}\rdata:3\n:data:fail\r:${long}\ndata:4\n\n`,
    ["1\n2\n3\n4"],
  ],
  ["S-05 empty data is an event", "data:\n\ndata\ndata\n\ndata:test\n\n", ["", "\n", "test"]],
  ["S-07 NUL is a character", "data:\0\n\n", ["\0"]],
  ["S-09 retry makes no event", "retry:2000\nretry:1000x\ndata:x\n\nretry:1\n\n", ["x"]],
  ["S-10 text is UTF-8", "data:ok…€ü\n\n", ["ok…€ü"]],
  [
    "S-11 fields match letter by letter",
    "Data:1\nDATA:2\nda-ta:3\n data:4\ndata\0:5\ndata :6\ndata:7\nnodata:8\n\n",
    ["7"],
  ],
  ["S-12 one leading space is removed", "data:  x\n\ndata:\tx\n\ndata: \n\ndata:x \n\n", [" x", "\tx", "", "x "]],
  ["S-14 characters of four bytes survive every cut", "data: 🙂漢字🏳️‍🌈é\n\n", ["🙂漢字🏳️‍🌈é"]],
  [
    "S-20 marks inside JSON stay text",
    'data: {"t":"a: b data: c \\n\\n [DONE] \\u0000"}\n\ndata: [DONE]\n\n',
    ['{"t":"a: b data: c \\n\\n [DONE] \\u0000"}', "[DONE]"],
  ],
  [
    "S-21 the space after [DONE] is kept",
    "data:[DONE]\n\ndata: [DONE]\n\ndata: [DONE] \n\n",
    ["[DONE]", "[DONE]", "[DONE] "],
  ],
  ["S-22 printed JSON over several lines is joined", 'data: {\ndata:   "a": 1\ndata: }\n\n', ['{\n  "a": 1\n}']],
  ["S-23 a malformed event does not stop the stream", "data: {\n\ndata: 1\n\n", ["{", "1"]],
  [
    "S-26 U+2028, U+2029, U+0085 and VT end no line",
    "data:a\u2028b\u2029c\u0085d\u000be\n\n",
    ["a\u2028b\u2029c\u0085d\u000be"],
  ],
  ["S-26 an escaped CR is two characters", 'data:{"t":"\\r\\n"}\n\n', ['{"t":"\\r\\n"}']],
];

describe("reading an event stream", () => {
  for (const [title, text, data] of cases) {
    it(title, () => {
      const reading = readEveryWay(Buffer.from(text));
      expect(reading.events.map((event) => event.data)).toEqual(data);
      expect(reading).toMatchObject({ truncated: false, unfinished: null, tooLarge: 0 });
    });
  }

  it("S-06 drops an event cut off at the end and reports it", () => {
    const reading = readEveryWay(Buffer.from("data:test1\n\nid:x\ndata:test2"));
    expect(reading.events.map((event) => event.data)).toEqual(["test1"]);
    expect(reading.truncated).toBe(true);
    expect(reading.unfinished).toEqual({ event: "message", data: "test2", id: "x" });
  });

  it("S-06 tells every unfinished beginning from a clean end", () => {
    for (const text of [
      "data:",
      "data",
      "data:x\n",
      "data:x\r",
      "data:x\r\n",
      "data:\n",
      "event:e",
      "event:e\n",
      "id:1\ndata:x\n",
    ]) {
      expect(readEveryWay(Buffer.from(text)).truncated, JSON.stringify(text)).toBe(true);
    }
    for (const text of [
      "",
      "\n",
      ":",
      ": ping\n\n",
      ": ping",
      "data:x\n\n",
      "data:x\r\r",
      "data:x\n\n\n",
      "id:1\n",
      "retry:5\n",
    ]) {
      expect(readEveryWay(Buffer.from(text)).truncated, JSON.stringify(text)).toBe(false);
    }
  });

  it("S-06 hands over a last event whose empty line never came", () => {
    expect(readEveryWay(Buffer.from("data: [DONE]\n")).unfinished?.data).toBe("[DONE]");
    expect(readEveryWay(Buffer.from("event: error\ndata: a\ndata: b")).unfinished).toEqual({
      event: "error",
      data: "a\nb",
      id: null,
    });
  });

  it("S-08 ignores an id with NUL", () => {
    expect(readEveryWay(Buffer.from("id:1\nid:a\0b\ndata:x\n\n")).events).toEqual([
      { event: "message", data: "x", id: "1" },
    ]);
  });

  it("S-13 takes an empty event name for none", () => {
    expect(readEveryWay(Buffer.from("event: ping\nevent:\ndata:x\n\n")).events).toEqual([
      { event: "message", data: "x", id: null },
    ]);
  });

  it("S-15 replaces invalid UTF-8 with U+FFFD and goes on", () => {
    const data = (bytes: number[]) => {
      const reading = readEveryWay(
        Buffer.concat([Buffer.from("data:"), Buffer.from(bytes), Buffer.from("|\n\ndata:ok\n\n")]),
      );
      expect(reading.events).toHaveLength(2);
      expect(reading.events[1]?.data).toBe("ok");
      return reading.events[0]?.data;
    };
    expect(data([0xff])).toBe("\ufffd|");
    expect(data([0xc0, 0xaf])).toBe("\ufffd\ufffd|");
    expect(data([0xed, 0xa0, 0x80])).toBe("\ufffd\ufffd\ufffd|");
    expect(data([0xe2, 0x82])).toBe("\ufffd|");
    expect(data([0xf0, 0x9f, 0x99])).toBe("\ufffd|");
  });

  it("S-16 delivers lines of 1 KB to 15 MB in linear time", () => {
    const nsPerByte: number[] = [];
    for (const size of [1024, 64 * 1024, 128 * 1024, 1024 * 1024, 15 * 1024 * 1024]) {
      const line = "y".repeat(size);
      const bytes = Buffer.from(`data:${line}\n\ndata:after\n\n`);
      const chunks: Buffer[] = [];
      for (let start = 0; start < bytes.length; start += 1400) chunks.push(bytes.subarray(start, start + 1400));
      const startNs = process.hrtime.bigint();
      const reading = read(chunks);
      nsPerByte.push(Number(process.hrtime.bigint() - startNs) / size);
      expect(reading.events).toHaveLength(2);
      expect(reading.events[0]?.data === line).toBe(true);
      expect(reading.events[1]?.data).toBe("after");
    }
    // 240 times more packets than at 64 KB: rescanning from the start would cost 240 times more a byte.
    expect(nsPerByte[4]).toBeLessThan(Math.max(nsPerByte[1] ?? 0, 1) * 20);
  });

  it("S-17 ends a stream whose event passes 16 MB and delivers nothing more", () => {
    const bytes = Buffer.concat([
      Buffer.from("data:1\n\ndata:"),
      Buffer.alloc(17 * 1024 * 1024, "z"),
      Buffer.from("\n\ndata:2\n\n"),
    ]);
    for (const chunkBytes of [bytes.length, 65_536, 1_000_003]) {
      const chunks: Buffer[] = [];
      for (let start = 0; start < bytes.length; start += chunkBytes)
        chunks.push(bytes.subarray(start, start + chunkBytes));
      const reading = read(chunks);
      expect(reading.events.map((event) => event.data)).toEqual(["1"]);
      expect(reading).toMatchObject({ tooLarge: 1, truncated: true });
    }
  });

  it("S-17 bounds an event of millions of empty data lines as well", () => {
    const reading = read([Buffer.from("data\n".repeat(500_000))], 1024 * 1024);
    expect(reading).toMatchObject({ events: [], tooLarge: 1 });
  });

  it("S-18 lets the event loop run while it reads a million events of one packet", async () => {
    let count = 0;
    const reader = createSseReader({ onEvent: () => count++, onTooLarge: () => undefined });
    const packet = Buffer.from("data: 0123456789abc\n\n".repeat(1_000_000));
    let longestMs = 0;
    let last = performance.now();
    await pushInSlices(reader, packet, async () => {
      longestMs = Math.max(longestMs, performance.now() - last);
      await nextTurn();
      last = performance.now();
    });
    expect(count).toBe(1_000_000);
    expect(longestMs).toBeLessThan(50);
  });

  it("S-18 stops in the middle of a packet once the stream is given up", async () => {
    let count = 0;
    const reader = createSseReader({ onEvent: () => count++, onTooLarge: () => undefined });
    await pushInSlices(reader, Buffer.from("data:x\n\n".repeat(100_000)), nextTurn, () => true);
    expect(count).toBe(sliceBytes / 8);
  });

  it("S-19 keeps nothing of megabytes without a line end that can be no field", () => {
    const before = process.memoryUsage();
    const reader = createSseReader({ maxEventBytes: 1e9, onEvent: () => undefined, onTooLarge: () => undefined });
    const chunk = Buffer.alloc(50_000, "q");
    for (let i = 0; i < 2000; i++) reader.push(chunk);
    const after = process.memoryUsage();
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(64 * 1024 * 1024);
  });

  it("S-25 reads random bytes the same however they are cut", () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    console.log(`sse fuzz seed ${seed}`);
    let state = seed || 1;
    const random = (below: number) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    };
    const pieces = [
      "data:",
      "data",
      "event:",
      "id:",
      "retry:",
      ":",
      " ",
      "\n",
      "\r",
      "\r\n",
      "\n\n",
      "\0",
      "[DONE]",
      "é",
      "漢",
      "🙂",
      BOM,
      "x",
    ].map((text) => Buffer.from(text));
    for (let round = 0; round < 20_000; round++) {
      const parts: Buffer[] = [];
      for (let i = random(14); i >= 0; i--)
        parts.push(random(8) ? (pieces[random(pieces.length)] as Buffer) : Buffer.of(random(256)));
      const bytes = Buffer.concat(parts);
      const cut = random(bytes.length + 1);
      const whole = JSON.stringify(read([bytes]));
      expect(JSON.stringify(read([bytes.subarray(0, cut), bytes.subarray(cut)])), `seed ${seed} round ${round}`).toBe(
        whole,
      );
      expect(JSON.stringify(read([...bytes].map((byte) => Buffer.of(byte)))), `seed ${seed} round ${round}`).toBe(
        whole,
      );
    }
  });
});

describe("writing an event", () => {
  it("names it only when it has a name, and splits data at every line end", () => {
    expect(formatSseEvent({ data: "x" })).toBe("data: x\n\n");
    expect(formatSseEvent({ event: "message", data: "" })).toBe("data: \n\n");
    expect(formatSseEvent({ event: "error", data: "a\nb\r\nc\rd" })).toBe(
      "event: error\ndata: a\ndata: b\ndata: c\ndata: d\n\n",
    );
  });

  it("is read back as it was", () => {
    for (const data of ["", " ", "x", " x", "a\n\nb", "\n", '{"t":"漢🙂"}']) {
      const reading = read([Buffer.from(`${ssePing}${formatSseEvent({ event: "e", data })}`)]);
      expect(reading.events).toEqual([{ event: "e", data, id: null }]);
    }
  });
});
