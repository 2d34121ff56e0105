import { expect, it } from "vitest";
import { createFakeClock } from "./testing/fake-clock.ts";
import { WireMemory } from "./wire-memory.ts";

it("who has no Responses is remembered for an hour, until the deployment goes or is forgotten", () => {
  const clock = createFakeClock();
  const memory = new WireMemory(clock);
  for (const id of ["a", "b", "c"]) memory.noteNoResponses(id);
  expect(memory.lacksResponses("a")).toBe(true);
  expect(memory.lacksResponses("other")).toBe(false);
  memory.forget("b");
  memory.prune((id) => id !== "c");
  expect(["a", "b", "c"].map((id) => memory.lacksResponses(id))).toEqual([true, false, false]);
  clock.advance(3_600_000);
  expect(memory.lacksResponses("a")).toBe(false);
});
