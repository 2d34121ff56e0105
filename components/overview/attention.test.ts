import { describe, expect, it } from "vitest";
import type { DeploymentState } from "@/lib/gateway/types";
import { needsAttention } from "./attention";

const deployment = (id: string, state: DeploymentState["state"] | null, requestsLeft: number | null = null) => ({
  id,
  state:
    state &&
    ({ state, quota: { requests: requestsLeft, tokens: null, total: null, resetsAt: null } } as DeploymentState),
});

describe("needsAttention", () => {
  it("lists open circuits before what is merely slow or held, and leaves out what is well", () => {
    const list = [
      deployment("held", "held"),
      deployment("well", "ready"),
      deployment("new", "not_verified"),
      deployment("off", "disabled"),
      deployment("unknown", null),
      deployment("cooling", "cooling_down"),
      deployment("open", "circuit_open"),
      deployment("weak", "degraded"),
      deployment("probe", "half_open"),
    ];
    expect(needsAttention(list).map(({ id }) => id)).toEqual(["open", "probe", "cooling", "weak", "held"]);
  });

  it("lists a deployment whose quota is used up, unless it is switched off", () => {
    const list = [
      deployment("weak", "degraded"),
      deployment("spent", "ready", 0),
      deployment("off", "disabled", 0),
      deployment("some", "ready", 1),
      deployment("open", "circuit_open", 0),
    ];
    expect(needsAttention(list).map(({ id }) => id)).toEqual(["open", "spent", "weak"]);
  });
});
