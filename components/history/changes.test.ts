import { describe, expect, it } from "vitest";
import { fieldChanges, longestRise, memberChanges } from "./changes";

const member = (deployment: string, priority: number, more: Record<string, unknown> = {}) => ({
  ...{ deployment, priority, weight: 1, enabled: true },
  ...more,
});

describe("the difference of two states", () => {
  it("is told field by field, nested values by their parts", () => {
    const before = { name: "a", limits: { rpm: 5, budgetUsd: { day: "1", month: null } } };
    const after = { name: "b", limits: { rpm: 5, budgetUsd: { day: null, month: null } } };
    expect(fieldChanges(before, after)).toEqual([
      { path: "name", kind: "value", before: "a", after: "b" },
      { path: "limits.budgetUsd.day", kind: "value", before: "1", after: null },
    ]);
  });

  it("never repeats a secret, and says that it changed", () => {
    const changes = fieldChanges(
      { headers: { "x-key": "••••" }, apiKey: "old" },
      { headers: { "x-key": "changed" }, apiKey: "new" },
    );
    expect(changes).toEqual([
      { path: "headers.x-key", kind: "secret" },
      { path: "apiKey", kind: "secret" },
    ]);
  });

  it("of lists is what came, what went and whether only the order changed", () => {
    expect(fieldChanges({ aliases: ["a", "b"] }, { aliases: ["b", "c"] })).toMatchObject([
      { added: ["c"], removed: ["a"], reordered: false },
    ]);
    expect(fieldChanges({ aliases: ["a", "b"] }, { aliases: ["b", "a"] })).toMatchObject([{ reordered: true }]);
    expect(
      fieldChanges(
        { credentials: [{ name: "first", enabled: true }] },
        { credentials: [{ name: "first", enabled: true, secret: "changed" }] },
      ),
    ).toMatchObject([{ added: [], removed: [], changed: ["first"] }]);
  });

  it("has no line for a list that is empty and was not there before", () => {
    expect(fieldChanges(null, { ipAllow: [], groups: ["chat"] })).toEqual([
      { path: "groups", kind: "list", added: ["chat"], removed: [], changed: [], reordered: false },
    ]);
  });

  it("shows a clock that was taken away, since clocks are replaced as a whole", () => {
    expect(fieldChanges({ timeouts: { idleMs: 5 } }, { timeouts: {} })).toEqual([
      { path: "timeouts.idleMs", kind: "value", before: 5, after: null },
    ]);
  });
});

describe("the difference of two orders of members", () => {
  it("tells moves between tiers by their numbers, and weights and switches with them", () => {
    expect(
      memberChanges(
        [member("p/a", 1), member("p/b", 5), member("p/c", 9)],
        [member("p/b", 1, { weight: 3 }), member("p/a", 1, { enabled: false }), member("p/d", 2)],
      ),
    ).toEqual([
      { name: "p/c", kind: "removed", tier: 3 },
      { name: "p/b", kind: "moved", from: 2, to: 1 },
      { name: "p/b", kind: "weight", from: 1, to: 3 },
      { name: "p/a", kind: "disabled" },
      { name: "p/d", kind: "added", tier: 2 },
    ]);
  });

  it("names only the one that was moved within a tier, not those that made room", () => {
    const names = ["a", "b", "c", "d"];
    const order = (list: readonly string[]) => list.map((name) => member(name, 1));
    expect(memberChanges(order(names), order(["d", "a", "b", "c"]))).toEqual([
      { name: "d", kind: "reordered", tier: 1 },
    ]);
    expect(longestRise([3, 0, 1, 2])).toEqual(new Set([1, 2, 3]));
  });

  it("is the same for members as the API shows them and as the audit log keeps them", () => {
    const shown = { deploymentId: "dep_1", deployment: { name: "a", provider: { name: "p" } }, priority: 1, weight: 1 };
    expect(memberChanges([member("p/a", 1)], [shown])).toEqual([]);
  });
});
