import { describe, expect, it } from "vitest";
import type { DeploymentState } from "../gateway/types.ts";
import { servingOf } from "./status-serving.ts";

const deployment = (id: string, state: DeploymentState["state"] | null, changes = {}) => ({
  ...{ id, name: id, provider: { id: "prv_1", name: "P" }, enabled: true, held: null },
  state: state && ({ state, reason: "http_5xx", retryAt: 1_000 } as DeploymentState),
  ...changes,
});
const member = (id: string, priority = 1, enabled = true) => ({ deployment: { id }, priority, enabled });

function serving(members: ReturnType<typeof member>[], deployments: ReturnType<typeof deployment>[], enabled = true) {
  const group = { id: "grp_1", name: "chat", enabled, members };
  return servingOf(group, new Map(deployments.map((one) => [one.id, one])));
}

describe("a group", () => {
  it("can serve when every member can, and in a reduced way when some cannot", () => {
    const members = [member("dep_a"), member("dep_b", 2)];
    expect(serving(members, [deployment("dep_a", "ready"), deployment("dep_b", "not_verified")])).toMatchObject({
      serving: "yes",
      tier: 1,
    });
    expect(serving(members, [deployment("dep_a", "circuit_open"), deployment("dep_b", "ready")])).toMatchObject({
      serving: "reduced",
      tier: 2,
      members: [
        { usable: false, state: "circuit_open", reason: "http_5xx", retryAt: new Date(1_000).toISOString() },
        {},
      ],
    });
  });

  it("cannot serve when nobody is left, when it is switched off, and when it has no members", () => {
    expect(serving([member("dep_a")], [deployment("dep_a", "held")])).toMatchObject({ serving: "no", tier: null });
    expect(serving([member("dep_a", 1, false)], [deployment("dep_a", "ready")]).serving).toBe("no");
    expect(serving([member("dep_a")], [deployment("dep_a", "ready")], false).serving).toBe("no");
    expect(serving([], []).serving).toBe("no");
  });

  it("is judged by what is stored while the gateway cannot be asked", () => {
    const held = { held: { at: "", until: null, reason: null } };
    expect(serving([member("dep_a")], [deployment("dep_a", null)]).serving).toBe("yes");
    expect(serving([member("dep_a")], [deployment("dep_a", null, held)]).serving).toBe("no");
  });
});
