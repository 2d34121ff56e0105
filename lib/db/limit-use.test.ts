import { afterEach, beforeEach, expect, test } from "vitest";
import { db } from "./client.ts";
import { loadLimitUse, usedOf } from "./limit-use.ts";
import { type TemporaryDatabase, temporaryDatabase } from "./testing/temporary-database.ts";

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 21, 12);

let database: TemporaryDatabase;
beforeEach(() => {
  database = temporaryDatabase();
});
afterEach(() => database.close());

async function used(counter: string, start: number, amount: bigint | number, updatedAt = start): Promise<void> {
  await db().limitUse.create({
    data: { counter, start: new Date(start), amount: BigInt(amount), updatedAt: new Date(updatedAt) },
  });
}

test("a start loads the newest window of every counter and none of its history", async () => {
  for (let hours = 0; hours < 50; hours++) await used("deployment/dep_1/requests", now - hours * hour, 100 + hours);
  await used("deployment/dep_1/total", 0, 9);
  await used("deployment/dep_1/total", now - hour, 4);
  await used("key/key_1/total", 0, 8_999_999_999_999_999n);
  expect((await loadLimitUse()).sort((a, b) => (a.counter < b.counter ? -1 : 1))).toEqual([
    { counter: "deployment/dep_1/requests", start: now, amount: 100 },
    { counter: "deployment/dep_1/total", start: now - hour, amount: 4 },
    { counter: "key/key_1/total", start: 0, amount: 8_999_999_999_999_999 },
  ]);
});

test("a start loads the window that is running after a change of schedule, although it began before another", async () => {
  const monthly = Date.UTC(2026, 10, 1);
  await used("deployment/dep_1/requests", now - 24 * hour, 70);
  // Until an hour ago the period was the day; now it is the month.
  await used("deployment/dep_1/requests", now - 12 * hour, 80, now - hour);
  await used("deployment/dep_1/requests", monthly, 90, now);
  expect(await loadLimitUse()).toEqual(
    expect.arrayContaining([{ counter: "deployment/dep_1/requests", start: monthly, amount: 90 }]),
  );
  expect(await loadLimitUse()).toHaveLength(2);
});

test("windows asked for by name are found exactly, however many are asked for at once", async () => {
  await used("key/key_1/day", now, 5);
  await used("key/key_1/day", now - 24 * hour, 6);
  await used('key/it\'s "odd"/day', now, 7);
  const others = Array.from({ length: 12_000 }, (_, i) => ({ counter: `key/none_${i}/day`, start: now }));
  expect(
    await usedOf([{ counter: "key/key_1/day", start: now }, ...others, { counter: 'key/it\'s "odd"/day', start: now }]),
  ).toEqual([
    { counter: "key/key_1/day", start: now, amount: 5 },
    { counter: 'key/it\'s "odd"/day', start: now, amount: 7 },
  ]);
  expect(await usedOf([])).toEqual([]);
});
