import { crc32, deflateSync } from "node:zlib";
import { piecesOf } from "./demo-words.ts";

/** FNV-1a: the same text gives the same number everywhere. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** A unit vector of the words in a text, so that texts with words in common are near each other. */
export function vectorOf(text: string, dimensions: number): number[] {
  const sum = new Array<number>(dimensions).fill(0);
  for (const piece of piecesOf(text.toLowerCase())) {
    let state = hashOf(piece.trim()) || 1;
    for (let at = 0; at < dimensions; at++) {
      // xorshift32 (Marsaglia, 2003)
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      sum[at] = (sum[at] as number) + (state >>> 0) / 2 ** 31 - 1;
    }
  }
  const length = Math.hypot(...sum) || 1;
  return sum.map((value) => value / length);
}

/** 32-bit floats, little-endian, as OpenAI's `encoding_format: base64`. */
export function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString("base64");
}

const side = 64;

/** A PNG of 64 × 64 pixels (https://www.w3.org/TR/png/) in the colours of its prompt. */
export function pictureOf(prompt: string): Buffer {
  const colour = hashOf(prompt);
  const rows: Buffer[] = [];
  for (let y = 0; y < side; y++) {
    const row = Buffer.alloc(1 + side * 3);
    for (let x = 0; x < side; x++) {
      row[1 + x * 3] = (colour & 0xff) ^ (x * 2);
      row[2 + x * 3] = ((colour >> 8) & 0xff) ^ (y * 2);
      row[3 + x * 3] = ((colour >> 16) & 0xff) ^ (x + y);
    }
    rows.push(row);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(Buffer.concat(rows))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, "latin1");
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}

const samplesPerSecond = 8000;

/** Half a second of two tones as WAV: 8 kHz, 16 bit, mono. */
export function chime(): Buffer {
  const count = samplesPerSecond / 2;
  const wav = Buffer.alloc(44 + count * 2);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(36 + count * 2, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(samplesPerSecond, 24);
  wav.writeUInt32LE(samplesPerSecond * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(count * 2, 40);
  for (let at = 0; at < count; at++) {
    const hertz = at < count / 2 ? 660 : 880;
    const fade = 1 - at / count;
    wav.writeInt16LE(Math.round(Math.sin((2 * Math.PI * hertz * at) / samplesPerSecond) * 12_000 * fade), 44 + at * 2);
  }
  return wav;
}
