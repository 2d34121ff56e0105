import { describe, expect, it } from "vitest";
import type { DeploymentState } from "@/lib/gateway/types";
import { needsAttention } from "./attention";

const deployment = (id: string, state: DeploymentState["state"] | null) => ({
  id,
  state: state && ({ state } as DeploymentState),
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
});
