import { describe, expect, it } from "vitest";
import {
  addMembers,
  anchorOf,
  type Board,
  boardChanges,
  boardOf,
  changeMember,
  type DropTarget,
  makesNewTier,
  membersOf,
  moveMembers,
  moveStep,
  movesOf,
  moveToEdge,
  moveToTier,
  removeMembers,
  sameBoard,
} from "./tier-board";

const member = (deploymentId: string) => ({ deploymentId, weight: 1, enabled: true });
const board = (...tiers: string[]): Board => tiers.map((tier) => [...tier].map(member));
const shape = (value: Board): string[] => value.map((tier) => tier.map(({ deploymentId }) => deploymentId).join(""));

describe("a tier board", () => {
  it("closes the gaps between priorities and keeps the arranged order inside a tier", () => {
    const members = [
      { ...member("c"), priority: 40 },
      { ...member("b"), priority: 5 },
      { ...member("a"), priority: 5 },
    ];
    expect(shape(boardOf(members))).toEqual(["ba", "c"]);
    expect(membersOf(boardOf(members)).map(({ deploymentId, priority }) => [deploymentId, priority])).toEqual([
      ["b", 1],
      ["a", 1],
      ["c", 2],
    ]);
  });

  it("moves a member within its tier before it crosses into the next", () => {
    expect(shape(moveStep(board("ab", "c"), ["a"], "down"))).toEqual(["ba", "c"]);
    expect(shape(moveStep(board("ab", "cd"), ["b"], "down"))).toEqual(["a", "bcd"]);
    expect(shape(moveStep(board("ab", "cd"), ["c"], "up"))).toEqual(["abc", "d"]);
  });

  it("drops a tier that becomes empty", () => {
    expect(shape(moveStep(board("a", "b"), ["b"], "up"))).toEqual(["ab"]);
    expect(shape(moveToTier(board("a", "b", "c"), ["a"], 2))).toEqual(["b", "ca"]);
    expect(shape(removeMembers(board("a", "b"), ["a"]))).toEqual(["b"]);
  });

  it("stays as it is at the edges", () => {
    const start = board("ab", "c");
    expect(moveStep(start, ["a"], "up")).toBe(start);
    expect(moveStep(start, ["c"], "down")).toBe(start);
    expect(moveToTier(start, ["a"], 0)).toBe(start);
    expect(moveToTier(start, ["a"], 7)).toBe(start);
  });

  it("gives a member a tier of its own, before or after the others", () => {
    expect(shape(moveMembers(board("ab", "c"), ["b"], { newTierBefore: 1 }))).toEqual(["a", "b", "c"]);
    expect(shape(moveMembers(board("ab", "c"), ["a"], { newTierBefore: 2 }))).toEqual(["b", "c", "a"]);
    expect(shape(moveMembers(board("ab", "c"), ["c"], { newTierBefore: 0 }))).toEqual(["c", "ab"]);
  });

  it("offers only moves that change something", () => {
    expect(movesOf(board("a"), ["a"])).toEqual({ up: false, down: false, top: false, bottom: false });
    expect(movesOf(board("a", "b"), ["b"])).toEqual({ up: true, down: false, top: true, bottom: false });
    expect(movesOf(board("ab"), ["a"])).toEqual({ up: false, down: true, top: false, bottom: true });
    expect(makesNewTier(board("a", "b"), ["a"])).toBe(false);
    expect(makesNewTier(board("ab"), ["a"])).toBe(true);
    expect(makesNewTier(board("ab", "c"), ["a", "b"])).toBe(false);
    expect(makesNewTier(board("a", "b"), ["a", "b"])).toBe(true);
  });

  it("moves chosen members together, in the order they had", () => {
    expect(shape(moveMembers(board("ab", "cd"), ["d", "a"], { newTierBefore: 1 }))).toEqual(["b", "ad", "c"]);
    expect(shape(moveToTier(board("ab", "cd"), ["a", "c"], 1))).toEqual(["b", "dac"]);
    expect(shape(moveToEdge(board("ab", "cd"), ["b", "d"], "top"))).toEqual(["bda", "c"]);
    expect(shape(moveToEdge(board("ab", "cd"), ["a", "c"], "bottom"))).toEqual(["b", "dac"]);
  });

  it("steps chosen members as one, led by whoever is foremost in that direction", () => {
    expect(shape(moveStep(board("abcd"), ["b", "d"], "up"))).toEqual(["bdac"]);
    expect(shape(moveStep(board("abcd"), ["a", "b"], "down"))).toEqual(["cabd"]);
    expect(shape(moveStep(board("ab", "cd"), ["c", "d"], "up"))).toEqual(["abcd"]);
    expect(shape(moveStep(board("ab", "cd"), ["a", "b"], "down"))).toEqual(["abcd"]);
  });

  it("puts what is dropped before or after the row under the pointer, first in a tier, or in a tier of its own", () => {
    const start = board("ab", "cd");
    const drop = (ids: string[], target: DropTarget, half: "upper" | "lower") =>
      shape(moveMembers(start, ids, anchorOf(target, half)));
    expect(drop(["a"], { row: "d" }, "upper")).toEqual(["b", "cad"]);
    expect(drop(["a"], { row: "d" }, "lower")).toEqual(["b", "cda"]);
    expect(drop(["a"], { head: 1 }, "upper")).toEqual(["b", "acd"]);
    expect(drop(["c", "b"], { gap: 0 }, "upper")).toEqual(["bc", "a", "d"]);
    expect(drop(["a"], { gap: 2 }, "lower")).toEqual(["b", "cd", "a"]);
    // On one of their own they stay.
    expect(moveMembers(start, ["a", "b"], anchorOf({ row: "b" }, "upper"))).toBe(start);
  });

  it("adds new members as failover tiers or into the last tier, never twice", () => {
    expect(shape(addMembers(board("a"), ["b", "c"], "own_tiers"))).toEqual(["a", "b", "c"]);
    expect(shape(addMembers(board("a", "b"), ["b", "c"], "last_tier"))).toEqual(["a", "bc"]);
    expect(shape(addMembers([], ["a", "b"], "last_tier"))).toEqual(["ab"]);
  });
});

describe("what changed on a board", () => {
  it("is nothing for the same board", () => {
    expect(boardChanges(board("ab", "c"), board("ab", "c"))).toEqual([]);
    expect(sameBoard(board("ab", "c"), board("ab", "c"))).toBe(true);
  });

  it("names additions and removals without calling the others moved", () => {
    expect(boardChanges(board("a", "b", "c"), board("b", "c", "d"))).toEqual([
      { deploymentId: "a", kind: "removed" },
      { deploymentId: "d", kind: "added" },
    ]);
  });

  it("names both members of a swap", () => {
    expect(boardChanges(board("a", "b"), board("b", "a")).map(({ kind }) => kind)).toEqual(["moved", "moved"]);
  });

  it("tells weight and switch apart from order", () => {
    const start = board("ab");
    expect(boardChanges(start, changeMember(start, "a", { weight: 0 }))).toEqual([
      { deploymentId: "a", kind: "weight" },
    ]);
    expect(boardChanges(start, changeMember(start, "b", { enabled: false }))).toEqual([
      { deploymentId: "b", kind: "disabled" },
    ]);
  });
});
