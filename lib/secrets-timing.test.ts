import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { authenticate } from "./gateway/client-auth.ts";
import { makeCatalog, makeKey } from "./gateway/testing/gateway-kit.ts";
import { hashClientKey, looksLikeClientKey, makeClientKey } from "./secrets.ts";

const masterKey = Buffer.alloc(32, 7);
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const bodyStart = "sk-sluice-".length;
const checksumLength = 6;

/** The key with another character at `at`, and the checksum that belongs to it: wrong in nothing but the secret. */
function wrongAt(key: string, at: number, step: number): string {
  const body = key.slice(bodyStart, -checksumLength);
  const other = alphabet[(alphabet.indexOf(body[at] as string) + step) % 62];
  const changed = body.slice(0, at) + other + body.slice(at + 1);
  let checksum = "";
  for (let i = 0, rest = crc32(changed); i < checksumLength; i++, rest = Math.floor(rest / 62))
    checksum = alphabet.charAt(rest % 62) + checksum;
  return `${key.slice(0, bodyStart)}${changed}${checksum}`;
}

/** Welch's t of two samples without their slowest fifth, which is what the machine did meanwhile. */
function welch(a: number[], b: number[]): number {
  const moments = (sample: number[]) => {
    const kept = sample.sort((x, y) => x - y).slice(0, Math.floor(sample.length * 0.8));
    const mean = kept.reduce((sum, x) => sum + x, 0) / kept.length;
    return { mean, spread: kept.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (kept.length - 1) / kept.length };
  };
  const [left, right] = [moments(a), moments(b)];
  return Math.abs(left.mean - right.mean) / Math.sqrt(left.spread + right.spread);
}

it("C-31 a hundred thousand wrong keys tell nothing by their time, whether the first or the last character is wrong", () => {
  const key = makeClientKey();
  const keysByHash = new Map([[hashClientKey(masterKey, key), { key: makeKey(), validUntil: null }]]);
  const catalog = { ...makeCatalog(), keysByHash };
  const hashKey = (sent: string) => (looksLikeClientKey(sent) ? hashClientKey(masterKey, sent) : "");
  expect(authenticate(catalog, key, "required", hashKey, 0)?.id).toBe("key_k");
  const last = key.length - bodyStart - checksumLength - 1;
  const wrong = [0, last].map((at) => Array.from({ length: 50 }, (_, n) => wrongAt(key, at, n + 1)));
  const batchNs = (keys: string[]) => {
    const startedAt = process.hrtime.bigint();
    for (const sent of keys) {
      try {
        authenticate(catalog, sent, "required", hashKey, 0);
      } catch {
        continue;
      }
      throw new Error(`${sent} was taken for the right key`);
    }
    return Number(process.hrtime.bigint() - startedAt);
  };
  const round = () => {
    const samples: [number[], number[]] = [[], []];
    for (let n = 0; n < 600; n++)
      for (const side of n % 2 ? [0, 1] : [1, 0]) samples[side as 0 | 1].push(batchNs(wrong[side] as string[]));
    return welch(...samples);
  };
  round();
  // A leak shows each time; the machine's own unrest does not.
  expect(Math.min(round(), round(), round())).toBeLessThan(4.5);
}, 60_000);
