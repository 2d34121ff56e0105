import { describe, expect, it } from "vitest";
import { changeOf } from "./change";

describe("changeOf", () => {
  it("tells amounts as a share of what was before", () => {
    expect(changeOf(108, 100, "share")).toEqual({ direction: "up", amount: 0.08, kind: "share" });
    expect(changeOf(50, 100, "share")).toMatchObject({ direction: "down", amount: 0.5 });
  });

  it("tells shares by their difference", () => {
    const change = changeOf(0.99, 1, "difference");
    expect(change).toMatchObject({ direction: "down", kind: "difference" });
    expect(change?.amount).toBeCloseTo(0.01, 9);
  });

  it("calls what nobody would see the same", () => {
    expect(changeOf(1000, 1001, "share")?.direction).toBe("same");
    expect(changeOf(0.999, 0.999, "difference")?.direction).toBe("same");
  });

  it("compares nothing with nothing", () => {
    expect(changeOf(5, 0, "share")).toBeNull();
    expect(changeOf(null, 0.5, "difference")).toBeNull();
    expect(changeOf(0.5, null, "difference")).toBeNull();
  });
});
