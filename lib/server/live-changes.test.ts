import { describe, expect, it } from "vitest";
import type { DeploymentState, RunningCall } from "../gateway/types.ts";
import { changedRows, matchesRunning, onlyNew, stateDifferences } from "./live-changes.ts";

const state = (deploymentId: string, inFlight = 0) => ({ deploymentId, state: "ready", inFlight }) as DeploymentState;

describe("what a live reader is told", () => {
  it("is every state at first, then only those that changed and the ids of those that are gone", () => {
    const changesOf = stateDifferences();
    expect(changesOf([state("a"), state("b")])).toMatchObject({ complete: true, items: [{}, {}] });
    expect(changesOf([state("a"), state("b")])).toBeNull();
    expect(changesOf([state("a", 1), state("c")])).toEqual({
      complete: false,
      items: [state("a", 1), state("c")],
      removed: ["b"],
    });
  });

  it("is a value once, until it is another", () => {
    const newOf = onlyNew();
    expect([{ a: 1 }, { a: 1 }, { a: 2 }].map((value) => newOf(value) !== null)).toEqual([true, false, true]);
  });

  it("is each row once, until it changes", () => {
    const changesOf = changedRows<{ id: string; state: string }>();
    expect(changesOf([{ id: "1", state: "running" }])).toHaveLength(1);
    const later = [
      { id: "2", state: "queued" },
      { id: "1", state: "running" },
    ];
    expect(changesOf(later)).toEqual([{ id: "2", state: "queued" }]);
  });
});

describe("calls under way", () => {
  const call: RunningCall = {
    id: "call_1",
    requestId: "req_1",
    at: 1000,
    endpoint: "chat.completions",
    model: "Chat-Pool",
    stream: true,
    group: { id: "grp_1", name: "pool" },
    key: { id: "key_1", name: "ci" },
    attempts: 1,
  };

  it.each([
    [{}, true],
    [{ group: ["pool"] }, true],
    [{ group: ["grp_2"] }, false],
    [{ "-group": ["pool"] }, false],
    [{ "-key": ["other"] }, true],
    [{ key: ["ci"], stream: true }, true],
    [{ stream: false }, false],
    [{ q: "chat" }, true],
    [{ q: "req_1" }, true],
    [{ q: "other" }, false],
    [{ from: 2000 }, false],
    [{ range: "15m" }, true],
    // What only the end of a call tells.
    [{ outcome: ["ok" as const] }, false],
    [{ provider: ["one"] }, false],
  ])("are filtered by what is known of them: %j", (filter, expected) => {
    expect(matchesRunning(call, filter, 2000)).toBe(expected);
  });
});
