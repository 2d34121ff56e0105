import { describe, expect, it } from "vitest";
import type { DeploymentState } from "@/lib/gateway/types";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { HealthRow } from "@/lib/schemas/health";
import { isHeld, matchesState, nameOf, selectedRow, sortedRows, statusRows } from "./status-rows";

const deployment = (name: string, provider = "East", changes: Partial<DeploymentView> = {}) =>
  ({
    ...{ id: `dep_${name}`, name, provider: { id: `prv_${provider}`, name: provider }, enabled: true },
    ...{ held: null, state: null, groups: [], ...changes },
  }) as unknown as DeploymentView;

const health = (name: string, successRate: number | null, p95 = 100) =>
  ({ id: `dep_${name}`, totals: { attempts: 10, ok: 0, failed: 0, successRate, p95 } }) as unknown as HealthRow;

const states = (given: Record<string, DeploymentState["state"]>) =>
  new Map(
    Object.entries(given).map(([name, state]) => [
      `dep_${name}`,
      { deploymentId: `dep_${name}`, state } as DeploymentState,
    ]),
  );

describe("the rows of the status page", () => {
  const rows = statusRows(
    [deployment("a"), deployment("b"), deployment("c"), deployment("d", "West"), deployment("e", "West")],
    states({ a: "ready", b: "ready", c: "circuit_open", d: "disabled", e: "held" }),
    [health("a", 0.9), health("b", 0.5), health("c", 1, 900)],
  );
  const names = (list: typeof rows) => list.map(({ deployment: { name } }) => name).join("");

  it("stand worst first: out of use, then by what failed, then held, then off", () => {
    expect(names(sortedRows(rows, "worst"))).toBe("cebad");
  });

  it("can be sorted by name, success and the slowest", () => {
    expect(names(sortedRows(rows, "name"))).toBe("abcde");
    expect(names(sortedRows(rows, "success"))).toBe("bacde");
    expect(names(sortedRows(rows, "p95"))).toBe("cabde");
  });

  it("are judged by what is stored while the gateway cannot be asked", () => {
    const held = { held: { at: "", until: null, reason: null } };
    const known = statusRows(
      [deployment("x"), deployment("y", "P", held), deployment("z", "P", { enabled: false })],
      new Map(),
      [],
    );
    expect(known.map(({ state }) => state)).toEqual(["unknown", "held", "disabled"]);
  });

  it("are found by id, by name, and by the provider an alert names", () => {
    const found = (sel: string) => {
      const row = selectedRow(rows, sel);
      return row && nameOf(row);
    };
    expect(found("dep_b")).toBe("East/b");
    expect(found("east/A")).toBe("East/a");
    expect(found("east")).toBe("East/c");
    expect(found("nobody")).toBeNull();
    expect(found("")).toBeNull();
  });

  it("are filtered by state, and trying again counts as an open circuit", () => {
    expect(matchesState("half_open", "circuit_open")).toBe(true);
    expect(matchesState("degraded", "trouble")).toBe(true);
    expect(matchesState("held", "trouble")).toBe(false);
    expect(matchesState("held", "all")).toBe(true);
  });
});

it("a release is seen as soon as the live state knows of it, before the list does", () => {
  const held = deployment("a", "East", { held: { at: "2026-01-01T00:00:00.000Z", until: null, reason: null } });
  const known = (state: DeploymentState["state"]) => statusRows([held], states({ a: state }), []).map(isHeld);
  expect(known("held")).toEqual([true]);
  expect(known("disabled")).toEqual([true]);
  expect(known("circuit_open")).toEqual([false]);
});
