import { describe, expect, it } from "vitest";
import { moved, type Order, orderOf } from "./order";

describe("the order of a group's members", () => {
  it("is read from their priorities, whatever numbers those are", () => {
    const members = [
      { id: "a", priority: 10 },
      { id: "b", priority: 20 },
      { id: "c", priority: 20 },
    ];
    expect(orderOf(members)).toEqual([["a"], ["b", "c"]]);
  });

  it.each([
    ["top", "c", [["c"], ["a"], ["b"]]],
    ["up", "c", [["a"], ["c"], ["b"]]],
    ["up", "b", [["b"], ["a"], ["c"]]],
    ["down", "a", [["b"], ["a"], ["c"]]],
    ["top", "a", null],
    ["up", "a", null],
    ["down", "c", null],
    ["top", "x", null],
  ] as const)("after moving to %s, %s has the right neighbours", (move, id, expected) => {
    expect(moved([["a"], ["b"], ["c"]], id, move)).toEqual(expected);
  });

  it.each([
    ["top", "b", [["b"], ["a", "c"], ["d"]]],
    ["up", "b", [["b"], ["a", "c"], ["d"]]],
    ["down", "b", [["a", "c"], ["b"], ["d"]]],
    ["up", "d", [["d"], ["a", "b", "c"]]],
    ["top", "d", [["d"], ["a", "b", "c"]]],
  ] as const)("leaves what others share when moving to %s takes %s out", (move, id, expected) => {
    const order: Order = [["a", "b", "c"], ["d"]];
    expect(moved(order, id, move)).toEqual(expected);
  });
});
