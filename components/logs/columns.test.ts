import { expect, it } from "vitest";
import { columnsOf, columnsText, defaultColumns } from "./columns";

it("reads columns in the order of the table, and the default where there are none", () => {
  expect(columnsOf("cost.outcome.colour")).toEqual(["outcome", "cost"]);
  for (const nothing of [null, undefined, "", "colour"]) expect(columnsOf(nothing)).toBe(defaultColumns);
});

it("writes what it reads, and nothing for the default", () => {
  expect(columnsText(["cost", "outcome"])).toBe("outcome.cost");
  expect(columnsText([...defaultColumns])).toBeNull();
  expect(columnsText([])).toBeNull();
});
