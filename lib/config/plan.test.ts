import { expect, test } from "vitest";
import type { CheckedConfig } from "../schemas/config.ts";
import type { CurrentConfig } from "./current.ts";
import { keyDefaults } from "./defaults.ts";
import { checkOwners } from "./ownership.ts";
import { plannedConfig } from "./plan.ts";
import { ProblemList } from "./problems.ts";

const count = 10_000;
const numbers = Array.from({ length: count }, (_, index) => index);

test("ten thousand keys are compared with as many in a moment, each with its own", () => {
  const current: CurrentConfig = {
    ...{ version: 1, providers: [], groups: [], failKeywords: [], settings: {} },
    keys: numbers.map((index) => ({
      ...keyDefaults,
      ...{ id: `key_${index}`, name: `k${index}`, hashes: [`hash of ${index}`], source: "console" },
    })),
  };
  // Half are known by their text under another name, half by their name.
  const wanted: CheckedConfig = {
    keys: numbers.map((index) =>
      index % 2 === 0 ? { name: `renamed ${index}`, key: String(index) } : { name: `k${index}`, enabled: false },
    ),
  };
  const problems = new ProblemList();
  const start = performance.now();
  const hashKey = (key: string) => `hash of ${key}`;
  const planned = plannedConfig(current, wanted, { mode: "merge", owner: "console", hashKey }, problems);
  checkOwners(current, planned, wanted, "console", problems);
  expect(performance.now() - start).toBeLessThan(1500);
  expect(problems.problems).toEqual([]);
  expect(planned.keys.map(({ id }) => id)).toEqual(current.keys.map(({ id }) => id));
});
