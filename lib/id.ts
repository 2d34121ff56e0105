import { randomFillSync } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const pool = new Uint8Array(4096);
let used = pool.length;

/**
 * A new id: the prefix, then 10 characters of epoch milliseconds and 16 of randomness (80 bits) in Crockford base32, so
 * that ids of one kind sort by time. Random bytes come from a pool: one system call serves 400 ids.
 */
export function newId(prefix: string, nowMs: number = Date.now()): string {
  let time = "";
  for (let rest = nowMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time;
  if (used + 10 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let random = "";
  for (let i = 0; i < 10; i += 5) {
    const [a, b, c, d, e] = pool.subarray(used + i, used + i + 5) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    random +=
      alphabet.charAt(a >> 3) +
      alphabet.charAt(((a & 7) << 2) | (b >> 6)) +
      alphabet.charAt((b >> 1) & 31) +
      alphabet.charAt(((b & 1) << 4) | (c >> 4)) +
      alphabet.charAt(((c & 15) << 1) | (d >> 7)) +
      alphabet.charAt((d >> 2) & 31) +
      alphabet.charAt(((d & 3) << 3) | (e >> 5)) +
      alphabet.charAt(e & 31);
  }
  used += 10;
  return `${prefix}_${time}${random}`;
}
