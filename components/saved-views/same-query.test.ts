import { expect, it } from "vitest";
import { sameQuery } from "./same-query";

it("knows a query in another order and another writing", () => {
  expect(sameQuery("outcome=failed&-key=a%20b", "-key=a+b&outcome=failed")).toBe(true);
  expect(sameQuery("outcome=failed", "outcome=failed&range=24h")).toBe(false);
  expect(sameQuery("", "")).toBe(true);
});
