import { describe, expect, it } from "vitest";
import type { DeploymentState } from "@/lib/gateway/types";
import type { GroupView, MemberView } from "@/lib/schemas/groups";
import type { StatNumbers } from "@/lib/schemas/stats";
import { copyOf, groupRow, remakeOf, shownRows } from "./list-state";

const member = (id: string, priority: number, more: Partial<MemberView> = {}): MemberView => ({
  ...{ deploymentId: id, priority, weight: 1, enabled: true },
  deployment: { id, name: id, model: id, enabled: true, provider: { id: "p", name: "p", enabled: true } },
  ...more,
});
const group = (name: string, members: MemberView[], more: Partial<GroupView> = {}) =>
  ({ id: name, name, aliases: [], members, enabled: true, ...more }) as GroupView;
const open = new Map([["a", { state: "circuit_open" } as DeploymentState]]);
const totals = (calls: number, rescued: number) => ({ calls, rescued }) as StatNumbers;
const row = (one: GroupView, figures: StatNumbers | null = null) => groupRow(one, open, undefined, figures);

describe("the state of a group", () => {
  it("is serving by its whole first tier, reduced by less, out by nobody, disabled when off", () => {
    expect(row(group("x", [member("b", 1), member("a", 2)])).state).toBe("serving");
    expect(row(group("x", [member("b", 1), member("a", 1)])).state).toBe("reduced");
    expect(row(group("x", [member("a", 1), member("b", 2)])).state).toBe("reduced");
    expect(row(group("x", [member("a", 1)])).state).toBe("out");
    expect(row(group("x", [])).state).toBe("out");
    expect(row(group("x", [member("b", 1)], { enabled: false })).state).toBe("disabled");
  });

  it("is not worse for a cold standby that waits", () => {
    expect(row(group("x", [member("b", 1), member("c", 1, { weight: 0 })])).state).toBe("serving");
  });
});

describe("the list of groups", () => {
  const rows = [
    row(group("calm", [member("b", 1)]), totals(10, 0)),
    row(group("busy", [member("b", 1)], { aliases: ["gpt"] }), totals(100, 1)),
    row(group("out", [member("a", 1)]), totals(4, 2)),
  ];
  const names = (query: string, state: "all" | "out", sort: "name" | "worst" | "calls" | "rescued") =>
    shownRows(rows, { query, state, sort }).map(({ group: { name } }) => name);

  it("is found by name, alias or member, and by state", () => {
    expect(names("GPT", "all", "name")).toEqual(["busy"]);
    expect(names("p/a", "all", "name")).toEqual(["out"]);
    expect(names("", "out", "name")).toEqual(["out"]);
  });

  it("is sorted by name, by what is worst, by calls or by rescued share", () => {
    expect(names("", "all", "name")).toEqual(["busy", "calm", "out"]);
    expect(names("", "all", "worst")).toEqual(["out", "busy", "calm"]);
    expect(names("", "all", "calls")).toEqual(["busy", "calm", "out"]);
    expect(names("", "all", "rescued")).toEqual(["out", "busy", "calm"]);
  });
});

describe("a copy of a group", () => {
  const original = group("chat", [member("a", 3)], { aliases: ["gpt"], strategy: "smart" });

  it("has a name nobody has, the same members and settings, and no aliases", () => {
    const copy = copyOf(original, new Set(["chat-copy", "chat-copy-2"]));
    expect(copy).toMatchObject({
      name: "chat-copy-3",
      strategy: "smart",
      members: [{ deploymentId: "a", priority: 3 }],
    });
    expect(copy).not.toHaveProperty("aliases");
  });

  it("keeps name and aliases where it takes back a deletion", () => {
    expect(remakeOf(original)).toMatchObject({ name: "chat", aliases: ["gpt"] });
  });
});
