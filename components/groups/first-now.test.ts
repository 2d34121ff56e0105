import { describe, expect, it } from "vitest";
import type { DeploymentState } from "@/lib/gateway/types";
import type { MemberView } from "@/lib/schemas/groups";
import { firstNow } from "./first-now";

function member(id: string, priority: number, change: Partial<MemberView> = {}): MemberView {
  return {
    deploymentId: id,
    priority,
    weight: 1,
    enabled: true,
    deployment: { id, name: id, model: id, enabled: true, provider: { id: "p", name: "p", enabled: true } },
    ...change,
  };
}

const states = (...entries: [string, DeploymentState["state"]][]): Map<string, DeploymentState> =>
  new Map(
    entries.map(([deploymentId, state]) => [
      deploymentId,
      {
        deploymentId,
        state,
        reason: null,
        failures: 0,
        failureThreshold: 2,
        openedAt: null,
        retryAt: null,
        inFlight: 0,
        firstTokenMs: null,
        lastFailureAt: null,
        lastSuccessAt: null,
        quota: { requests: null, tokens: null, total: null, resetsAt: null },
      },
    ]),
  );

const names = (members: MemberView[]) => members.map(({ deploymentId }) => deploymentId);

describe("who is first now", () => {
  it("is everybody of the first tier that can serve", () => {
    expect(names(firstNow([member("a", 1), member("b", 1), member("c", 2)], new Map()))).toEqual(["a", "b"]);
  });

  it("is the next tier while the first sits out", () => {
    const members = [member("a", 1), member("b", 2)];
    expect(names(firstNow(members, states(["a", "circuit_open"], ["b", "ready"])))).toEqual(["b"]);
    expect(names(firstNow(members, states(["a", "cooling_down"])))).toEqual(["b"]);
    expect(names(firstNow(members, states(["a", "held"])))).toEqual(["b"]);
  });

  it("leaves out switched-off members, deployments and providers", () => {
    const off = member("a", 1, { enabled: false });
    const deploymentOff = member("b", 1);
    deploymentOff.deployment.enabled = false;
    const providerOff = member("c", 1);
    providerOff.deployment.provider.enabled = false;
    expect(names(firstNow([off, deploymentOff, providerOff, member("d", 3)], new Map()))).toEqual(["d"]);
  });

  it("is a cold standby only when its tier has nothing else", () => {
    expect(names(firstNow([member("a", 1), member("b", 1, { weight: 0 })], new Map()))).toEqual(["a"]);
    expect(names(firstNow([member("a", 1), member("b", 1, { weight: 0 })], states(["a", "held"])))).toEqual(["b"]);
  });

  it("leaves out whom the gateway would skip, whatever its state", () => {
    const members = [member("a", 1), member("b", 2)];
    expect(names(firstNow(members, states(["a", "degraded"]), new Set(["a"])))).toEqual(["b"]);
  });

  it("is nobody when the group cannot serve", () => {
    expect(firstNow([member("a", 1)], states(["a", "disabled"]))).toEqual([]);
    expect(firstNow([], new Map())).toEqual([]);
  });
});
