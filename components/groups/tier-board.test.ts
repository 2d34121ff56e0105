import { describe, expect, it } from "vitest";
import {
  addMembers,
  type Board,
  boardChanges,
  boardOf,
  changeMember,
  membersOf,
  moveStep,
  movesOf,
  moveToNewTier,
  moveToTier,
  removeMember,
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
    expect(shape(moveStep(board("ab", "c"), "a", "down"))).toEqual(["ba", "c"]);
    expect(shape(moveStep(board("ab", "cd"), "b", "down"))).toEqual(["a", "bcd"]);
    expect(shape(moveStep(board("ab", "cd"), "c", "up"))).toEqual(["abc", "d"]);
  });

  it("drops a tier that becomes empty", () => {
    expect(shape(moveStep(board("a", "b"), "b", "up"))).toEqual(["ab"]);
    expect(shape(moveToTier(board("a", "b", "c"), "a", 2))).toEqual(["b", "ca"]);
    expect(shape(removeMember(board("a", "b"), "a"))).toEqual(["b"]);
  });

  it("stays as it is at the edges", () => {
    const start = board("ab", "c");
    expect(moveStep(start, "a", "up")).toBe(start);
    expect(moveStep(start, "c", "down")).toBe(start);
    expect(moveToTier(start, "a", 0)).toBe(start);
    expect(moveToTier(start, "a", 7)).toBe(start);
  });

  it("gives a member a tier of its own, before or after the others", () => {
    expect(shape(moveToNewTier(board("ab", "c"), "b", 1))).toEqual(["a", "b", "c"]);
    expect(shape(moveToNewTier(board("ab", "c"), "a", 2))).toEqual(["b", "c", "a"]);
    expect(shape(moveToNewTier(board("ab", "c"), "c", 0))).toEqual(["c", "ab"]);
  });

  it("offers only moves that change something", () => {
    expect(movesOf(board("a"), "a")).toEqual({ up: false, down: false, newTier: false });
    expect(movesOf(board("a", "b"), "b")).toEqual({ up: true, down: false, newTier: false });
    expect(movesOf(board("ab"), "a")).toEqual({ up: false, down: true, newTier: true });
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
