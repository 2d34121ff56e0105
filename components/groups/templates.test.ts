import { describe, expect, it } from "vitest";
import type { DeploymentView } from "@/lib/schemas/deployments";
import { startOf } from "./templates";

const deployment = (id: string, providerId: string, model: string, price: string | null, more = {}): DeploymentView =>
  ({
    id,
    providerId,
    model,
    inputPrice: price,
    outputPrice: price,
    enabled: true,
    state: null,
    ...more,
  }) as DeploymentView;

describe("a template for a group", () => {
  it("pairs the same model of two providers for failover, also under a reseller's name", () => {
    const all = [
      deployment("a", "p", "small", "1"),
      deployment("b", "p", "big", "9"),
      deployment("c", "q", "x/big", "9"),
    ];
    expect(startOf("failover", all)).toEqual({ strategy: "weighted", deploymentIds: ["b", "c"] });
  });

  it("pairs two providers where no model is at both, and takes what there is where only one is", () => {
    const all = [deployment("a", "p", "m", "1"), deployment("b", "p", "n", "1"), deployment("c", "q", "o", "1")];
    expect(startOf("failover", all).deploymentIds).toEqual(["a", "c"]);
    expect(startOf("failover", all.slice(0, 2)).deploymentIds).toEqual(["a", "b"]);
    expect(startOf("failover", [])).toEqual({ strategy: "weighted", deploymentIds: [] });
  });

  it("puts the cheapest before the dearest, and those without a price behind", () => {
    const all = [deployment("a", "p", "m", null), deployment("b", "p", "n", "20"), deployment("c", "q", "o", "1")];
    expect(startOf("cheapFirst", all)).toEqual({ strategy: "cheapest", deploymentIds: ["c", "b"] });
  });

  it("suggests what takes calls before what does not", () => {
    const all = [
      deployment("a", "p", "m", "1", { enabled: false }),
      deployment("b", "p", "n", "2"),
      deployment("c", "q", "o", "3"),
    ];
    expect(startOf("failover", all).deploymentIds).toEqual(["b", "c"]);
  });
});
