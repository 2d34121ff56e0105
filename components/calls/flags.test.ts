import { expect, it } from "vitest";
import { flagsOf } from "./flags";

it("tells what was left out apart from the other flags", () => {
  expect(flagsOf(["done_missing", "dropped:seed", "dropped:top_k"])).toEqual({
    others: ["done_missing"],
    dropped: ["seed", "top_k"],
  });
});
